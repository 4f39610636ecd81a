#include "autoscaler/pod_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <deque>
#include <nlohmann/json.hpp>

#include "tests/autoscaler/pod_bodies.h"
#include "tests/fakes/constant_random.h"
#include "tests/kube/reflector_harness.h"

namespace kubegauge::autoscaler {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using testing::ScriptedApiClient;

json Pod(const std::string& name, const std::string& app, const std::string& phase) {
  return {{"metadata", {{"name", name}, {"namespace", "shop"}, {"labels", {{"app", app}}}}},
          {"status", {{"phase", phase}}}};
}

std::string Event(const std::string& type, const json& pod) {
  return testing::ProtobufEvent(type, testing::Envelope("v1", "Pod", testing::ProtobufPod(pod)));
}

TEST(PodCacheTest, FollowsThePodsOfTheClusterInAllTheirPhases) {
  constexpr const char* kProtobuf = "application/vnd.kubernetes.protobuf";
  std::deque<ScriptedApiClient::Script> answers = {
      {.headers = {{"content-type", kProtobuf}},
       .chunks = {testing::ProtobufList("10", "",
                                        {testing::ProtobufPod(Pod("web-1", "web", "Pending")),
                                         testing::ProtobufPod(Pod("web-2", "web", "Failed")),
                                         testing::ProtobufPod(Pod("web-3", "web", "Running"))},
                                        "v1")}},
      {.headers = {{"content-type", kProtobuf}},
       .chunks = {Event("MODIFIED", Pod("web-1", "web", "Running")),
                  Event("DELETED", Pod("web-2", "web", "Failed")),
                  Event("MODIFIED", Pod("web-3", "db", "Running")),
                  Event("ADDED", Pod("web-0", "web", "Pending"))}}};
  boost::asio::io_context context(1);
  testing::ManualClock clock;
  testing::ManualSleeper sleeper(clock);
  testing::ConstantRandom random;
  spdlog::logger logger("silent");
  ScriptedApiClient client([&](const kube::ApiRequest&) -> ScriptedApiClient::Script {
    if (answers.empty()) {
      context.stop();
      return {.failure = absl::UnavailableError("the test is over")};
    }
    auto answer = std::move(answers.front());
    answers.pop_front();
    return answer;
  });
  PodIndex index;
  PodCache cache({client, clock, sleeper, random, logger}, index);
  EXPECT_FALSE(cache.synced());
  boost::asio::co_spawn(context, cache.Run(), boost::asio::detached);
  context.run();

  EXPECT_TRUE(cache.synced());
  EXPECT_EQ(client.requests().at(0).target, "/api/v1/pods?limit=500&resourceVersion=0");
  EXPECT_EQ(client.requests().at(0).accept, "application/vnd.kubernetes.protobuf,application/json");
  const auto pods = index.Select("shop", kube::LabelSelector::Parse("app=web").value());
  ASSERT_EQ(pods.size(), 2u);
  EXPECT_EQ(pods[0]->name, "web-0");
  EXPECT_EQ(pods[0]->phase, PodPhase::kPending);
  EXPECT_EQ(pods[1]->name, "web-1");
  EXPECT_EQ(pods[1]->phase, PodPhase::kRunning);
  EXPECT_EQ(pods[0]->shape, pods[1]->shape);
  EXPECT_EQ(cache.size(), 3u);
  EXPECT_EQ(cache.Find({"shop", "web-1"}), pods[1]);
}

}  // namespace
}  // namespace kubegauge::autoscaler
