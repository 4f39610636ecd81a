#include "tests/server/standalone/objects/objects_fixture.h"

// What objects look like once they are stored, whatever form they came in.
namespace kubegauge::testing {
namespace {

using server::Json;

using StoredFormTest = ObjectsFixture;

// Clients that speak protobuf send every zero. `kubectl rollout undo` sends the template as it was
// shown, which has to be the same then.
TEST_F(StoredFormTest, LeavesOutZerosThatGoLeavesOut) {
  Json deployment = Json::parse(WebDeployment());
  Json& spec = deployment["spec"];
  spec["minReadySeconds"] = 0;
  spec["paused"] = false;
  spec["replicas"] = 0;
  Json& pod_template = spec["template"];
  pod_template["metadata"]["generation"] = 0;
  pod_template["spec"]["hostNetwork"] = false;
  pod_template["spec"]["terminationGracePeriodSeconds"] = 0;
  Json& container = pod_template["spec"]["containers"][0];
  container["stdin"] = false;
  container["env"] = Json::array({{{"name", "A"}, {"value", ""}}});
  container["livenessProbe"] = {
      {"httpGet", {{"port", 80}}}, {"initialDelaySeconds", 0}, {"timeoutSeconds", 0}};
  container["ports"] = Json::array({{{"containerPort", 80}, {"hostPort", 0}}});

  const Json stored = Ok("POST", kDeployments, deployment.dump());
  const Json& kept = stored["spec"];
  EXPECT_FALSE(kept.contains("minReadySeconds"));
  EXPECT_FALSE(kept.contains("paused"));
  EXPECT_EQ(kept["replicas"], 0) << "a pointer in Go";
  EXPECT_FALSE(kept["template"]["metadata"].contains("generation"));
  EXPECT_FALSE(kept["template"]["spec"].contains("hostNetwork"));
  EXPECT_EQ(kept["template"]["spec"]["terminationGracePeriodSeconds"], 0) << "a pointer in Go";
  const Json& shown = kept["template"]["spec"]["containers"][0];
  EXPECT_FALSE(shown.contains("stdin"));
  EXPECT_EQ(shown["env"].dump(), R"([{"name":"A"}])");
  EXPECT_FALSE(shown["livenessProbe"].contains("initialDelaySeconds"));
  EXPECT_EQ(shown["livenessProbe"]["timeoutSeconds"], 1) << "the default";
  EXPECT_FALSE(shown["ports"][0].contains("hostPort"));
  EXPECT_EQ(stored["metadata"]["managedFields"].dump().find("f:hostNetwork"), std::string::npos);
}

// What a client sends again and again, with zeros that are not stored, is not new.
TEST_F(StoredFormTest, ZerosMakeNoNewGeneration) {
  Json deployment = Json::parse(WebDeployment());
  deployment["spec"]["paused"] = false;
  deployment["spec"]["selector"]["matchExpressions"] = Json::array();
  Json& container = deployment["spec"]["template"]["spec"]["containers"][0];
  container["env"] = Json::array({{{"name", "A"}, {"value", ""}}});
  container["tty"] = false;
  const Json made = Ok("POST", kDeployments, deployment.dump());
  EXPECT_EQ(Ok("PUT", kWeb, deployment.dump()), made);
  const Json again = Ok("PUT", kWeb, deployment.dump());
  EXPECT_EQ(again["metadata"]["generation"], 1);
  EXPECT_EQ(again["metadata"]["resourceVersion"], made["metadata"]["resourceVersion"]);

  deployment["apiVersion"] = "apps/v1";
  deployment["kind"] = "Deployment";
  const std::string apply = std::string(kWeb) + "?fieldManager=a&force=true";
  constexpr char kApply[] = "application/apply-patch+yaml";
  const Json applied = Ok("PATCH", apply, deployment.dump(), kApply);
  EXPECT_EQ(applied["metadata"]["generation"], 1);
  EXPECT_EQ(Ok("PATCH", apply, deployment.dump(), kApply), applied);

  deployment["spec"]["template"]["spec"]["containers"][0]["tty"] = true;
  EXPECT_EQ(Ok("PUT", kWeb, deployment.dump())["metadata"]["generation"], 2);
}

}  // namespace
}  // namespace kubegauge::testing
