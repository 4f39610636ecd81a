// What people write to `kubegauge standalone` with an old and a new kubectl.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/e2e/kubectl_fixture.h"

namespace kubegauge::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kDeployment[] = R"(apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations: {kubegauge.io/simulated-load: "constant:600m"}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: app
        image: nginx:1.25
        ports: [{containerPort: 80}]
        resources: {requests: {cpu: 500m, memory: 64Mi}}
)";

class KubectlWriteTest : public KubectlTest {
 protected:
  std::vector<std::string> ServerArguments() const override {
    return {"--metric-resolution=100ms", "--simulated-start-delay=100ms"};
  }
  // The path of a file of that text.
  std::string File(const std::string& text) {
    const std::filesystem::path path = directory_.path() / "manifest.yaml";
    std::ofstream(path) << text;
    return path.native();
  }
  void Apply(const std::string& text) { Out({"apply", "-f", File(text)}); }
  // Whether what a command prints comes to hold `text`.
  bool ComesToShow(const std::vector<std::string>& arguments, const std::string& text) const {
    return Eventually([&] { return Kubectl(arguments).out.find(text) != std::string::npos; },
                      In(kPatience));
  }
};

INSTANTIATE_TEST_SUITE_P(Clients, KubectlWriteTest, ::testing::ValuesIn(Clients()),
                         [](const auto& info) { return std::string(info.param.name); });

TEST_P(KubectlWriteTest, AppliesAndDescribesADeployment) {
  EXPECT_EQ(Out({"apply", "-f", File(kDeployment)}), "deployment.apps/web created\n");
  EXPECT_EQ(Out({"apply", "-f", File(kDeployment)}), "deployment.apps/web unchanged\n");
  EXPECT_THAT(Out({"rollout", "status", "deployment", "web"}),
              HasSubstr("successfully rolled out"));
  EXPECT_THAT(Lines(Out({"get", "deployments", "-o", "wide"})),
              ElementsAre("NAME READY UP-TO-DATE AVAILABLE AGE CONTAINERS IMAGES SELECTOR",
                          AllOf(StartsWith("web 2/2 2 2 "), HasSubstr(" app nginx:1.25 app=web"))));
  EXPECT_THAT(Out({"describe", "deployment", "web"}),
              AllOf(HasSubstr("2 desired | 2 updated | 2 total | 2 available | 0 unavailable"),
                    HasSubstr("NewReplicaSet:   web-")));
  EXPECT_TRUE(ComesToShow({"top", "pod"}, "300m"));
  EXPECT_EQ(Rows(Out({"get", "pods", "-l", "app=web"})).size(), 2u);
}

TEST_P(KubectlWriteTest, ChangesADeploymentInEveryWay) {
  Apply(kDeployment);
  Out({"scale", "deployment", "web", "--replicas=3"});
  EXPECT_TRUE(ComesToShow({"get", "deployment", "web"}, "3/3"));
  Out({"label", "deployment", "web", "tier=front"});
  Out({"annotate", "deployment", "web", "note=hello"});
  EXPECT_EQ(Out({"get", "deployments", "-l", "tier=front", "-o", "name"}), "deployment.apps/web\n");
  Out({"set", "image", "deployment/web", "app=nginx:1.26"});
  Out({"patch", "deployment", "web", "-p",
       R"({"spec":{"template":{"spec":{"containers":[{"name":"app","env":[{"name":"A","value":"1"}]}]}}}})"});
  Out({"patch", "deployment", "web", "--type=json", "-p",
       R"([{"op":"replace","path":"/spec/replicas","value":1}])"});
  const auto spec = Json({"get", "deployment", "web", "-o", "json"})["spec"];
  EXPECT_EQ(spec["replicas"], 1);
  EXPECT_EQ(spec["template"]["spec"]["containers"][0]["image"], "nginx:1.26");
  EXPECT_EQ(spec["template"]["spec"]["containers"][0]["env"][0]["name"], "A");
  EXPECT_THAT(Out({"rollout", "status", "deployment", "web"}),
              HasSubstr("successfully rolled out"));
  Out({"rollout", "undo", "deployment", "web"});
  EXPECT_THAT(Complaint({"patch", "deployment", "web", "-p", R"({"spec":{"replicas":-1}})"}),
              HasSubstr("spec.replicas: Invalid value: -1: must be greater than or equal to 0"));
  Out({"delete", "deployment", "web"});
  EXPECT_TRUE(Eventually(
      [&] {
        return Out({"get", "pods", "-o", "name"}).empty();
      },
      In(kPatience)));
}

