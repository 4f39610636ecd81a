// Patches of objects as clients send them; patches_test.cc tries each kind by itself.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/server/standalone/objects/objects_fixture.h"

namespace kubegauge::server {
namespace {

using testing::Answer;
using ::testing::HasSubstr;
using testing::kHpas;
using testing::kMergePatch;
using testing::kWeb;

constexpr char kApplyPatch[] = "application/apply-patch+yaml";

using ObjectPatchingTest = testing::ObjectsFixture;

TEST_F(ObjectPatchingTest, PatchesInEachForm) {
  MakeWeb();
  Ok("PATCH", kWeb, R"([{"op":"add","path":"/metadata/labels","value":{"a":"1"}}])",
     "application/json-patch+json");
  Ok("PATCH", kWeb, R"({"metadata":{"labels":{"b":"2"}}})", kMergePatch);
  const Json patched = Ok("PATCH", kWeb,
                          R"({"spec":{"template":{"spec":{"containers":[{"name":"side",)"
                          R"("image":"i"}]}}}})",
                          "application/strategic-merge-patch+json");
  EXPECT_EQ(patched["metadata"]["labels"].dump(), R"({"a":"1","b":"2"})");
  EXPECT_EQ(patched["spec"]["template"]["spec"]["containers"].size(), 2u);
  EXPECT_EQ(Refusal(422, "PATCH", kWeb, R"([{"op":"remove","path":"/nothing"}])",
                    "application/json-patch+json"),
            "the server rejected our request due to an error in our request");
  EXPECT_THAT(Refusal(409, "PATCH", kWeb, R"({"metadata":{"resourceVersion":"1"}})", kMergePatch),
              HasSubstr("has been modified"));
}

TEST_F(ObjectPatchingTest, AppliesOnTheServer) {
  const std::string yaml =
      "apiVersion: apps/v1\n"
      "kind: Deployment\n"
      "metadata: {name: web}\n"
      "spec:\n"
      "  replicas: 2\n"
      "  selector: {matchLabels: {app: web}}\n"
      "  template:\n"
      "    metadata: {labels: {app: web, yes: \"true\"}}\n"
      "    spec: {containers: [{name: app, image: nginx}]}\n";
  const std::string path = std::string(kWeb) + "?fieldManager=me";
  const Answer made = Send("PATCH", path, yaml, kApplyPatch);
  EXPECT_EQ(made.status, 201u) << made.body;
  const Json entries = Json::parse(made.body)["metadata"]["managedFields"];
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0]["manager"], "me");
  EXPECT_EQ(entries[0]["operation"], "Apply");
  Ok("PATCH", std::string(kWeb) + "/scale", R"({"spec":{"replicas":4}})", kMergePatch);
  EXPECT_EQ(Refusal(409, "PATCH", path, yaml, kApplyPatch),
            "Apply failed with 1 conflict: conflict with \"tester\" with subresource \"scale\" "
            "using apps/v1: .spec.replicas");
  EXPECT_EQ(Send("PATCH", path + "&force=false", yaml, kApplyPatch).status, 409u);
  EXPECT_EQ(Ok("PATCH", path + "&force=yes", yaml, kApplyPatch)["spec"]["replicas"], 2);
  EXPECT_THAT(Refusal(422, "PATCH", std::string(kWeb) + "?force=", "{}", kMergePatch),
              HasSubstr("force: Forbidden: may not be specified for non-apply patch"));
  EXPECT_EQ(Refusal(422, "PATCH", kWeb, yaml, kApplyPatch),
            "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required "
            "for apply patch");
  EXPECT_EQ(Refusal(400, "PATCH", path, "spec: {}", kApplyPatch), "invalid object type: /, Kind=");
  EXPECT_EQ(Refusal(400, "PATCH", path,
                    "{apiVersion: apps/v1, kind: Deployment, metadata: {managedFields: []}}",
                    kApplyPatch),
            "metadata.managedFields must be nil");
  EXPECT_EQ(Refusal(500, "PATCH", path, yaml + "  foo: 1\n", kApplyPatch),
            "failed to create typed patch object (/web; apps/v1, Kind=Deployment): .spec.foo: "
            "field not declared in schema");
}

// A HorizontalPodAutoscaler of `max_replicas` as kubectl sends it to be applied.
Json KubectlHpa(int max_replicas) {
  Json hpa = Json::parse(
      R"({"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"web",)"
      R"("annotations":{}},"spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment",)"
      R"("name":"w"},"metrics":[{"type":"Resource","resource":{"name":"cpu","target":)"
      R"({"type":"Utilization","averageUtilization":50}}}]}})");
  hpa["spec"]["maxReplicas"] = max_replicas;
  return hpa;
}
constexpr char kAppliedByKubectl[] =
    "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers/web?fieldManager=kubectl";
const Json::json_pointer kLastApplied(
    "/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration");

class ServerSideAfterClientSideApplyTest : public testing::ObjectsFixture {
 protected:
  ServerSideAfterClientSideApplyTest() {
    Json hpa = KubectlHpa(5);
    hpa[kLastApplied] = KubectlHpa(5).dump() + "\n";
    Ok("POST", std::string(kHpas) + "?fieldManager=kubectl-client-side-apply", hpa.dump());
  }
};

TEST_F(ServerSideAfterClientSideApplyTest, TakesOverWhatKubectlApplied) {
  EXPECT_THAT(Refusal(409, "PATCH", std::string(kHpas) + "/web?fieldManager=another",
                      KubectlHpa(7).dump(), kApplyPatch),
              HasSubstr("conflict with \"kubectl-client-side-apply\" using autoscaling/v2: "));
  const Json applied = Ok("PATCH", kAppliedByKubectl, KubectlHpa(7).dump(), kApplyPatch);
  EXPECT_EQ(applied["spec"]["maxReplicas"], 7);
  EXPECT_EQ(applied.at(kLastApplied),
            R"({"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":)"
            R"({"annotations":{},"name":"web"},"spec":{"maxReplicas":7,"metrics":[{"resource":)"
            R"({"name":"cpu","target":{"averageUtilization":50,"type":"Utilization"}},)"
            R"("type":"Resource"}],"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment",)"
            R"("name":"w"}}})"
            "\n");
}

TEST_F(ServerSideAfterClientSideApplyTest, RefusesWhatOthersHaveChangedSince) {
  Ok("PATCH", std::string(kHpas) + "/web?fieldManager=kubectl-client-side-apply",
     R"({"spec":{"maxReplicas":6}})", kMergePatch);
  Json wanted = KubectlHpa(7);
  wanted["spec"]["scaleTargetRef"]["name"] = "other";
  EXPECT_EQ(Refusal(409, "PATCH", kAppliedByKubectl, wanted.dump(), kApplyPatch),
            "Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\" using "
            "autoscaling/v2: .spec.maxReplicas");
  const Json forced =
      Ok("PATCH", std::string(kAppliedByKubectl) + "&force=true", wanted.dump(), kApplyPatch);
  EXPECT_THAT(forced.at(kLastApplied).get<std::string>(), HasSubstr(R"("maxReplicas":7)"));
}

}  // namespace
}  // namespace kubegauge::server
