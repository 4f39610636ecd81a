#include "kube/group_version.h"

#include <gmock/gmock.h>

namespace kubegauge::kube {
namespace {

TEST(GroupVersionTest, ParsesAsUpstream) {
  const struct {
    const char* text;
    GroupVersion expected;
    const char* printed;
  } cases[] = {
      {"", {"", ""}, ""},
      {"/", {"", ""}, ""},
      {"v1", {"", "v1"}, "v1"},
      {"apps/v1", {"apps", "v1"}, "apps/v1"},
      {"apps/", {"apps", ""}, "apps/"},
      {"/v1", {"", "v1"}, "v1"},
  };
  for (const auto& c : cases) {
    const absl::StatusOr<GroupVersion> parsed = ParseGroupVersion(c.text);
    ASSERT_TRUE(parsed.ok()) << c.text;
    EXPECT_EQ(*parsed, c.expected) << c.text;
    EXPECT_EQ(parsed->ToString(), c.printed);
  }
}

TEST(GroupVersionTest, RefusesMoreThanOneSlash) {
  for (const char* text : {"a/b/c", "//"}) {
    EXPECT_EQ(std::string(ParseGroupVersion(text).status().message()),
              std::string("unexpected GroupVersion string: ") + text);
  }
}

TEST(GroupVersionTest, PathsAndQualifiedNames) {
  EXPECT_EQ(ApiPath({"", "v1"}), "/api/v1");
  EXPECT_EQ(ApiPath({"apps", "v1"}), "/apis/apps/v1");
  EXPECT_EQ(Qualified("pods", ""), "pods");
  EXPECT_EQ(Qualified("Deployment", "apps"), "Deployment.apps");
}

}  // namespace
}  // namespace kubegauge::kube