TEST_P(KubectlWriteTest, IsToldOfMistakes) {
  std::string wrong = kDeployment;
  wrong.replace(wrong.find("image:"), 6, "imagee:");
  EXPECT_THAT(Complaint({"apply", "-f", File(wrong)}), HasSubstr("imagee"));
  wrong = kDeployment;
  wrong.replace(wrong.find("constant:600m"), 13, "plenty");
  EXPECT_THAT(Complaint({"apply", "-f", File(wrong)}), HasSubstr("a load is one of constant:CPU"));
}

TEST_P(KubectlWriteTest, AppliesOnTheServer) {
  const std::string file = File(kDeployment);
  Out({"apply", "--server-side", "-f", file});
  Out({"set", "image", "deployment/web", "app=nginx:1.26"});
  EXPECT_THAT(Complaint({"apply", "--server-side", "-f", file}),
              HasSubstr("Apply failed with 1 conflict: conflict with \"kubectl-set\""));
  Out({"apply", "--server-side", "--force-conflicts", "-f", file});
  EXPECT_THAT(Out({"get", "deployment", "web", "-o", "yaml"}), HasSubstr("image: nginx:1.25"));
}

TEST_P(KubectlWriteTest, Autoscales) {
  Apply(kDeployment);
  Out({"autoscale", "deployment", "web", "--min=1", "--max=5", "--cpu-percent=50"});
  EXPECT_THAT(Lines(Out({"get", "hpa"})),
              ElementsAre("NAME REFERENCE TARGETS MINPODS MAXPODS REPLICAS AGE",
                          AllOf(StartsWith("web Deployment/web cpu: "), HasSubstr("/50% 1 5 "))));
  EXPECT_THAT(Out({"describe", "hpa", "web"}), HasSubstr("Deployment/web"));
  EXPECT_EQ(Json({"get", "horizontalpodautoscalers.v1.autoscaling", "web", "-o",
                  "json"})["spec"]["targetCPUUtilizationPercentage"],
            50);
  EXPECT_THAT(
      Complaint({"patch", "hpa", "web", "--type=merge", "-p", R"({"spec":{"minReplicas":9}})"}),
      HasSubstr("must be greater than or equal to `minReplicas`"));
}

TEST_P(KubectlWriteTest, KeepsLeasesEventsAndNamespaces) {
  Out({"create", "namespace", "team"});
  Apply(
      "apiVersion: coordination.k8s.io/v1\n"
      "kind: Lease\n"
      "metadata: {name: lock, namespace: team}\n"
      "spec: {holderIdentity: me, leaseDurationSeconds: 15}\n");
  EXPECT_THAT(Rows(Out({"get", "leases", "-n", "team"})), ElementsAre(StartsWith("lock me ")));
  Apply(
      "apiVersion: v1\n"
      "kind: Event\n"
      "metadata: {name: e, namespace: team}\n"
      "involvedObject: {kind: Deployment, name: web, namespace: team}\n"
      "reason: Scaled\n"
      "type: Normal\n"
      "message: scaled it\n");
  EXPECT_THAT(Rows(Out({"get", "events", "-n", "team"})),
              Contains(HasSubstr("Normal Scaled deployment/web scaled it")));
  Out({"delete", "namespace", "team"});
  EXPECT_EQ(Out({"get", "leases", "-A", "-o", "name"}), "");
}

}  // namespace
}  // namespace kubegauge::testing
