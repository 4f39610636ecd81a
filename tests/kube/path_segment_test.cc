#include "kube/path_segment.h"

#include <gmock/gmock.h>

namespace kubegauge::kube {
namespace {

TEST(PathSegmentTest, RefusesWhatClientGoRefuses) {
  const struct {
    const char* segment;
    const char* error;
  } cases[] = {
      {"web", ""},
      {"Web 1:ü", ""},
      {"", "resource name may not be empty"},
      {".", R"(invalid resource name ".": [may not be '.'])"},
      {"..", R"(invalid resource name "..": [may not be '..'])"},
      {"a/b", R"(invalid resource name "a/b": [may not contain '/'])"},
      {"a/%", R"(invalid resource name "a/%": [may not contain '/' may not contain '%'])"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(std::string(CheckPathSegment("resource name", c.segment).message()), c.error);
  }
  EXPECT_TRUE(CheckPathSegment("namespace", "").ok());
}

TEST(PathSegmentTest, Encodes) {
  EXPECT_EQ(EncodePathSegment("web-1.a_b~*"), "web-1.a_b~*");
  EXPECT_EQ(EncodePathSegment("a b?#ü"), "a%20b%3F%23%C3%BC");
}

}  // namespace
}  // namespace kubegauge::kube
