#include "kube/scale.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace kubegauge::kube {
namespace {

using ::testing::StartsWith;

// As a kube-apiserver 1.26 writes it.
constexpr const char* kMetadata =
    R"({"name":"myblog","namespace":"luffy","uid":"6fd49020-0476-4d05-99d6-461a38cc4736",)"
    R"("resourceVersion":"567","creationTimestamp":"2026-11-22T21:35:56Z"})";

std::string ScaleOf(const std::string& api_version, const std::string& spec,
                    const std::string& status) {
  return R"({"kind":"Scale","apiVersion":")" + api_version + R"(","metadata":)" + kMetadata +
         R"(,"spec":)" + spec + R"(,"status":)" + status + "}";
}

TEST(ScaleTest, ReadsWhatIsNeeded) {
  const absl::StatusOr<Scale> scale = DecodeScale(ScaleOf(
      "autoscaling/v1", R"({"replicas":3})", R"({"replicas":2,"selector":"b in (z,y),app==x"})"));
  ASSERT_TRUE(scale.ok()) << scale.status().ToString();
  EXPECT_EQ(scale->name, "myblog");
  EXPECT_EQ(scale->namespace_name, "luffy");
  EXPECT_EQ(scale->resource_version, "567");
  EXPECT_EQ(scale->spec_replicas, 3);
  EXPECT_EQ(scale->status_replicas, 2);
  EXPECT_EQ(scale->selector, "app=x,b in (y,z)");
  EXPECT_EQ(scale->metadata_json, kMetadata);
}

TEST(ScaleTest, PassesOverWhatItDoesNotNeedHoweverDeepItIs) {
  constexpr size_t kLevels = 500;
  const std::string deep = std::string(kLevels, '[') + std::string(kLevels, ']');
  const absl::StatusOr<Scale> scale =
      DecodeScale(ScaleOf("autoscaling/v1", R"({"replicas":3,"other":)" + deep + "}", "{}"));
  ASSERT_TRUE(scale.ok()) << scale.status().ToString();
  EXPECT_EQ(scale->spec_replicas, 3);
}

TEST(ScaleTest, ReadsAnyAfterALongAndABrokenOne) {
  const std::string plain = ScaleOf("autoscaling/v1", R"({"replicas":3})", "{}");
  const std::string padded = plain + std::string(100'000, ' ');
  for (const std::string& text : {plain, padded, plain.substr(0, 100), plain, plain + plain}) {
    const absl::StatusOr<Scale> scale = DecodeScale(text);
    const bool is_whole = text == plain || text == padded;
    ASSERT_EQ(scale.ok(), is_whole) << text.substr(0, 500);
    if (is_whole) {
      EXPECT_EQ(scale->spec_replicas, 3);
    }
  }
}

TEST(ScaleTest, ReadsTheSelectorOfEveryVersion) {
  const struct {
    const char* api_version;
    const char* status;
    const char* selector;
  } cases[] = {
      {"autoscaling/v1", R"({"replicas":0})", ""},
      {"autoscaling/v1", R"({"selector":"a=1"})", "a=1"},
      {"extensions/v1beta1", R"({"selector":{"b":"2","a":"1"}})", "a=1,b=2"},
      {"apps/v1beta1", R"json({"selector":{"b":"2"},"targetSelector":"c in (d)"})json", "c in (d)"},
      {"apps/v1beta2", R"({"selector":{},"targetSelector":""})", ""},
      {"apps/v1beta2", R"({"selector":null})", ""},
  };
  for (const auto& c : cases) {
    const absl::StatusOr<Scale> scale = DecodeScale(ScaleOf(c.api_version, "{}", c.status));
    ASSERT_TRUE(scale.ok()) << c.status << scale.status().ToString();
    EXPECT_EQ(scale->selector, c.selector) << c.api_version << c.status;
    EXPECT_EQ(scale->spec_replicas, 0);
  }
}

TEST(ScaleTest, RefusesWhatIsNoScale) {
  const struct {
    std::string json;
    const char* error;
  } cases[] = {
      {"", "Object 'Kind' is missing in ''"},
      {ScaleOf("autoscaling/v2", "{}", "{}"),
       R"(no kind "Scale" is registered for version "autoscaling/v2" in scheme "k8s.io/client-go/scale/util.go:146")"},
      {R"({"apiVersion":"v1"})", R"(Object 'Kind' is missing in '{"apiVersion":"v1"}')"},
      {R"({"kind":"Scale"})", R"(Object 'apiVersion' is missing in '{"kind":"Scale"}')"},
      {ScaleOf("autoscaling/v1", "{}", R"({"selector":"a>1"})"),
       "received an object from a /scale endpoint which was not convertible to autoscaling Scale: "
       "failed to parse target selector: \"gt\" isn't supported in label selectors"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(std::string(DecodeScale(c.json).status().message()), c.error);
  }
  const std::string whole = ScaleOf("autoscaling/v1", R"({"replicas":3})", R"({"replicas":2})");
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(DecodeScale(whole.substr(0, size)).ok()) << whole.substr(0, size);
  }
  for (const char* odd : {"", "[]", "null", "3", "{} {}", R"({"kind":"Scale","apiVersion":1})"}) {
    EXPECT_FALSE(DecodeScale(odd).ok()) << odd;
  }
  for (const char* replicas : {"2147483648", "1.5", "\"3\"", "-2147483649"}) {
    EXPECT_THAT(
        std::string(DecodeScale(ScaleOf("autoscaling/v1",
                                        std::string(R"({"replicas":)") + replicas + "}", "{}"))
                        .status()
                        .message()),
        StartsWith("couldn't get version/kind; json parse error: "));
  }
}

TEST(ScaleTest, WritesTheVersionThatIsAskedFor) {
  const struct {
    GroupVersion version;
    int32_t replicas;
    const char* selector;
    const char* spec;
    const char* status;
  } cases[] = {
      {{"autoscaling", "v1"},
       2,
       "app=x",
       R"({"replicas":2})",
       R"({"replicas":7,"selector":"app=x"})"},
      {{"autoscaling", "v1"}, 0, "", "{}", R"({"replicas":7})"},
      {{"extensions", "v1beta1"},
       1,
       "app=x",
       R"({"replicas":1})",
       R"({"replicas":7,"selector":{"app":"x"},"targetSelector":"app=x"})"},
      {{"apps", "v1beta2"},
       1,
       "app=x,z",
       R"({"replicas":1})",
       R"({"replicas":7,"targetSelector":"app=x,z"})"},
  };
  for (const auto& c : cases) {
    const Scale scale{.spec_replicas = c.replicas,
                      .status_replicas = 7,
                      .selector = c.selector,
                      .metadata_json = kMetadata};
    EXPECT_EQ(*EncodeScale(scale, c.version), ScaleOf(c.version.ToString(), c.spec, c.status));
  }
  EXPECT_FALSE(EncodeScale({}, {"autoscaling", "v2"}).ok());
}

}  // namespace
}  // namespace kubegauge::kube
