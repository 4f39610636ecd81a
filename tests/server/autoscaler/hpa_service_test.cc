#include "server/autoscaler/hpa_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/logger.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <string>

#include "server/metrics/metrics_registry.h"
#include "tests/fakes/constant_random.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/manual_sleeper.h"
#include "tests/fakes/scripted_api_client.h"

namespace kubegauge::server {
namespace {

using Script = kubegauge::testing::ScriptedApiClient::Script;

// An API server with one HPA and no pods.
Script ListsOneHpa(const kube::ApiRequest& request) {
  const auto list = [](const std::string& kind, const std::string& version,
                       const std::string& items) {
    return Script{.headers = {{"content-type", "application/json"}},
                  .chunks = {R"({"kind":")" + kind + R"(","apiVersion":")" + version +
                             R"(","metadata":{"resourceVersion":"1"},"items":[)" + items + "]}"}};
  };
  if (request.target.find("watch=") != std::string::npos) return {};
  if (request.target.starts_with("/api/v1/pods?")) return list("PodList", "v1", "");
  if (request.target.starts_with("/apis/autoscaling/v2/horizontalpodautoscalers?")) {
    return list("HorizontalPodAutoscalerList", "autoscaling/v2",
                R"({"metadata":{"name":"web","namespace":"shop","uid":"1"},"spec":{
                    "scaleTargetRef":{"kind":"Deployment","name":"web","apiVersion":"apps/v1"},
                    "minReplicas":1,"maxReplicas":2,"metrics":[]}})");
  }
  return {.status = 404};
}

// Of a process that works without asking for a Lease.
class HpaServiceTest : public ::testing::Test {
 protected:
  // Each wait is over at once, so that after these the HPA has had many a look.
  void RunForManyWaits() {
    sleeper_.OnSleep([this](auto) {
      if (sleeper_.slept().size() >= 500) io_.stop();
    });
    io_.run();
  }

  // Whether an HPA was looked at, which begins with what kinds there are.
  bool Worked() const {
    return std::ranges::any_of(client_.requests(),
                               [](const auto& request) { return request.target == "/apis"; });
  }

  static AutoscalerFlags FlagsOf() {
    AutoscalerFlags flags;
    flags.election.elect = false;
    return flags;
  }

  boost::asio::io_context io_{1};
  kubegauge::testing::ManualClock clock_;
  kubegauge::testing::ManualSleeper sleeper_{clock_};
  kubegauge::testing::ConstantRandom random_;
  kubegauge::testing::ScriptedApiClient client_{ListsOneHpa};
  spdlog::logger log_{"silent"};
  MetricsRegistry registry_;
  HpaService service_{io_.get_executor(),
                      FlagsOf(),
                      {.client = client_,
                       .clock = clock_,
                       .sleeper = sleeper_,
                       .random = random_,
                       .log = log_,
                       .registry = registry_,
                       .identity = "me"}};
};

TEST_F(HpaServiceTest, WorksOnceItsCachesAreFilled) {
  service_.Start();
  RunForManyWaits();
  EXPECT_TRUE(service_.synced());
  EXPECT_TRUE(Worked());
}

TEST_F(HpaServiceTest, BeginsNoWorkOnceItHasRetired) {
  service_.Start();
  EXPECT_FALSE(service_.synced());
  boost::asio::co_spawn(io_, service_.Retire(), boost::asio::detached);
  RunForManyWaits();
  EXPECT_TRUE(service_.synced());
  EXPECT_FALSE(Worked());
}

}  // namespace
}  // namespace kubegauge::server
