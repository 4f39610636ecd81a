#include "server/standalone/objects/kubelet_requests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/server/standalone/objects/objects_fixture.h"

namespace kubegauge::server {
namespace {

class KubeletRequestsTest : public ::kubegauge::testing::ObjectsFixture {
 protected:
  void AddPod(const std::string& name, const std::string& node) {
    store_.Insert(
        ResourceTypeNamed("pods"), {"default", name},
        {{"metadata", {{"name", name}, {"namespace", "default"}}}, {"spec", {{"nodeName", node}}}});
  }
};

constexpr char kPods[] = "/api/v1/namespaces/default/pods/";

TEST_F(KubeletRequestsTest, FindNoNodeOfASimulatedPod) {
  AddPod("web-1", "simulated");
  for (const char* what : {"log", "exec", "attach", "portforward"}) {
    EXPECT_EQ(Refusal(404, "GET", kPods + std::string("web-1/") + what + "?container=app"),
              "nodes \"simulated\" not found");
  }
  EXPECT_EQ(Refusal(404, "POST", kPods + std::string("web-1/exec")),
            "nodes \"simulated\" not found");
}

TEST_F(KubeletRequestsTest, FindNoKubeletOfTheMachine) {
  AddPod("real", "box");
  EXPECT_EQ(Refusal(503, "GET", kPods + std::string("real/log")),
            "node \"box\" has no kubelet that could be asked: kubegauge only measures it");
}

TEST_F(KubeletRequestsTest, AreOfPodsThatThereAre) {
  EXPECT_EQ(Refusal(404, "GET", kPods + std::string("none/log")), "pods \"none\" not found");
}

TEST_F(KubeletRequestsTest, TakeTheMethodsThatAnApiServerTakes) {
  AddPod("web-1", "simulated");
  Refusal(405, "POST", kPods + std::string("web-1/log"));
  Refusal(405, "DELETE", kPods + std::string("web-1/exec"));
}

}  // namespace
}  // namespace kubegauge::server
