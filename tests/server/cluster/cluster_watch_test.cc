#include "server/cluster/cluster_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/logger.h>

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <vector>

#include "tests/fakes/constant_random.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/pending_sleeper.h"
#include "tests/fakes/scripted_api_client.h"
#include "tests/kube/api_bodies.h"
#include "tests/kube/body_encoder.h"

namespace kubegauge::server {
namespace {

using ::testing::ElementsAre;
using testing::ScriptedApiClient;
using Script = ScriptedApiClient::Script;

constexpr int64_t kLongestWaitNs = 5'000'000'000;

class ClusterWatchTest : public ::testing::Test {
 protected:
  void Start() {
    watch_ = std::make_unique<ClusterWatch>(
        io_.get_executor(), kube::ReflectorEnvironment{client_, clock_, sleeper_, random_, logger_},
        *kube::LabelSelector::Parse(""),
        ClusterWatch::Consumers{
            .take_nodes = [this](const auto& nodes) { nodes_.push_back(nodes->size()); },
            .take_catalog =
                [this](const auto& catalog) { pods_.push_back(catalog->pods().size()); },
            .health = health_});
    watch_->Start();
    io_.poll();
  }
  // Lets what waits go on, in its order, until `until_ns` have passed.
  void PassUntil(int64_t until_ns) {
    const int64_t began_ns = clock_.MonotonicNs() - passed_ns_;
    while (passed_ns_ < until_ns) {
      sleeper_.PassToNext();
      io_.poll();
      passed_ns_ = clock_.MonotonicNs() - began_ns;
    }
  }
  Script List(const std::vector<testing::ObjectSpec>& objects) const {
    return {.headers = {{"content-type", encoder_.ContentType()}},
            .chunks = {encoder_.List("7", "", objects)}};
  }
  Script Answer(const kube::ApiRequest& request) const {
    if (request.target.find("watch=") != std::string::npos) {
      return {.failure = absl::UnavailableError("no watch here")};
    }
    if (request.target.starts_with("/api/v1/nodes")) return List({{.name = "node-1"}});
    if (!pods_answer_) return {.failure = absl::UnavailableError("no pods yet")};
    return List({{.namespace_name = "web", .name = "a"}, {.namespace_name = "web", .name = "b"}});
  }

  const testing::Encoder encoder_{kube::WireFormat::kJson};
  bool pods_answer_ = true;
  testing::ManualClock clock_;
  testing::PendingSleeper sleeper_{clock_};
  testing::ConstantRandom random_{0.0};
  spdlog::logger logger_{"silent"};
  boost::asio::io_context io_{1};
  ScriptedApiClient client_{[this](const kube::ApiRequest& request) { return Answer(request); }};
  HealthState health_;
  std::unique_ptr<ClusterWatch> watch_;
  int64_t passed_ns_ = 0;
  std::vector<size_t> nodes_;  // how many were handed on, each time
  std::vector<size_t> pods_;   // likewise
};

TEST_F(ClusterWatchTest, HandsNodesOnTogetherWithTheirPods) {
  Start();
  EXPECT_THAT(nodes_, ElementsAre(1));
  EXPECT_THAT(pods_, ElementsAre(2));
  EXPECT_TRUE(health_.nodes_synced && health_.pods_synced);
}

TEST_F(ClusterWatchTest, DoesNotLetNodesWaitLongForPods) {
  pods_answer_ = false;
  Start();
  PassUntil(kLongestWaitNs - 1);
  EXPECT_LE(passed_ns_, kLongestWaitNs);
  EXPECT_THAT(nodes_, ElementsAre(1));
  EXPECT_THAT(pods_, ElementsAre(0));
  EXPECT_FALSE(health_.pods_synced);

  pods_answer_ = true;
  PassUntil(60 * kLongestWaitNs);
  EXPECT_EQ(pods_.back(), 2u);
  EXPECT_THAT(nodes_, ElementsAre(1)) << "they are the same";
}

}  // namespace
}  // namespace kubegauge::server
