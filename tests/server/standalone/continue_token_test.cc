#include "server/standalone/continue_token.h"

#include <gtest/gtest.h>

#include "absl/strings/escaping.h"

namespace kubegauge::server {
namespace {

// As a kube-apiserver v1.26.5 gave it for a list of nodes with limit=2.
constexpr char kRecorded[] =
    "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6NTY5LCJzdGFydCI6Im5vZGUtMDAwMDFcdTAwMDAifQ";

TEST(ContinueToken, HasKubeApiserversForm) {
  EXPECT_EQ(EncodeContinue({.resource_version = 569, .last_key = "node-00001"}), kRecorded);
  const auto point = DecodeContinue(kRecorded);
  ASSERT_TRUE(point.has_value());
  EXPECT_EQ(point->resource_version, 569u);
  EXPECT_EQ(point->last_key, "node-00001");
}

TEST(ContinueToken, RefusesWhatIsNotOne) {
  const std::string padded =
      absl::WebSafeBase64Escape(R"({"v":"meta.k8s.io/v1","rv":1,"start":"n\u0000"})") + "=";
  for (const std::string& token : {std::string(), std::string("x"), std::string("!!!!"), padded}) {
    EXPECT_FALSE(DecodeContinue(token)) << token;
  }
  const char* const kTexts[] = {
      "nonsense",
      "[]",
      R"({"v":"meta.k8s.io/v1","rv":1})",                     // no start
      R"({"v":"meta.k8s.io/v1","rv":1,"start":5})",           // not text
      R"({"v":"meta.k8s.io/v1","rv":1,"start":"node"})",      // no zero byte
      R"({"v":"meta.k8s.io/v1","rv":-1,"start":"n\u0000"})",  // negative
      R"({"v":"meta.k8s.io/v2","rv":1,"start":"n\u0000"})",   // other version
  };
  for (const char* text : kTexts) {
    EXPECT_FALSE(DecodeContinue(absl::WebSafeBase64Escape(text))) << text;
  }
}

}  // namespace
}  // namespace kubegauge::server
