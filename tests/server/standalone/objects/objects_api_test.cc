#include "server/standalone/objects/objects_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/server/standalone/objects/objects_fixture.h"

namespace kubegauge::server {
namespace {

using testing::Answer;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using testing::kDeployments;
using testing::kLeases;
using testing::kMergePatch;
using testing::kWeb;
using ::testing::StartsWith;
using testing::WebDeployment;

using ObjectsApiTest = testing::ObjectsFixture;

TEST_F(ObjectsApiTest, CreatesWithUpstreamsDefaults) {
  const Json made = Ok("POST", kDeployments, WebDeployment());
  EXPECT_EQ(made["kind"], "Deployment");
  EXPECT_EQ(made["apiVersion"], "apps/v1");
  EXPECT_EQ(made["metadata"]["namespace"], "default");
  EXPECT_EQ(made["metadata"]["generation"], 1);
  EXPECT_EQ(made["metadata"]["creationTimestamp"], "2023-11-14T22:13:20Z");
  EXPECT_EQ(made["metadata"]["uid"].get<std::string>().size(), 36u);
  EXPECT_EQ(made["spec"].dump(),
            R"({"replicas":1,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":)"
            R"({"labels":{"app":"web"}},"spec":{"containers":[{"name":"app","image":"nginx",)"
            R"("resources":{},"terminationMessagePath":"/dev/termination-log",)"
            R"("terminationMessagePolicy":"File","imagePullPolicy":"Always"}],)"
            R"("restartPolicy":"Always","terminationGracePeriodSeconds":30,)"
            R"("dnsPolicy":"ClusterFirst","securityContext":{},"schedulerName":)"
            R"("default-scheduler"}},"strategy":{"type":"RollingUpdate","rollingUpdate":)"
            R"({"maxUnavailable":"25%","maxSurge":"25%"}},"revisionHistoryLimit":10,)"
            R"("progressDeadlineSeconds":600})");
  EXPECT_EQ(made["status"], Json::object());
}

TEST_F(ObjectsApiTest, RefusesWhatBreaksTheRules) {
  const auto with = [](const char* pointer, const Json& value) {
    Json deployment = Json::parse(WebDeployment());
    deployment[Json::json_pointer(pointer)] = value;
    return deployment.dump();
  };
  const struct {
    std::string body;
    unsigned status;
    const char* message;
  } kCases[] = {
      {with("/spec/replicas", -1), 422,
       R"(Deployment.apps "web" is invalid: spec.replicas: Invalid value: -1: must be greater than )"
       R"(or equal to 0)"},
      {with("/spec/selector", nullptr), 422,
       R"(Deployment.apps "web" is invalid: spec.selector: Required value)"},
      {with("/spec/selector", Json::object()), 422,
       R"(Deployment.apps "web" is invalid: spec.selector: Invalid value: {}: empty selector is )"
       R"(invalid for deployment)"},
      {with("/spec/template/metadata/labels/app", "other"), 422,
       "spec.template.metadata.labels: Invalid value: {\"app\":\"other\"}: `selector` does not "
       "match "
       "template `labels`"},
      {with("/spec/template/spec/containers", Json::array()), 422,
       "spec.template.spec.containers: Required value"},
      {with("/spec/template/spec/containers/0/image", nullptr), 422,
       "spec.template.spec.containers[0].image: Required value"},
      {with("/spec/template/spec/restartPolicy", "Never"), 422,
       R"(spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always")"},
      {with("/spec/template/spec/containers/0/resources",
            {{"requests", {{"cpu", "2"}}}, {"limits", {{"cpu", "1"}}}}),
       422,
       R"(spec.template.spec.containers[0].resources.requests: Invalid value: "2": must be less )"
       R"(than or equal to cpu limit of 1)"},
      {with("/metadata/name", "Web"), 422,
       R"(metadata.name: Invalid value: "Web": a lowercase RFC)"},
      {with("/metadata/labels", {{"a b", "c"}}), 422, R"(metadata.labels: Invalid value: "a b": )"},
      {with("/metadata/name", nullptr), 422,
       "metadata.name: Required value: name or generateName is required"},
      {with("/metadata/namespace", "other"), 400,
       "the namespace of the provided object does not match the namespace sent on the request"},
      {with("/metadata/resourceVersion", "5"), 500,
       "resourceVersion should not be set on objects to be created"},
      {with("/metadata/annotations", {{"kubegauge.io/simulated-load", "much"}}), 422,
       "metadata.annotations[kubegauge.io/simulated-load]: Invalid value: \"much\": a load is one "
       "of"},
      {with("/spec/replicas", "3"), 400,
       R"(Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal )"
       R"(string into Go struct field DeploymentSpec.spec.replicas of type int32)"},
      {with("/spec/replicas", 3'000'000'000), 400, "cannot unmarshal number 3000000000 into Go"},
      {with("/spec/template/spec/containers/0/resources", {{"limits", {{"cpu", "lots"}}}}), 400,
       "quantities must match the regular expression"},
      {with("/kind", "Pod"), 400,
       R"(Pod in version "v1" cannot be handled as a Deployment: no kind "Pod" is registered for )"
       R"(version "apps/v1" in scheme "k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30")"},
      {with("/apiVersion", "apps/v1beta1"), 400,
       R"(Deployment in version "v1beta1" cannot be handled as a Deployment: no kind "Deployment" )"
       R"(is registered for version "apps/v1beta1" in scheme )"},
      {R"({"kind":"HorizontalPodAutoscaler","apiVersion":"autoscaling/v2"})", 400,
       "cannot be handled as a Deployment: converting (v2.HorizontalPodAutoscaler) to "
       "(apps.Deployment): unknown conversion"},
      {R"({"apiVersion":"a/b/c"})", 400,
       "the object provided is unrecognized (must be of type Deployment): unexpected GroupVersion "
       "string: a/b/c ({\"apiVersion\":\"a/b/c\"})"},
      {R"({"kind":1})", 400,
       "the object provided is unrecognized (must be of type Deployment): couldn't get "
       "version/kind; json parse error: json: cannot unmarshal number into Go struct field .kind "
       "of type string ({\"kind\":1})"},
      {"{", 400,
       "the object provided is unrecognized (must be of type Deployment): couldn't get "
       "version/kind; json parse error: unexpected end of JSON input ({)"},
      {"[]", 400,
       "json parse error: json: cannot unmarshal array into Go value of type struct { APIVersion "
       "string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string "
       "\"json:\\\"kind,omitempty\\\"\" } (5b5d)"},
      {"", 400, "json parse error: unexpected end of JSON input (<empty>)"},
      {"null", 422, "metadata.name: Required value: name or generateName is required"},
      {with("/metadata/finalizers", Json::array({"mine"})), 422,
       R"(metadata.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer)"},
      {with("/metadata/ownerReferences", Json::array({{{"kind", "K"}, {"name", "n"}}})), 422,
       R"(metadata.ownerReferences.uid: Invalid value: "": must not be empty)"},
      {std::string(300, '['), 400, "exceeded max depth"},
  };
  for (const auto& [body, status, message] : kCases) {
    EXPECT_THAT(Refusal(status, "POST", kDeployments, body), HasSubstr(message)) << body;
  }
  EXPECT_EQ(store_.List(ResourceTypeNamed("deployments")).objects.size(), 0u);
  EXPECT_EQ(Refusal(404, "POST", "/apis/apps/v1/namespaces/nowhere/deployments", WebDeployment()),
            "namespaces \"nowhere\" not found");
}

TEST_F(ObjectsApiTest, AnswersErrorsAsKubeApiserver) {
  MakeWeb();
  const struct {
    const char* method;
    std::string target;
    unsigned status;
    const char* message;
  } kCases[] = {
      {"POST", kDeployments, 409, R"(deployments.apps "web" already exists)"},
      {"GET", std::string(kDeployments) + "/other", 404, R"(deployments.apps "other" not found)"},
      {"PUT", std::string(kDeployments) + "/other", 400,
       "the name of the object (web) does not match the name on the URL (other)"},
      {"DELETE", std::string(kDeployments) + "/other", 404,
       R"(deployments.apps "other" not found)"},
      {"GET", std::string(kWeb) + "/log", 404, "could not find the requested resource"},
      {"GET", std::string(kLeases) + "/x/status", 404, "could not find the requested resource"},
      {"DELETE", std::string(kWeb) + "/status", 405, "does not allow this method"},
      {"POST", "/api/v1/namespaces/default/pods", 405, "does not allow this method"},
      {"POST", "/apis/apps/v1/deployments", 405, "does not allow this method"},
      {"DELETE", "/api/v1/namespaces/default", 405, "does not allow this method"},
      {"DELETE", "/api/v1/nodes/box", 405, "does not allow this method"},
      {"POST", std::string(kDeployments) + "?dryRun=Some", 422,
       R"(dryRun: Unsupported value: ["Some"]: supported values: "All")"},
      {"POST", std::string(kDeployments) + "?fieldValidation=Loose", 422,
       R"(fieldValidation: Unsupported value: "Loose": supported values: "", "Ignore", "Strict", "Warn")"},
      {"GET", std::string(kDeployments) + "?fieldSelector=spec.replicas%3D1", 400,
       "\"spec.replicas\" is not a known field selector: only \"metadata.name\", "
       "\"metadata.namespace\""},
      {"POST", kWeb, 405, "does not allow this method"},
      {"GET", std::string(kDeployments) + "?resourceVersion=99999", 504,
       "Too large resource version: 99999, current: "},
  };
  for (const auto& [method, target, status, message] : kCases) {
    EXPECT_THAT(Refusal(status, method, target, WebDeployment()), HasSubstr(message)) << target;
  }
  EXPECT_THAT(Refusal(415, "PATCH", kWeb, "{}", "application/json"),
              HasSubstr("415: Unsupported Media Type"));
  EXPECT_THAT(Refusal(415, "POST", kDeployments, "x", "text/plain"),
              HasSubstr("accepted media types include: application/json, "));
}

TEST_F(ObjectsApiTest, UpdatesOnlyTheStateThatTheClientKnows) {
  Json known = Ok("POST", kDeployments, WebDeployment());
  Json changed = known;
  changed["spec"]["replicas"] = 3;
  const Json updated = Ok("PUT", kWeb, changed.dump());
  EXPECT_EQ(updated["spec"]["replicas"], 3);
  EXPECT_EQ(updated["metadata"]["generation"], 2);
  EXPECT_EQ(updated["metadata"]["uid"], known["metadata"]["uid"]);
  EXPECT_EQ(Refusal(409, "PUT", kWeb, changed.dump()),
            "Operation cannot be fulfilled on deployments.apps \"web\": the object has been "
            "modified; please apply your changes to the latest version and try again");
  // Without a version whatever is there is replaced; what says nothing new is no write.
  changed["metadata"].erase("resourceVersion");
  EXPECT_EQ(Ok("PUT", kWeb, changed.dump())["metadata"]["resourceVersion"],
            updated["metadata"]["resourceVersion"]);
  changed["metadata"]["uid"] = "other";
  EXPECT_THAT(Refusal(409, "PUT", kWeb, changed.dump()),
              HasSubstr("StorageError: invalid object, Code: 4, Key: "
                        "/deployments/default/web, ResourceVersion: 0, "
                        "AdditionalErrorMsg: Precondition failed: UID in precondition: other, UID "
                        "in object meta: "));
  changed["metadata"].erase("uid");
  changed["spec"]["selector"]["matchLabels"]["tier"] = "x";
  changed["spec"]["template"]["metadata"]["labels"]["tier"] = "x";
  EXPECT_THAT(Refusal(422, "PUT", kWeb, changed.dump()), HasSubstr("field is immutable"));
}

TEST_F(ObjectsApiTest, KeepsSpecAndStatusApart) {
  Json known = Ok("POST", kDeployments, WebDeployment());
  known["spec"]["replicas"] = 9;
  known["status"] = {{"replicas", 2}};
  Json status = Ok("PUT", std::string(kWeb) + "/status", known.dump());
  EXPECT_EQ(status["spec"]["replicas"], 1);
  EXPECT_EQ(status["status"]["replicas"], 2);
  EXPECT_EQ(status["metadata"]["generation"], 1);
  status["spec"]["replicas"] = 4;
  status["status"] = {{"replicas", 7}};
  status = Ok("PUT", kWeb, status.dump());
  EXPECT_EQ(status["spec"]["replicas"], 4);
  EXPECT_EQ(status["status"]["replicas"], 2);
  EXPECT_EQ(status["metadata"]["generation"], 2);
}

TEST_F(ObjectsApiTest, Scales) {
  MakeWeb();
  const std::string path = std::string(kWeb) + "/scale";
  Json scale = Ok("GET", path);
  EXPECT_EQ(scale["kind"], "Scale");
  EXPECT_EQ(scale["apiVersion"], "autoscaling/v1");
  EXPECT_EQ(scale["spec"].dump(), R"({"replicas":1})");
  EXPECT_EQ(scale["status"].dump(), R"({"replicas":0,"selector":"app=web"})");
  scale["spec"]["replicas"] = 5;
  EXPECT_EQ(Ok("PUT", path, scale.dump())["spec"]["replicas"], 5);
  EXPECT_EQ(Ok("GET", kWeb)["spec"]["replicas"], 5);
  EXPECT_THAT(Refusal(409, "PUT", path, scale.dump()), HasSubstr("has been modified"));
  EXPECT_EQ(Ok("PATCH", path, R"({"spec":{"replicas":0}})", kMergePatch)["spec"].dump(), "{}");
  EXPECT_EQ(Refusal(422, "PATCH", path, R"({"spec":{"replicas":-1}})", kMergePatch),
            "Scale.autoscaling \"web\" is invalid: spec.replicas: Invalid value: -1: must be "
            "greater than or equal to 0");
}

TEST_F(ObjectsApiTest, ValidatesFieldsAsAsked) {
  Json deployment = Json::parse(WebDeployment());
  deployment["spec"]["template"]["spec"]["containers"][0]["imagee"] = "x";
  deployment["spec"]["replica"] = 1;
  const std::string body = deployment.dump();
  EXPECT_EQ(Refusal(400, "POST", std::string(kDeployments) + "?fieldValidation=Strict", body),
            "Deployment in version \"v1\" cannot be handled as a Deployment: strict decoding "
            "error: unknown field \"spec.template.spec.containers[0].imagee\", unknown field "
            "\"spec.replica\"");
  const Answer warned = Send("POST", kDeployments, body);
  EXPECT_EQ(warned.status, 201u);
  EXPECT_EQ(warned.Header("Warning"),
            R"(299 - "unknown field \"spec.template.spec.containers[0].imagee\"")");
  EXPECT_THAT(warned.body, ::testing::Not(HasSubstr("imagee")));
  const Answer ignored = Send("PUT", std::string(kWeb) + "?fieldValidation=Ignore", body);
  EXPECT_EQ(ignored.Header("Warning"), "");
}

TEST_F(ObjectsApiTest, TellsOnceOfEachFieldAndOfAtMostAHundred) {
  const auto refusal = [&](const std::string& members) {
    const std::string body = "{" + members + WebDeployment().substr(1);
    return Refusal(400, "POST", std::string(kDeployments) + "?fieldValidation=Strict", body);
  };
  EXPECT_THAT(refusal(R"("a\\":1,"a\\":2,)"),
              EndsWith("strict decoding error: unknown field \"a\\\\\""));
  std::string many;
  for (int i = 0; i < 120; ++i) many += "\"x" + std::to_string(i) + "\":1,";
  EXPECT_THAT(refusal(many), EndsWith("unknown field \"x98\", unknown field \"x99\""));
}

TEST_F(ObjectsApiTest, TriesWithoutWriting) {
  const uint64_t version = store_.version();
  EXPECT_EQ(
      Ok("POST", std::string(kDeployments) + "?dryRun=All", WebDeployment())["spec"]["replicas"],
      1);
  EXPECT_EQ(store_.version(), version);
  MakeWeb();
  EXPECT_EQ(Refusal(409, "POST", std::string(kDeployments) + "?dryRun=All", WebDeployment()),
            "deployments.apps \"web\" already exists");
  EXPECT_EQ(Ok("PATCH", std::string(kWeb) + "?dryRun=All", R"({"spec":{"replicas":7}})",
               kMergePatch)["spec"]["replicas"],
            7);
  Ok("DELETE", std::string(kWeb) + "?dryRun=All");
  EXPECT_EQ(Ok("GET", kWeb)["spec"]["replicas"], 1);
}

TEST_F(ObjectsApiTest, MakesNames) {
  Json lease = {{"metadata", {{"generateName", "lock-"}}}};
  const Json first = Ok("POST", kLeases, lease.dump());
  const Json second = Ok("POST", kLeases, lease.dump());
  EXPECT_THAT(first["metadata"]["name"].get<std::string>(),
              ::testing::MatchesRegex("lock-[a-z0-9]{5}"));
  EXPECT_NE(first["metadata"]["name"], second["metadata"]["name"]);
}

TEST_F(ObjectsApiTest, ShowsEventsInBothShapes) {
  const std::string events = "/api/v1/namespaces/default/events";
  Ok("POST", events,
     R"({"metadata":{"name":"e"},"involvedObject":{"kind":"Pod","namespace":"default",)"
     R"("name":"p"},"message":"hello","reason":"R","count":2,"source":{"component":"c"},)"
     R"("eventTime":null,"reportingComponent":""})");
  const Json other = Ok("GET", "/apis/events.k8s.io/v1/namespaces/default/events/e");
  EXPECT_EQ(other["apiVersion"], "events.k8s.io/v1");
  EXPECT_EQ(other["note"], "hello");
  EXPECT_EQ(other["regarding"]["name"], "p");
  EXPECT_EQ(other["deprecatedCount"], 2);
  EXPECT_FALSE(other.contains("message"));
  Json changed = other;
  changed["note"] = "bye";
  Ok("PUT", "/apis/events.k8s.io/v1/namespaces/default/events/e", changed.dump());
  EXPECT_EQ(Ok("GET", events + "/e")["message"], "bye");
  EXPECT_EQ(Ok("GET", events + "?fieldSelector=involvedObject.name%3Dp,source%3Dc")["items"].size(),
            1u);
  EXPECT_EQ(Ok("GET", events + "?fieldSelector=involvedObject.name%3Dq")["items"].size(), 0u);
  EXPECT_EQ(
      Ok("GET", "/apis/events.k8s.io/v1/events?fieldSelector=regarding.kind%3DPod")["items"].size(),
      1u);
  EXPECT_THAT(Refusal(422, "POST", events,
                      R"({"metadata":{"name":"f"},"involvedObject":{"namespace":"x"}})"),
              HasSubstr("involvedObject.namespace: Invalid value: \"x\": does not match"));
}

TEST_F(ObjectsApiTest, KeepsTimesAndQuantitiesInTheirNormalForm) {
  const Json lease = Ok("POST", kLeases,
                        R"({"metadata":{"name":"l"},"spec":{"renewTime":)"
                        R"("2026-01-02T03:04:05.5+01:00","holderIdentity":null}})");
  EXPECT_EQ(lease["spec"].dump(), R"({"renewTime":"2026-01-02T02:04:05.500000Z"})");
  Json deployment = Json::parse(WebDeployment());
  deployment["spec"]["template"]["spec"]["containers"][0]["resources"] = {
      {"limits", {{"cpu", 1}, {"memory", "1024Mi"}}}};
  EXPECT_EQ(Ok("POST", kDeployments,
               deployment.dump())["spec"]["template"]["spec"]["containers"][0]["resources"]
                .dump(),
            R"({"limits":{"cpu":"1","memory":"1Gi"}})");
}

TEST_F(ObjectsApiTest, KeepsHpasInTheirNewestVersion) {
  const std::string v1 = "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers";
  const std::string v2 = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";
  const Json made = Ok("POST", v1,
                       R"({"metadata":{"name":"web"},"spec":{"scaleTargetRef":{"apiVersion":)"
                       R"("apps/v1","kind":"Deployment","name":"web"},"maxReplicas":5,)"
                       R"("targetCPUUtilizationPercentage":70}})");
  EXPECT_EQ(made["apiVersion"], "autoscaling/v1");
  EXPECT_EQ(made["spec"]["targetCPUUtilizationPercentage"], 70);
  EXPECT_EQ(made["spec"]["minReplicas"], 1);
  Json stored = Ok("GET", v2 + "/web");
  EXPECT_EQ(stored["spec"]["metrics"].dump(),
            R"([{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization",)"
            R"("averageUtilization":70}}}])");
  stored["spec"]["behavior"] = Json::object();
  stored["spec"]["metrics"] = Json::array();
  stored = Ok("PUT", v2 + "/web", stored.dump());
  EXPECT_EQ(stored["spec"]["metrics"][0]["resource"]["target"]["averageUtilization"], 80);
  EXPECT_EQ(stored["spec"]["behavior"]["scaleDown"]["selectPolicy"], "Max");
  stored["spec"]["minReplicas"] = 9;
  EXPECT_EQ(Refusal(422, "PUT", v2 + "/web", stored.dump()),
            "HorizontalPodAutoscaler.autoscaling \"web\" is invalid: spec.maxReplicas: Invalid "
            "value: 5: must be greater than or equal to `minReplicas`");
  stored["status"] = {{"currentReplicas", 2}, {"desiredReplicas", 3}};
  stored = Ok("PUT", v2 + "/web/status", stored.dump());
  EXPECT_EQ(stored["spec"]["minReplicas"], 1);
  EXPECT_EQ(stored["status"]["desiredReplicas"], 3);
  EXPECT_EQ(Ok("GET", v1 + "/web")["status"]["currentReplicas"], 2);
}

TEST_F(ObjectsApiTest, SpeaksYaml) {
  MakeWeb();
  apiservice::Request request = testing::MakeRequest(kWeb, {{"Accept", "application/yaml"}});
  EXPECT_THAT(testing::Ask(api_, request).body,
              StartsWith("apiVersion: apps/v1\nkind: Deployment\n"));
}

}  // namespace
}  // namespace kubegauge::server
