// What the simulated controllers make of Deployments, step by step.

#include "server/standalone/objects/deployment_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "server/standalone/objects/replica_set_plan.h"
#include "server/standalone/objects/simulation.h"
#include "tests/server/standalone/objects/objects_fixture.h"

namespace kubegauge::server {
namespace {

using testing::kDeployments;
using testing::kMergePatch;
using testing::kWeb;
using testing::WebDeployment;

class SimulationTest : public testing::ObjectsFixture {
 protected:
  std::vector<StoredObject> Pods() { return store_.List(ResourceTypeNamed("pods")).objects; }
  std::vector<StoredObject> ReplicaSets() {
    return store_.List(ResourceTypeNamed("replicasets")).objects;
  }
  size_t ReadyPods() {
    const auto pods = Pods();
    return static_cast<size_t>(std::count_if(pods.begin(), pods.end(),
                                             [](const auto& pod) { return IsReady(*pod.json); }));
  }
  Json Status() { return Ok("GET", kWeb)["status"]; }
  void Patch(const std::string& patch) { Ok("PATCH", kWeb, patch, kMergePatch); }
  void SettleAfter(int64_t seconds) {
    clock_.Advance(seconds * kSecond);
    simulation_.Settle();
  }

  Simulation simulation_{store_, clock_, random_, {.start_delay_ns = 2 * kSecond}};
};

TEST_F(SimulationTest, StartsThePodsOfADeployment) {
  Ok("POST", kDeployments, WebDeployment());
  Patch(R"({"spec":{"replicas":3}})");
  simulation_.Settle();
  ASSERT_EQ(Pods().size(), 3u);
  EXPECT_EQ(ReadyPods(), 0u);
  EXPECT_EQ(Status()["unavailableReplicas"], 3);
  EXPECT_EQ(Status()["conditions"][0]["status"], "False");
  SettleAfter(1);
  EXPECT_EQ(ReadyPods(), 0u);
  SettleAfter(1);
  EXPECT_EQ(ReadyPods(), 3u);
  const Json status = Status();
  EXPECT_EQ(status["observedGeneration"], 2);
  for (const char* count : {"replicas", "updatedReplicas", "readyReplicas", "availableReplicas"}) {
    EXPECT_EQ(status[count], 3) << count;
  }
  EXPECT_FALSE(status.contains("unavailableReplicas"));
  EXPECT_EQ(status["conditions"][0]["type"], "Available");
  EXPECT_EQ(status["conditions"][0]["status"], "True");
  EXPECT_EQ(status["conditions"][1]["reason"], "NewReplicaSetAvailable");

  const Json& pod = *Pods()[0].json;
  EXPECT_THAT(Pods()[0].key.name, ::testing::MatchesRegex("web-[a-z0-9]{10}-[a-z0-9]{5}"));
  EXPECT_EQ(pod["metadata"]["labels"]["app"], "web");
  EXPECT_EQ(pod["metadata"]["ownerReferences"][0]["name"], ReplicaSets()[0].key.name);
  EXPECT_EQ(pod["spec"]["nodeName"], "simulated");
  EXPECT_EQ(pod["status"]["phase"], "Running");

  const uint64_t version = store_.version();
  SettleAfter(10);
  EXPECT_EQ(store_.version(), version) << "there is nothing more to do";
}

TEST_F(SimulationTest, ScalesAndReplacesPods) {
  Ok("POST", kDeployments, WebDeployment());
  simulation_.Settle();
  SettleAfter(3);
  Ok("PATCH", std::string(kWeb) + "/scale", R"({"spec":{"replicas":4}})", kMergePatch);
  simulation_.Settle();
  EXPECT_EQ(Pods().size(), 4u);
  EXPECT_EQ(Status()["readyReplicas"], 1);
  Patch(R"({"spec":{"replicas":1}})");
  simulation_.Settle();
  ASSERT_EQ(Pods().size(), 1u);
  EXPECT_EQ(ReadyPods(), 1u) << "those that are not ready go first";
  const std::string name = Pods()[0].key.name;
  Ok("DELETE", "/api/v1/namespaces/default/pods/" + name);
  simulation_.Settle();
  ASSERT_EQ(Pods().size(), 1u);
  EXPECT_NE(Pods()[0].key.name, name);
  Patch(R"({"spec":{"replicas":0}})");
  simulation_.Settle();
  EXPECT_EQ(Pods().size(), 0u);
}

TEST_F(SimulationTest, RollsOutWithinItsBounds) {
  Ok("POST", kDeployments, WebDeployment());
  Patch(R"({"spec":{"replicas":4}})");
  simulation_.Settle();
  SettleAfter(3);
  Patch(R"({"metadata":{"annotations":{"a":"2"}},"spec":{"template":{"metadata":{"annotations":)"
        R"({"roll":"1"}}}}})");
  for (int second = 0; second < 20; ++second) {
    simulation_.Settle();
    EXPECT_GE(ReadyPods(), 3u) << "maxUnavailable 25%";
    EXPECT_LE(Pods().size(), 5u) << "maxSurge 25%";
    clock_.Advance(kSecond);
  }
  EXPECT_EQ(ReadyPods(), 4u);
  ASSERT_EQ(ReplicaSets().size(), 2u);
  EXPECT_EQ(Status()["updatedReplicas"], 4);
  EXPECT_EQ(Ok("GET", kWeb)["metadata"]["annotations"]["deployment.kubernetes.io/revision"], "2");
  // The first template again: its ReplicaSet, with a new revision.
  Patch(R"({"spec":{"template":{"metadata":{"annotations":null}}}})");
  for (int second = 0; second < 20; ++second) SettleAfter(1);
  EXPECT_EQ(ReplicaSets().size(), 2u);
  EXPECT_EQ(Ok("GET", kWeb)["metadata"]["annotations"]["deployment.kubernetes.io/revision"], "3");
}

TEST_F(SimulationTest, RecreatesWhenAsked) {
  Ok("POST", kDeployments, WebDeployment());
  Patch(R"({"spec":{"replicas":2,"strategy":{"type":"Recreate","rollingUpdate":null}}})");
  simulation_.Settle();
  SettleAfter(3);
  const std::string old_set = ReplicaSets()[0].key.name;
  Patch(R"({"spec":{"template":{"metadata":{"annotations":{"roll":"1"}}}}})");
  simulation_.Settle();
  SettleAfter(3);
  ASSERT_EQ(Pods().size(), 2u);
  for (const StoredObject& pod : Pods()) {
    EXPECT_NE((*pod.json)["metadata"]["ownerReferences"][0]["name"], old_set);
  }
}

// The simulation runs outside of any request: an exception there ended the process.
TEST_F(SimulationTest, GoesOnWithATemplateThatIsNotUtf8) {
  std::string deployment = WebDeployment();
  deployment.insert(deployment.find("\"image\""), "\"workingDir\":\"\xff\",");
  Ok("POST", kDeployments, deployment);
  simulation_.Settle();
  EXPECT_EQ(ReplicaSets().size(), 1u);
  EXPECT_EQ(Ok("GET", kWeb)["spec"]["template"]["spec"]["containers"][0]["workingDir"], "\uFFFD");
}

TEST_F(SimulationTest, CollectsWhatLostItsOwner) {
  Ok("POST", kDeployments, WebDeployment());
  simulation_.Settle();
  Ok("DELETE", kWeb);
  simulation_.Settle();
  EXPECT_EQ(ReplicaSets().size(), 0u);
  EXPECT_EQ(Pods().size(), 0u);
}

TEST_F(SimulationTest, LeavesOrphansAlone) {
  Ok("POST", kDeployments, WebDeployment());
  simulation_.Settle();
  Ok("DELETE", std::string(kWeb) + "?propagationPolicy=Orphan");
  simulation_.Settle();
  EXPECT_EQ(ReplicaSets().size(), 1u);
  EXPECT_EQ(Pods().size(), 1u);
}

TEST_F(SimulationTest, ForgetsOldEvents) {
  Ok("POST", "/api/v1/namespaces/default/events",
     R"({"metadata":{"name":"e"},"involvedObject":{"namespace":"default"}})");
  SettleAfter(3599);
  EXPECT_EQ(Get("/api/v1/namespaces/default/events/e").status, 200u);
  SettleAfter(2);
  EXPECT_EQ(Get("/api/v1/namespaces/default/events/e").status, 404u);
}

}  // namespace
}  // namespace kubegauge::server
