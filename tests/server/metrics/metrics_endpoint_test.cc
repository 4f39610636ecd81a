#include "server/metrics/metrics_endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "tests/fakes/manual_clock.h"
#include "tests/scraper/snapshot_builder.h"

namespace kubegauge::server {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

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
  void Observe(const std::string& method, const std::string& target, unsigned status,
               const std::string& agent = "curl/8", const std::string& accept = "*/*") {
    apiservice::Request request{.method = method, .path = target.substr(0, target.find('?'))};
    if (request.path != target) request.query = target.substr(request.path.size() + 1);
    request.headers.Add("User-Agent", agent);
    request.headers.Add("Accept", accept);
    endpoint_.requests().OnAnswer(request, ParseRequestInfo(request), status, clock_.MonotonicNs());
  }
  // The lines of apiserver_request_total.
  std::vector<std::string> RequestTotals() {
    std::istringstream text(Get("/metrics"));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) {
      if (line.starts_with("apiserver_request_total{")) lines.push_back(line.substr(23));
    }
    return lines;
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
  const std::string group = "/apis/metrics.k8s.io/v1beta1";
  Observe("GET", group + "/namespaces/d/pods", 200);
  Observe("GET", group + "/nodes/n1", 404);
  Observe("GET", group + "/nodes?fieldSelector=metadata.name%3Dn1", 200,
          "kube-controller-manager/v1.36.2 (linux/amd64)");
  Observe("GET", "/readyz", 200, "kube-probe/1.36");
  Observe("GET", "/apis", 200, "kubectl/v1.36.2",
          "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList");
  const std::string api = "component=\"apiserver\",dry_run=\"\",group=\"metrics.k8s.io\",";
  const std::string v1beta1 = ",version=\"v1beta1\"} 1";
  EXPECT_THAT(
      RequestTotals(),
      UnorderedElementsAre(
          "{code=\"200\"," + api +
              "resource=\"pods\",scope=\"namespace\",subresource=\"\","
              "system_client=\"\",verb=\"LIST\"" +
              v1beta1,
          "{code=\"404\"," + api +
              "resource=\"nodes\",scope=\"resource\",subresource=\"\","
              "system_client=\"\",verb=\"GET\"" +
              v1beta1,
          "{code=\"200\"," + api +
              "resource=\"nodes\",scope=\"cluster\",subresource=\"\","
              "system_client=\"kube-controller-manager\",verb=\"LIST\"" +
              v1beta1,
          "{code=\"200\",component=\"\",dry_run=\"\",group=\"\",resource=\"\",scope=\"\","
          "subresource=\"/readyz\",system_client=\"\",verb=\"GET\",version=\"\"} 1",
          "{code=\"200\",component=\"apiserver\",dry_run=\"\",group=\"\",resource=\"\",scope=\"\","
          "subresource=\"apis\",system_client=\"\",verb=\"GET\",version=\"\"} 1"));
}

TEST_F(MetricsEndpointTest, CountsNoRequestThatAnApiServerDoesNot) {
  const std::string nodes = "/apis/metrics.k8s.io/v1beta1/nodes";
  const struct {
    std::string method;
    std::string target;
    unsigned status;
  } kCases[] = {
      {"POST", nodes, 405},
      {"GET", "/metrics", 200},
      {"GET", "/metrics/usage", 200},
      {"GET", "/version", 200},
      {"GET", "/apis", 200},
      {"GET", "/readyz/ping", 200},
      {"GET", nodes + "/n1/status", 404},
  };
  for (const auto& [method, target, status] : kCases) Observe(method, target, status);
  EXPECT_THAT(RequestTotals(), IsEmpty());
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

TEST_F(MetricsEndpointTest, CompressesForPrometheus) {
  for (const char* path : {"/metrics", "/metrics/usage"}) {
    apiservice::Request request{.method = "GET", .path = path};
    request.headers.Add("Accept-Encoding", "gzip");
    const apiservice::RequestInfo info = ParseRequestInfo(request);
    const apiservice::Response response = endpoint_.Handle({request, info, apiservice::UserInfo()});
    EXPECT_THAT(response.headers, Contains(Pair("Content-Encoding", "gzip"))) << path;
  }
}

// Other bounds would be other series than metrics-server's.
TEST_F(MetricsEndpointTest, WritesTheBoundsOfFreshnessAsMetricsServer) {
  const std::string text = Get("/metrics");
  for (const char* bound :
       {"1", "1.364", "1.8604960000000004", "2.5377165440000007", "11.981604021913647"}) {
    EXPECT_THAT(text,
                HasSubstr(std::string("_freshness_seconds_bucket{le=\"") + bound + "\"} 0\n"));
  }
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

TEST_F(MetricsEndpointTest, ObservesTheFreshnessOfASingleObjectAmongOthers) {
  for (const int64_t age_ns : {kSecondNs, kSecondNs + 1, 3600 * kSecondNs}) {
    apiservice::FreshnessCounts counts;
    counts.Add(age_ns);
    endpoint_.served().OnServed(counts);
  }
  EXPECT_THAT(
      Get("/metrics"),
      AllOf(HasSubstr("metrics_server_api_metric_freshness_seconds_bucket{le=\"1\"} 1\n"),
            HasSubstr("metrics_server_api_metric_freshness_seconds_bucket{le=\"1.364\"} 2\n"),
            HasSubstr("metrics_server_api_metric_freshness_seconds_count 3\n")));
}

}  // namespace
}  // namespace kubegauge::server
