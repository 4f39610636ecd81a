#include <gtest/gtest.h>

#include "apiservice/http.h"

namespace kubegauge::apiservice {
namespace {

TEST(Headers, AreFoundInAnyCaseTheFirstOneFirst) {
  Headers headers;
  headers.Add("Accept", "a");
  headers.Add("X-Empty", "");
  headers.Add("ACCEPT", "b;q=0.5, c");
  EXPECT_EQ(headers.Find("accept"), "a");
  EXPECT_EQ(headers.Joined("aCCEPT"), "a, b;q=0.5, c");
  EXPECT_NE(headers.Find("x-empty").data(), nullptr) << "empty, but there";
  EXPECT_EQ(headers.Find("Accept-Encoding").data(), nullptr);
  EXPECT_EQ(headers.Find("Accep").data(), nullptr);
  EXPECT_EQ(headers.Joined("Accept-Encoding"), "");
  EXPECT_EQ(headers.fields().size(), 3u);
}

TEST(Headers, FoldOnlyLetters) {
  Headers headers;
  headers.Add("X@", "at sign");
  EXPECT_EQ(headers.Find("x`").data(), nullptr) << "differs from it in the same bit as a from A";
}

}  // namespace
}  // namespace kubegauge::apiservice
