#include "server/metrics/client_metrics.h"

#include <gmock/gmock.h>
#include <prometheus/text_serializer.h>

#include "tests/kube/kube_api_fixture.h"

namespace kubegauge::server {
namespace {

using ::testing::HasSubstr;

class ClientMetricsTest : public kubegauge::testing::KubeApiTest {
 protected:
  std::string Text() const { return prometheus::TextSerializer().Serialize(registry_.Collect()); }

  prometheus::Registry registry_;
  ClientMetrics metrics_{registry_, "10.0.0.1:443"};
  MeteredApiClient client_{server_, metrics_, clock_};
};

TEST_F(ClientMetricsTest, CountsAnswersAsClientGo) {
  Answer("GET /api", [this](const kube::ApiRequest&) {
    clock_.Advance(20'000'000);
    return Json("{}");
  });
  Answer("PUT /gone", [](const kube::ApiRequest&) {
    return Script{.failure = absl::AbortedError("the connection broke")};
  });
  EXPECT_TRUE(Run(client_.Send({.target = "/api"})).ok());
  EXPECT_TRUE(Run(client_.Send({.target = "/no-such"})).ok());
  EXPECT_FALSE(Run(client_.Send({.method = "PUT", .target = "/gone"})).ok());
  const std::string text = Text();
  for (const char* line : {
           "# HELP rest_client_requests_total [ALPHA] Number of HTTP requests, partitioned by "
           "status "
           "code, method, and host.\n",
           "rest_client_requests_total{code=\"200\",host=\"10.0.0.1:443\",method=\"GET\"} 1\n",
           "rest_client_requests_total{code=\"404\",host=\"10.0.0.1:443\",method=\"GET\"} 1\n",
           "rest_client_requests_total{code=\"<error>\",host=\"10.0.0.1:443\",method=\"PUT\"} 1\n",
           "rest_client_request_duration_seconds_bucket{host=\"10.0.0.1:443\",verb=\"GET\",le=\"0."
           "005\""
           "} 1\n",
           "rest_client_request_duration_seconds_bucket{host=\"10.0.0.1:443\",verb=\"GET\",le=\"0."
           "025\""
           "} 2\n",
       }) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

}  // namespace
}  // namespace kubegauge::server
