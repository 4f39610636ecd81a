// `kubegauge standalone` with the recorded node, as an old and a new kubectl see it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/e2e/kubectl_fixture.h"

namespace kubegauge::testing {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

INSTANTIATE_TEST_SUITE_P(Clients, KubectlTest, ::testing::ValuesIn(Clients()),
                         [](const auto& info) { return std::string(info.param.name); });

TEST_P(KubectlTest, TopShowsUsage) {
  EXPECT_THAT(Rows(Out({"top", "node"})), ElementsAre("box 0m 0% 2375Mi 9%"));
  EXPECT_THAT(Rows(Out({"top", "node", "box"})), ElementsAre("box 0m 0% 2375Mi 9%"));
  EXPECT_THAT(Rows(Out({"top", "pod", "-A"})),
              UnorderedElementsAre("luffy busy 0m 0Mi", "luffy mysql 0m 0Mi"));
  EXPECT_THAT(
      Rows(Out({"top", "pod", "-n", "luffy", "--containers"})),
      UnorderedElementsAre("busy demo 0m 0Mi", "busy sidecar 0m 0Mi", "mysql mysql 0m 0Mi"));
  EXPECT_THAT(Complaint({"top", "node", "other"}), HasSubstr("\"other\" not found"));
  EXPECT_THAT(Complaint({"top", "pod", "-n", "luffy", "other"}), HasSubstr("\"other\" not found"));
}

TEST_P(KubectlTest, TopSumsAndSorts) {
  const std::vector<std::string> sum = {"top",          "pod",   "-A",
                                        "--containers", "--sum", "--sort-by=cpu"};
  if (Kubectl({"top", "pod", "--help"}).out.find("--sum") == std::string::npos) {
    EXPECT_THAT(Complaint(sum), HasSubstr("unknown flag: --sum"));
    EXPECT_EQ(Rows(Out({"top", "pod", "-A", "--containers", "--sort-by=cpu"})).size(), 3u);
    return;
  }
  const std::vector<std::string> rows = Rows(Out(sum));
  EXPECT_THAT(rows, ::testing::IsSupersetOf({"luffy busy demo 0m 0Mi", "luffy busy sidecar 0m 0Mi",
                                             "luffy mysql mysql 0m 0Mi"}));
  EXPECT_EQ(rows.back(), "0m 1Mi");
}

TEST_P(KubectlTest, ShowsMetricsObjectsExactly) {
  const std::string path = "/apis/metrics.k8s.io/v1beta1";
  const json node = Json({"get", "--raw", path + "/nodes/box"});
  EXPECT_EQ(node["usage"]["memory"], kRecordedNodeMemory);
  EXPECT_EQ(node["usage"]["cpu"], "0");
  const json busy = Json({"get", "--raw", path + "/namespaces/luffy/pods/busy"});
  ASSERT_EQ(busy["containers"].size(), 2u);
  EXPECT_EQ(busy["containers"][0]["name"], "demo");
  EXPECT_EQ(busy["containers"][0]["usage"]["memory"], kRecordedDemoMemory);
  EXPECT_EQ(busy["containers"][1]["name"], "sidecar");
  EXPECT_EQ(busy["containers"][1]["usage"]["memory"], kRecordedSidecarMemory);
  const json mysql = Json({"get", "--raw", path + "/namespaces/luffy/pods/mysql"});
  EXPECT_EQ(mysql["containers"][0]["usage"]["memory"], kRecordedMysqlMemory);

  const std::vector<std::string> nodes = Lines(Out({"get", "nodes.metrics.k8s.io"}));
  ASSERT_EQ(nodes.size(), 2u);
  EXPECT_EQ(nodes[0], "NAME CPU MEMORY WINDOW");
  EXPECT_THAT(nodes[1], ::testing::StartsWith(std::string("box 0 ") + kRecordedNodeMemory));
  EXPECT_EQ(Rows(Out({"get", "pods.metrics.k8s.io", "-A"})).size(), 2u);
  EXPECT_EQ(Out({"get", "podmetrics", "-n", "luffy", "-o", "name"}),
            "podmetrics.metrics.k8s.io/busy\npodmetrics.metrics.k8s.io/mysql\n");
}

TEST_P(KubectlTest, GetsNodes) {
  const std::vector<std::string> table = Lines(Out({"get", "nodes"}));
  ASSERT_EQ(table.size(), 2u);
  EXPECT_EQ(table[0], "NAME STATUS ROLES AGE VERSION");
  EXPECT_THAT(table[1], ::testing::StartsWith("box Ready <none> "));
  EXPECT_THAT(Lines(Out({"get", "no", "box", "-o", "wide"}))[0],
              HasSubstr("INTERNAL-IP EXTERNAL-IP OS-IMAGE KERNEL-VERSION CONTAINER-RUNTIME"));
  EXPECT_EQ(Json({"get", "node", "box", "-o", "json"})["status"]["capacity"],
            (json{{"cpu", "2"}, {"memory", "24684112Ki"}, {"pods", "110"}}));
  EXPECT_THAT(Out({"get", "nodes", "-o", "yaml"}),
              AllOf(HasSubstr("kubernetes.io/hostname: box"), HasSubstr("kind: Node")));
  EXPECT_EQ(Out({"get", "nodes", "-l", "kubernetes.io/os=linux", "-o", "name"}), "node/box\n");
  EXPECT_EQ(Out({"get", "nodes", "-l", "kubernetes.io/os=plan9", "-o", "name"}), "");
  EXPECT_EQ(Complaint({"get", "node", "other"}),
            "Error from server (NotFound): nodes \"other\" not found\n");
}

TEST_P(KubectlTest, GetsPodsAndNamespaces) {
  const std::vector<std::string> table = Lines(Out({"get", "pods", "-A"}));
  ASSERT_EQ(table.size(), 3u);
  EXPECT_EQ(table[0], "NAMESPACE NAME READY STATUS RESTARTS AGE");
  EXPECT_THAT(table[1], ::testing::StartsWith("luffy busy 2/2 Running 0 "));
  EXPECT_THAT(table[2], ::testing::StartsWith("luffy mysql 1/1 Running 0 "));
  EXPECT_THAT(Rows(Out({"get", "pods", "-n", "luffy", "-o", "wide"}))[0], HasSubstr(" box "));
  EXPECT_EQ(Out({"get", "pods", "-A", "-o", "name", "--chunk-size=1"}), "pod/busy\npod/mysql\n");
  EXPECT_EQ(Out({"get", "pods", "-A", "-o", "name", "--field-selector", "metadata.name=mysql"}),
            "pod/mysql\n");
  EXPECT_EQ(Out({"get", "pods", "-A", "-o", "name", "--field-selector", "spec.nodeName!=box"}), "");
  EXPECT_THAT(Complaint({"get", "pods", "-A", "--field-selector", "spec.color=red"}),
              HasSubstr("field label not supported: spec.color"));
  EXPECT_EQ(Complaint({"get", "pod", "-n", "luffy", "other"}),
            "Error from server (NotFound): pods \"other\" not found\n");
  const json busy = Json({"get", "pod", "-n", "luffy", "busy", "-o", "json"});
  EXPECT_EQ(busy["metadata"]["uid"], "fe386a56-12ab-42b4-8017-f6ea6a10514c");
  EXPECT_EQ(busy["spec"]["nodeName"], "box");
  EXPECT_THAT(busy["status"]["containerStatuses"][0]["containerID"].get<std::string>(),
              HasSubstr("86479a9a4408b2cc6306316f1fa6e210646472aa45afe2d6ea116eb07d2c2f4f"));
  EXPECT_EQ(Out({"get", "ns", "-o", "name"}),
            "namespace/default\nnamespace/kube-system\nnamespace/luffy\n");
  EXPECT_THAT(Rows(Out({"get", "ns", "luffy"}))[0], ::testing::StartsWith("luffy Active "));
}

TEST_P(KubectlTest, DescribesWhatThereIs) {
  EXPECT_THAT(Out({"describe", "node", "box"}),
              AllOf(HasSubstr("KubegaugeReady"), HasSubstr("(2 in total)"), HasSubstr("mysql")));
  EXPECT_THAT(Out({"describe", "pod", "-n", "luffy", "busy"}),
              AllOf(HasSubstr("sidecar:"), HasSubstr("Running")));
  EXPECT_THAT(Out({"describe", "ns", "luffy"}), HasSubstr("Active"));
}

TEST_P(KubectlTest, Discovers) {
  EXPECT_EQ(
      Out({"api-versions"}),
      "apps/v1\nauthentication.k8s.io/v1\nauthorization.k8s.io/v1\nautoscaling/v1\nautoscaling/v2\n"
      "coordination.k8s.io/v1\nevents.k8s.io/v1\n"
      "metrics.k8s.io/v1\nmetrics.k8s.io/v1beta1\nv1\n");
  EXPECT_THAT(
      Lines(Out({"api-resources", "-o", "name", "--verbs=list"})),
      UnorderedElementsAre("deployments.apps", "events", "events.events.k8s.io",
                           "horizontalpodautoscalers.autoscaling", "leases.coordination.k8s.io",
                           "namespaces", "nodes", "nodes.metrics.k8s.io", "pods",
                           "pods.metrics.k8s.io", "replicasets.apps", "services"));
  EXPECT_THAT(Out({"version"}), HasSubstr("1.36"));
  EXPECT_EQ(Out({"get", "--raw", "/readyz"}), "ok");
  EXPECT_THAT(Out({"cluster-info"}), HasSubstr("is running at"));
  for (const char* what : {"pods", "deployments.spec.template", "hpa.spec.metrics"}) {
    EXPECT_THAT(Out({"explain", what}), HasSubstr("FIELDS:")) << what;
  }
  EXPECT_THAT(Out({"explain", "podmetrics.containers.usage"}), HasSubstr("cpu in cores"));
  EXPECT_THAT(Out({"explain", "nodemetrics", "--recursive"}), HasSubstr("ownerReferences"));
}

TEST_P(KubectlTest, IsToldWhatItMayDo) {
  EXPECT_EQ(Out({"auth", "can-i", "delete", "deployments", "-n", "luffy"}), "yes\n");
  EXPECT_EQ(Out({"auth", "can-i", "get", "/metrics"}), "yes\n");
  EXPECT_THAT(Rows(Out({"auth", "can-i", "--list"})), Contains("*.* [] [] [*]"));
}

TEST_P(KubectlTest, IsToldThatNoKubeletAnswers) {
  EXPECT_THAT(Complaint({"logs", "-n", "luffy", "busy", "-c", "demo"}),
              HasSubstr("node \"box\" has no kubelet that could be asked"));
  EXPECT_THAT(Complaint({"exec", "-n", "luffy", "busy", "-c", "demo", "--", "ls"}),
              HasSubstr("node \"box\" has no kubelet that could be asked"));
}

TEST_P(KubectlTest, TakesTheTokenToo) {
  EXPECT_THAT(Rows(Out({"--context", "kubegauge-token", "top", "node"})),
              ElementsAre("box 0m 0% 2375Mi 9%"));
}

TEST_P(KubectlTest, IsToldThatTheMachineIsReadOnly) {
  EXPECT_THAT(Complaint({"delete", "ns", "luffy", "--wait=false"}), HasSubstr("MethodNotAllowed"));
  EXPECT_THAT(Complaint({"delete", "pod", "-n", "luffy", "busy"}), HasSubstr("MethodNotAllowed"));
  EXPECT_THAT(Complaint({"label", "node", "box", "a=b"}), HasSubstr("does not allow this method"));
}

}  // namespace
}  // namespace kubegauge::testing
