#include "server/metrics/metrics_endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fakes/manual_clock.h"
#include "tests/scraper/snapshot_builder.h"

namespace kubegauge::server {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kSecondNs = 1'000'000'000;

class MetricsEndpointTest : public ::testing::Test {
 protected:
  std::string Get(const std::string& path) {
    const apiservice::Request request{.method = "GET", .path = path};
    const apiservice::RequestInfo info = ParseRequestInfo(request);
    apiservice::Response response = endpoint_.Handle({request, info, apiservice::UserInfo()});
    EXPECT_EQ(response.headers.at(0).second, "text/plain; version=0.0.4; charset=utf-8");
    return response.body;
  }
  void Observe(const std::string& method, const std::string& path, unsigned status) {
    const apiservice::Request request{.method = method, .path = path};
    endpoint_.requests().OnAnswer(ParseRequestInfo(request), status, clock_.MonotonicNs());
  }

  testing::ManualClock clock_;
  apiservice::PublishedSnapshot snapshot_{
      testing::MakeSnapshot({{"n1", {}, {.cpu_nanocores = 1, .timestamp_ns = 16 * kSecondNs}}},
                            {{"d",
                              "p",
                              {},
                              {{"a", {.cpu_nanocores = 1, .timestamp_ns = 16 * kSecondNs}},
                               {"b", {.cpu_nanocores = 1, .timestamp_ns = 16 * kSecondNs}}}}})};
  MetricsEndpoint endpoint_{snapshot_, clock_, 15 * kSecondNs};
};

TEST_F(MetricsEndpointTest, CountsWhatCouldBeServed) {
  EXPECT_THAT(Get("/metrics"), AllOf(HasSubstr("metrics_server_storage_points{type=\"node\"} 1\n"),
                                     HasSubstr("metrics_server_storage_points{type=\"container\"} "
                                               "2\n")));
}

TEST_F(MetricsEndpointTest, TellsOfTheProcess) {
  EXPECT_THAT(Get("/metrics"),
              AllOf(HasSubstr("\nprocess_cpu_seconds_total "),
                    HasSubstr("\nprocess_resident_memory_bytes "),
                    HasSubstr("\nprocess_start_time_seconds "), HasSubstr("\nprocess_open_fds ")));
}

TEST_F(MetricsEndpointTest, CountsRequestsAsAnApiServerDoes) {
  Observe("GET", "/apis/metrics.k8s.io/v1beta1/namespaces/d/pods", 200);
  Observe("GET", "/apis/metrics.k8s.io/v1beta1/nodes/n1", 404);
  EXPECT_THAT(
      Get("/metrics"),
      AllOf(HasSubstr("apiserver_request_total{code=\"200\",component=\"\",dry_run=\"\",group="
                      "\"metrics.k8s.io\",resource=\"pods\",scope=\"namespace\",subresource=\"\","
                      "verb=\"LIST\",version=\"v1beta1\"} 1\n"),
            HasSubstr("resource=\"nodes\",scope=\"resource\",subresource=\"\",verb=\"GET\","
                      "version=\"v1beta1\"} 1\n")));
}

TEST_F(MetricsEndpointTest, LetsNoClientMakeSeries) {
  for (int i = 0; i < 100; ++i) {
    const std::string number = std::to_string(i);
    Observe("GET", "/apis/metrics.k8s.io/v" + number + "/things" + number, 404);
    Observe("GET", "/path" + number, 404);
    Observe("VERB" + number, "/path", 405);
  }
  const std::string text = Get("/metrics");
  EXPECT_THAT(text,
              AllOf(Not(HasSubstr("things7")), Not(HasSubstr("path7")), Not(HasSubstr("VERB7"))));
}

TEST_F(MetricsEndpointTest, ObservesTheFreshnessOfAnAnswerAtOnce) {
  apiservice::FreshnessCounts counts;
  counts.Add(kSecondNs / 2);
  counts.Add(2 * kSecondNs);
  counts.Add(3600 * kSecondNs);
  endpoint_.served().OnServed(counts);
  EXPECT_THAT(
      Get("/metrics"),
      AllOf(HasSubstr("metrics_server_api_metric_freshness_seconds_bucket{le=\"1\"} 1\n"),
            HasSubstr("metrics_server_api_metric_freshness_seconds_bucket{le=\"+Inf\"} 3\n"),
            HasSubstr("metrics_server_api_metric_freshness_seconds_sum 3602.5\n")));
}

}  // namespace
}  // namespace kubegauge::server
