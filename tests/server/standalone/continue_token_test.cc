#include "server/standalone/continue_token.h"

#include <gtest/gtest.h>

#include "server/standalone/base64.h"

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
  const std::string kCases[] = {
      "",
      "x",
      "!!!!",
      "bm9uc2Vuc2U",                                                                // "nonsense"
      Base64UrlEncode("[]"),                                                        //
      Base64UrlEncode(R"({"v":"meta.k8s.io/v1","rv":1})"),                          // no start
      Base64UrlEncode(R"({"v":"meta.k8s.io/v1","rv":1,"start":5})"),                // not text
      Base64UrlEncode(R"({"v":"meta.k8s.io/v1","rv":1,"start":"node"})"),           // no zero byte
      Base64UrlEncode(R"({"v":"meta.k8s.io/v1","rv":-1,"start":"n\u0000"})"),       // negative
      Base64UrlEncode(R"({"v":"meta.k8s.io/v2","rv":1,"start":"n\u0000"})"),        // other version
      Base64UrlEncode(R"({"v":"meta.k8s.io/v1","rv":1,"start":"n\u0000"})") + "=",  // padded
  };
  for (const std::string& token : kCases) EXPECT_FALSE(DecodeContinue(token)) << token;
}

TEST(Base64, MatchesRfc4648) {
  const struct {
    const char* bytes;
    const char* text;
    const char* url_text;
  } kCases[] = {
      {"", "", ""},
      {"f", "Zg==", "Zg"},
      {"fo", "Zm8=", "Zm8"},
      {"foo", "Zm9v", "Zm9v"},
      {"\xfb\xff", "+/8=", "-_8"},
  };
  for (const auto& [bytes, text, url_text] : kCases) {
    EXPECT_EQ(Base64Encode(bytes), text);
    EXPECT_EQ(Base64UrlEncode(bytes), url_text);
    EXPECT_EQ(Base64UrlDecode(url_text), bytes);
  }
}

}  // namespace
}  // namespace kubegauge::server
