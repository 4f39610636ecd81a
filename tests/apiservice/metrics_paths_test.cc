// Which paths the API has.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "apiservice/metrics_handler.h"
#include "tests/apiservice/exchange.h"
#include "tests/fakes/manual_clock.h"
#include "tests/scraper/snapshot_builder.h"

namespace kubegauge::apiservice {
namespace {

using ::kubegauge::testing::Answer;
using ::kubegauge::testing::Ask;
using ::kubegauge::testing::MakeRequest;
using ::kubegauge::testing::MakeSnapshot;
using ::testing::HasSubstr;

constexpr int64_t kNow = 1'700'000'000'000'000'000;

class MetricsPaths : public ::testing::Test {
 protected:
  Answer Get(const std::string& target, const std::string& accept) {
    return Ask(handler_, MakeRequest(target, {{"Accept", accept}}));
  }

  testing::ManualClock clock_;
  PublishedSnapshot snapshot_{
      MakeSnapshot({{"watch", {}, {1, 1, kNow}}}, {{"watch", "watch", {}, {{"c", {1, 1, kNow}}}}})};
  MetricsHandler handler_{snapshot_, clock_};
};

// By whole segments, as upstream's router reads them: `watch` is only special behind the version.
TEST_F(MetricsPaths, PathsAreReadBySegments) {
  const std::string v1beta1 = "/apis/metrics.k8s.io/v1beta1";
  const struct {
    std::string method;
    std::string path;
    unsigned status;
  } kCases[] = {
      {"GET", v1beta1 + "/nodes/watch", 200},
      {"GET", v1beta1 + "/namespaces/watch/pods", 200},
      {"GET", v1beta1 + "/namespaces/watch/pods/watch", 200},
      {"GET", v1beta1 + "/namespaces/watch/pods/watch/", 200},
      {"GET", v1beta1 + "/namespaces//pods", 200},
      {"GET", v1beta1 + "/nodes//", 200},
      {"GET", v1beta1 + "//nodes", 404},
      {"GET", v1beta1 + "/./nodes", 404},
      {"GET", v1beta1 + "/watch/namespaces/watch/pods", 404},
      {"GET", v1beta1 + "/proxy/nodes/watch", 404},
      {"DELETE", v1beta1 + "/pods/watch", 404},
      {"DELETE", v1beta1 + "/namespaces/watch/pods/watch", 405},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(Ask(handler_, MakeRequest(test.path, {}, test.method)).status, test.status)
        << test.method << " " << test.path;
  }
  const auto serves = [](const std::string& path) {
    return MetricsHandler::Serves(ParseRequestInfo(MakeRequest(path)));
  };
  EXPECT_TRUE(serves(v1beta1 + "/nodes"));
  EXPECT_FALSE(serves("/" + v1beta1 + "/nodes"));
  EXPECT_FALSE(serves("/apis/metrics.k8s.iox/v1beta1/nodes"));
}

TEST_F(MetricsPaths, WatchesHaveNoYaml) {
  const Answer answer = Get("/apis/metrics.k8s.io/v1beta1/nodes?watch=true", "application/yaml");
  EXPECT_EQ(answer.status, 406u);
  EXPECT_THAT(answer.body, HasSubstr("code: 406\nkind: Status\nmessage: 'only the following media "
                                     "types are accepted"));
  EXPECT_EQ(answer.Header("Content-Type"), "application/yaml");
  EXPECT_EQ(Get("/apis/metrics.k8s.io/v1beta1/nodes?watch=true&limit=x", "application/yaml").status,
            400u)
      << "the options are looked at before";
}

}  // namespace
}  // namespace kubegauge::apiservice
