#include "server/standalone/api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/null_sink.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "scraper/pod_placer.h"
#include "server/standalone/objects/inventory_mirror.h"
#include "tests/apiservice/exchange.h"
#include "tests/fakes/manual_clock.h"

namespace kubegauge::server {
namespace {

using testing::Answer;
using ::testing::HasSubstr;

constexpr int64_t kSecond = 1'000'000'000;
constexpr char kToken[] = "0123456789abcdef";

std::shared_ptr<const scraper::Snapshot> MakeSnapshot(bool with_usage, bool with_pod) {
  std::vector<kube::ObjectMetaRef> pods;
  if (with_pod) pods.push_back(kube::ObjectMeta::Create("luffy", "busy"));
  const auto catalog = std::make_shared<const scraper::Catalog>(
      std::vector<kube::ObjectMetaRef>{kube::ObjectMeta::Create("", "box")}, pods);
  scraper::Snapshot::Points points(1);
  if (with_usage) {
    auto node = std::make_shared<scraper::NodePoints>();
    node->layout = std::make_shared<const scraper::NodeLayout>();
    node->node =
        scraper::Series{.last = {.start_time_ns = 1, .timestamp_ns = 2 * kSecond, .cpu_ns = 20},
                        .previous_timestamp_ns = kSecond,
                        .previous_start_time_ns = 1,
                        .previous_cpu_ns = 10};
    points[0] = std::move(node);
  }
  auto places = scraper::PlacePods(*catalog, points);
  return std::make_shared<const scraper::Snapshot>(catalog, points, places);
}

class StandaloneApiTest : public ::testing::Test {
 protected:
  StandaloneApiTest() {
    const auto authority = apiservice::CertificateAuthority::Create("test-ca", clock_.WallNs());
    StandaloneCredentials credentials;
    credentials.authority = authority->pem();
    credentials.token = kToken;
    mirror_.Show(*NextInventory(nullptr, {.name = "box"}, {}, 1));
    auto api = StandaloneApi::Create({.objects = objects_,
                                      .random = random_,
                                      .sleeper = sleeper_,
                                      .snapshot = snapshot_,
                                      .health = health_,
                                      .clock = clock_,
                                      .resolution_ns = 10 * kSecond},
                                     credentials, "127.0.0.1:1", log_);
    EXPECT_TRUE(api.ok()) << api.status();
    api_ = *std::move(api);
  }

  Answer Ask(const std::string& target, const std::string& token = kToken) {
    testing::HeaderLiterals headers;
    if (!token.empty()) headers.emplace_back("Authorization", "Bearer " + token);
    boost::asio::io_context context;
    auto response = boost::asio::co_spawn(
        context, api_->Serve(testing::MakeRequest(target, headers)), boost::asio::use_future);
    context.run();
    return testing::Read(response.get());
  }

  testing::ManualClock clock_;
  spdlog::logger log_{"test", std::make_shared<spdlog::sinks::null_sink_mt>()};
  kube::SystemRandom random_;
  kube::TimerSleeper sleeper_;
  ObjectStore objects_{1};
  InventoryMirror mirror_{objects_, clock_};
  apiservice::PublishedSnapshot snapshot_{MakeSnapshot(/*with_usage=*/true, /*with_pod=*/false)};
  HealthState health_;
  std::unique_ptr<StandaloneApi> api_;
};

TEST_F(StandaloneApiTest, RoutesEveryPath) {
  const struct {
    const char* target;
    unsigned status;
    const char* body;
  } kCases[] = {
      {"/", 200, "\"/apis/metrics.k8s.io/v1beta1\""},
      {"/api", 200, R"("serverAddress":"127.0.0.1:1")"},
      {"/api/v1/nodes", 200, R"("kind":"NodeList")"},
      {"/apis", 200, R"("kind":"APIGroupList")"},
      {"/apis/metrics.k8s.io/v1beta1", 200, R"("name":"nodes")"},
      {"/apis/metrics.k8s.io/v1beta1/nodes", 200, R"("kind":"NodeMetricsList")"},
      {"/apis/metrics.k8s.io/v1/nodes/box", 200, R"("cpu":"10n")"},
      {"/apis/apps/v1", 200, R"("name":"deployments/scale")"},
      {"/apis/apps/v1/deployments", 200, R"("kind":"DeploymentList")"},
      {"/apis/apps/v2/deployments", 404, R"("reason":"NotFound")"},
      {"/apis/metrics.k8s.io/v3", 404, R"("reason":"NotFound")"},
      {"/apis/nobody.example/v1/things", 404, "404 page not found"},
      {"/healthz", 200, "ok"},
      {"/livez/ping", 200, "ok"},
      {"/nowhere", 404, "\"paths\""},
      {"/openapi/v2", 200, "swagger"},
      {"/readyz", 200, "ok"},
      {"/version", 200, "gitVersion"},
  };
  for (const auto& [target, status, body] : kCases) {
    const Answer answer = Ask(target);
    EXPECT_EQ(answer.status, status) << target;
    EXPECT_THAT(answer.body, HasSubstr(body)) << target;
  }
}

TEST_F(StandaloneApiTest, AdmitsTheTokenAndNobodyElse) {
  EXPECT_EQ(Ask("/api/v1/nodes").status, 200u);
  EXPECT_EQ(Ask("/api/v1/nodes", "").status, 403u);
  EXPECT_EQ(Ask("/api/v1/nodes", "wrong").status, 401u);
  EXPECT_EQ(Ask("/readyz", "").status, 200u);
  EXPECT_EQ(Ask("/readyz/ping", "").status, 403u);
}

TEST_F(StandaloneApiTest, IsReadyWhenThereAreMetrics) {
  snapshot_.Set(MakeSnapshot(/*with_usage=*/false, /*with_pod=*/false));
  EXPECT_EQ(Ask("/readyz").status, 500u);
  EXPECT_THAT(Ask("/readyz/metric-storage-ready").body, HasSubstr("no metrics to serve"));
  // A machine without pods is ready without their metrics; one with pods is not.
  snapshot_.Set(MakeSnapshot(/*with_usage=*/true, /*with_pod=*/false));
  EXPECT_EQ(Ask("/readyz").status, 200u);
  snapshot_.Set(MakeSnapshot(/*with_usage=*/true, /*with_pod=*/true));
  EXPECT_EQ(Ask("/readyz").status, 500u);
}

TEST_F(StandaloneApiTest, IsNotReadyWhileItShutsDown) {
  health_.shutting_down = true;
  EXPECT_THAT(Ask("/readyz", "").body, HasSubstr("[-]shutdown failed: reason withheld"));
  EXPECT_EQ(Ask("/livez", "").status, 200u);
}

TEST_F(StandaloneApiTest, IsAliveWhileItMeasuresInTime) {
  EXPECT_EQ(Ask("/livez", "").status, 200u) << "before the first tick";
  health_.last_tick_began_ns = clock_.MonotonicNs();
  clock_.Advance(15 * kSecond);
  EXPECT_EQ(Ask("/livez", "").status, 200u);
  clock_.Advance(1);
  EXPECT_EQ(Ask("/livez", "").status, 500u);
  EXPECT_THAT(Ask("/livez/metric-collection-timely").body,
              HasSubstr("metric collection didn't finish on time"));
}

}  // namespace
}  // namespace kubegauge::server
