#include <gmock/gmock.h>

#include "tests/server/standalone/objects/objects_fixture.h"

// HorizontalPodAutoscalers in the standalone API. What is expected is what kube-apiserver 1.36
// answers to the same requests.
namespace kubegauge::testing {
namespace {

using server::Json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kStrategicPatch[] = "application/strategic-merge-patch+json";

// `members` are further ones of the spec.
std::string Hpa(const std::string& members = "", const std::string& name = "web") {
  return R"({"metadata":{"name":")" + name +
         R"("},"spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment",)"
         R"("name":"web"},"maxReplicas":5)" +
         (members.empty() ? "" : "," + members) + "}}";
}

using HpaObjectsTest = ObjectsFixture;

TEST_F(HpaObjectsTest, KeepsTheTextOfNumbersThatAreQuantities) {
  const auto stored = [&](const std::string& number, const std::string& name) {
    const Json hpa = Ok("POST", kHpas,
                        Hpa(R"("metrics":[{"type":"External","external":{"metric":{"name":"q"},)"
                            R"("target":{"type":"Value","value":)" +
                                number + "}}}]",
                            name));
    return hpa.at(Json::json_pointer("/spec/metrics/0/external/target/value"));
  };
  const std::pair<const char*, const char*> rows[] = {
      {"1e3", "1e3"},    {"1E3", "1E3"}, {"100000000000000000000", "100E"},
      {"1.50", "1500m"}, {"1000", "1k"}, {"0.0000001", "100n"},
  };
  for (size_t i = 0; i < std::size(rows); ++i) {
    EXPECT_EQ(stored(rows[i].first, "h" + std::to_string(i)), rows[i].second) << rows[i].first;
  }
  const std::string field =
      " into Go struct field HorizontalPodAutoscalerSpec.spec.minReplicas of type int32";
  for (const std::string number : {"1e3", "99999999999999999999", "1.50", "1.0"}) {
    EXPECT_THAT(Refusal(400, "POST", kHpas, Hpa(R"("minReplicas":)" + number)),
                HasSubstr("json: cannot unmarshal number " + number + field));
  }
}

// JSON and merge patches are merged as texts; a strategic one is read into numbers first.
TEST_F(HpaObjectsTest, PatchesKeepTheTextOfNumbersWhereUpstreamsDo) {
  Ok("POST", kHpas, Hpa(R"("behavior":{"scaleUp":{"tolerance":"0.1"}})"));
  const std::string members = R"({"spec":{"behavior":{"scaleUp":{"tolerance":1e0}}}})";
  const struct {
    const char* type;
    std::string patch;
    const char* tolerance;
  } kCases[] = {
      {kMergePatch, members, "1e0"},
      {kStrategicPatch, members, "1"},
      {"application/json-patch+json",
       R"([{"op":"replace","path":"/spec/behavior/scaleUp/tolerance","value":1E0}])", "1E0"},
  };
  for (const auto& [type, patch, tolerance] : kCases) {
    const Json hpa = Ok("PATCH", kWebHpa, patch, type);
    EXPECT_EQ(hpa["spec"]["behavior"]["scaleUp"]["tolerance"], tolerance) << type;
  }
}

TEST_F(HpaObjectsTest, TellsOfKeysThatYamlHasTwice) {
  const std::string hpa =
      "metadata: {name: web}\nspec:\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, "
      "name: web}\n  maxReplicas: 3\n  maxReplicas: 4\n  \"f\\\"o<\": 1\n";
  constexpr char kYaml[] = "application/yaml";
  EXPECT_EQ(
      Refusal(400, "POST", std::string(kHpas) + "?fieldValidation=Strict", hpa, kYaml),
      "HorizontalPodAutoscaler in version \"v2\" cannot be handled as a "
      "HorizontalPodAutoscaler: strict decoding error: yaml: unmarshal errors:\n  line 5: key "
      "\"maxReplicas\" already set in map, unknown field \"spec.f\\\"o<\"");
  EXPECT_EQ(Refusal(400, "POST", kHpas, "kind: 1\n", kYaml),
            "the object provided is unrecognized (must be of type HorizontalPodAutoscaler): "
            "couldn't get version/kind; json parse error: json: cannot unmarshal number into Go "
            "struct field .kind of type string (6b696e643a20310a)");
  const Answer warned = Send("POST", kHpas, hpa, kYaml);
  EXPECT_EQ(warned.status, 201u) << warned.body;
  std::vector<std::string> warnings;
  for (const auto& [name, value] : warned.headers) {
    if (name == "Warning") warnings.push_back(value);
  }
  EXPECT_THAT(warnings, ElementsAre(R"(299 - "line 5: key \"maxReplicas\" already set in map")",
                                    R"(299 - "unknown field \"spec.f\\\"o<\"")"));
  EXPECT_EQ(Json::parse(warned.body)["spec"]["maxReplicas"], 4);
}

TEST_F(HpaObjectsTest, AddsWhatComesAgainToWhatWasThere) {
  const Json hpa = Ok("POST", kHpas,
                      Hpa(R"("behavior":{"scaleUp":{"stabilizationWindowSeconds":7}},)"
                          R"("behavior":{"scaleDown":{"stabilizationWindowSeconds":9}})"));
  EXPECT_EQ(hpa["spec"]["behavior"]["scaleUp"]["stabilizationWindowSeconds"], 7);
  EXPECT_EQ(hpa["spec"]["behavior"]["scaleDown"]["stabilizationWindowSeconds"], 9);
  const Json lists =
      Ok("POST", kHpas,
         Hpa(R"("metrics":[{"type":"Pods","pods":{"metric":{"name":"m"}}},{"type":"Object"}],)"
             R"("metrics":[{"pods":{"target":{"type":"AverageValue","averageValue":"1"}}}])",
             "lists"));
  EXPECT_EQ(lists["spec"]["metrics"].dump(),
            R"([{"type":"Pods","pods":{"metric":{"name":"m"},)"
            R"("target":{"type":"AverageValue","averageValue":"1"}}}])");
}

TEST_F(HpaObjectsTest, KeepsValuesThatComeAgainAsNull) {
  const Json hpa = Ok("POST", kHpas,
                      Hpa(R"("maxReplicas":null,"minReplicas":2,"minReplicas":null,)"
                          R"("scaleTargetRef":null)"));
  EXPECT_EQ(hpa["spec"]["maxReplicas"], 5);
  EXPECT_EQ(hpa["spec"]["minReplicas"], 1) << "a pointer in Go: the default";
  EXPECT_EQ(hpa["spec"]["scaleTargetRef"]["name"], "web");
}

TEST_F(HpaObjectsTest, RefusesWithUpstreamsWords) {
  const struct {
    std::string body;
    unsigned status;
    std::string message;
  } kCases[] = {
      {Hpa(R"("behavior":{"scaleUp":{"policies":[]}})"), 422,
       R"(HorizontalPodAutoscaler.autoscaling "web" is invalid: spec.behavior.scaleUp.policies: )"
       "Required value: must specify at least one Policy"},
      {Hpa(R"("metrics":[{}])"), 422,
       R"(HorizontalPodAutoscaler.autoscaling "web" is invalid: [spec.metrics[0].type: Required )"
       "value: must specify a metric source type, spec.metrics[0].type: Unsupported value: \"\": "
       R"(supported values: "ContainerResource", "External", "Object", "Pods", "Resource"])"},
      {Hpa(R"("metrics":{})"), 400,
       "json: cannot unmarshal object into Go struct field "
       "HorizontalPodAutoscalerSpec.spec.metrics "
       "of type []v2.MetricSpec"},
      {Hpa(R"("minReplicas":1.5)"), 400, "cannot unmarshal number 1.5 into Go struct field"},
      {Hpa(R"("behavior":{"scaleDown":{"tolerance":"-0012"}})"), 422,
       R"(spec.behavior.scaleDown.tolerance: Invalid value: "-0012": must be greater than or )"},
      {Hpa("", "Web"), 422, R"(metadata.name: Invalid value: "Web": a lowercase RFC 1123)"},
      {"{}", 422,
       R"(HorizontalPodAutoscaler.autoscaling "" is invalid: [metadata.name: Required value: name )"
       "or generateName is required, spec.maxReplicas: Required value: must be set and greater "},
      {R"({"kind":"HorizontalPodAutoscaler","apiVersion":"autoscaling/v1"})", 400,
       "the API version in the data (autoscaling/v1) does not match the expected API version "
       "(autoscaling/v2)"},
      {R"({"apiVersion":"autoscaling/v1","spec":{"maxReplicas":"x"}})", 400,
       R"(HorizontalPodAutoscaler in version "v1" cannot be handled as a HorizontalPodAutoscaler: )"
       "json: cannot unmarshal string into Go struct field HorizontalPodAutoscalerSpec.spec."},
      {Hpa("", "a\\nb"), 422, R"(HorizontalPodAutoscaler.autoscaling "a\nb" is invalid: )"},
  };
  for (const auto& [body, status, message] : kCases) {
    EXPECT_THAT(Refusal(status, "POST", kHpas, body), HasSubstr(message)) << body;
  }
}

TEST_F(HpaObjectsTest, TellsOfFieldsThatAreUnknownOrThereTwice) {
  const std::string body = Hpa(R"("maxReplicas":6,"foo":1)");
  EXPECT_THAT(Refusal(400, "POST", std::string(kHpas) + "?fieldValidation=Strict", body),
              HasSubstr("strict decoding error: duplicate field \"spec.maxReplicas\", unknown "
                        "field \"spec.foo\""));
  const Answer warned = Send("POST", kHpas, body);
  EXPECT_EQ(warned.status, 201u);
  EXPECT_EQ(warned.Header("Warning"), R"(299 - "duplicate field \"spec.maxReplicas\"")");
  EXPECT_EQ(Json::parse(warned.body)["spec"]["maxReplicas"], 6);
}

TEST_F(HpaObjectsTest, WarnsOfUnknownFieldsEvenInRefusedWrites) {
  const std::string wrong = Hpa(R"("minReplicas":9,"foo":1)");
  const std::string warning = R"(299 - "unknown field \"spec.foo\"")";
  const Answer unmade = Send("POST", kHpas, wrong);
  EXPECT_EQ(unmade.status, 422u) << unmade.body;
  EXPECT_EQ(unmade.Header("Warning"), warning);
  Ok("POST", kHpas, Hpa());
  EXPECT_EQ(Send("PUT", kWebHpa, wrong).Header("Warning"), warning);
  const std::string patch = R"({"spec":{"minReplicas":9,"foo":1}})";
  EXPECT_EQ(Send("PATCH", kWebHpa, patch, kMergePatch).Header("Warning"), warning);
}

// Upstream counts no generations of HPAs.
TEST_F(HpaObjectsTest, KeepsTheGenerationThatANewOneSays) {
  const auto of_generation = [](const std::string& generation, const std::string& name) {
    Json hpa = Json::parse(Hpa("", name));
    hpa["metadata"]["generation"] = Json::parse(generation);
    return hpa.dump();
  };
  EXPECT_EQ(Ok("POST", kHpas, of_generation("5", "five"))["metadata"]["generation"], 5);
  EXPECT_FALSE(Ok("POST", kHpas, of_generation("0", "none"))["metadata"].contains("generation"));
  EXPECT_THAT(
      Refusal(422, "POST", kHpas, of_generation("-1", "less")),
      HasSubstr("metadata.generation: Invalid value: -1: must be greater than or equal to"));
}

// Defaults are for what v2 says, not for the annotation of v1.
TEST_F(HpaObjectsTest, RefusesAnnotatedBehaviorWithoutPolicies) {
  constexpr char kV1Hpas[] = "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers";
  Json hpa = Json::parse(Hpa());
  hpa["metadata"]["annotations"]["autoscaling.alpha.kubernetes.io/behavior"] =
      R"({"ScaleUp":{"StabilizationWindowSeconds":60},"ScaleDown":{"Policies":[]}})";
  EXPECT_THAT(Refusal(422, "POST", kV1Hpas, hpa.dump()),
              HasSubstr("[spec.behavior.scaleUp.policies: Required value: must specify at least "
                        "one Policy, spec.behavior.scaleDown.policies: Required value"));
}

TEST_F(HpaObjectsTest, ShowsNewOnesAsUpstream) {
  const Json made =
      Ok("POST", kHpas,
         R"({"metadata":{"name":"web","labels":{},"finalizers":[]},"spec":{)"
         R"("scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"w"},)"
         R"("maxReplicas":5,"metrics":[{"type":"Pods","pods":{"metric":{"name":"m"},)"
         R"("target":{"type":"AverageValue","averageValue":"1E3"}}}]}})");
  EXPECT_EQ(made["status"].dump(), R"({"desiredReplicas":0,"currentMetrics":null})");
  EXPECT_FALSE(made["metadata"].contains("labels"));
  EXPECT_FALSE(made["metadata"].contains("finalizers"));
  EXPECT_EQ(made["spec"]["metrics"][0]["pods"]["target"]["averageValue"], "1E3");
}

TEST_F(HpaObjectsTest, ReadsTheManagedFieldsThatItDoesNotTakeOver) {
  const Json hpa = Ok("POST", kHpas, Hpa());
  const std::pair<std::string, Json> kWrong[] = {
      {"time", 5}, {"operation", Json::object()}, {"manager", Json::array()}};
  for (const auto& [member, value] : kWrong) {
    Json wrong = hpa;
    wrong["metadata"]["managedFields"][0][member] = value;
    EXPECT_THAT(Refusal(400, "PUT", kWebHpa, wrong.dump()),
                HasSubstr("Go struct field ManagedFieldsEntry.metadata.managedFields." + member));
  }
}

TEST_F(HpaObjectsTest, WantsTheNameInWrites) {
  Ok("POST", kHpas, Hpa());
  const std::string nameless =
      "the name of the object (web based on URL) was undeterminable: name must be provided";
  EXPECT_EQ(Refusal(400, "PUT", kWebHpa, Hpa("", "")), nameless);
  EXPECT_EQ(Refusal(400, "PATCH", kWebHpa, R"({"metadata":{"name":null}})", kMergePatch), nameless);
  EXPECT_EQ(Refusal(400, "PATCH", kWebHpa, R"({"metadata":{"name":"x"}})", kMergePatch),
            "the name of the object (x) does not match the name on the URL (web)");
}

TEST_F(HpaObjectsTest, SaysWhyAPatchDoesNotFit) {
  Ok("POST", kHpas, Hpa());
  const struct {
    const char* type;
    const char* patch;
    unsigned status;
    const char* message;
  } kCases[] = {
      {kMergePatch, R"({"spec":)", 400, "error decoding patch: unexpected end of JSON input"},
      {kMergePatch, "[]", 400,
       "error decoding patch: json: cannot unmarshal array into Go value of type map[string]"
       "interface {}"},
      {kStrategicPatch, "[]", 400,
       "json: cannot unmarshal array into Go value of type map[string]interface {}"},
      {kStrategicPatch, R"({"spec":{"maxReplicas":"x"}})", 422,
       R"( "" is invalid: patch: Invalid value: "map[spec:map[maxReplicas:x]]": unrecognized )"
       "type: int32"},
      {kStrategicPatch, R"({"spec":"x"})", 422,
       R"( "" is invalid: patch: Invalid value: "map[spec:x]": cannot restore struct from: string)"},
      {kStrategicPatch, R"({"spec":{"metrics":5}})", 422, "cannot restore slice from int64"},
      {kStrategicPatch, R"({"spec":{"scaleTargetRef":{"kind":5}}})", 422,
       "cannot convert int64 to string"},
      {kMergePatch, R"({"spec":{"maxReplicas":"x"}})", 422,
       "json: cannot unmarshal string into Go struct field HorizontalPodAutoscalerSpec.spec."
       "maxReplicas of type int32"},
      {"application/json-patch+json", "{}", 400,
       "error decoding patch: json: cannot unmarshal object into Go value of type "
       "[]handlers.jsonPatchOp"},
  };
  for (const auto& [type, patch, status, message] : kCases) {
    EXPECT_THAT(Refusal(status, "PATCH", kWebHpa, patch, type), HasSubstr(message)) << patch;
  }
}

TEST_F(HpaObjectsTest, ShowsScalesAsTables) {
  Ok("POST", kDeployments, WebDeployment());
  apiservice::Request request =
      MakeRequest(std::string(kWeb) + "/scale",
                  {{"Accept", "application/json;as=Table;v=v1;g=meta.k8s.io"}}, "GET");
  const Json table = Json::parse(Ask(api_, request).body);
  EXPECT_EQ(table["kind"], "Table");
  EXPECT_EQ(table["columnDefinitions"][1]["name"], "Desired");
  EXPECT_EQ(table["rows"][0]["cells"].dump(), R"(["web",1,0,"0s"])");
  EXPECT_EQ(table["rows"][0]["object"]["kind"], "PartialObjectMetadata");
}

}  // namespace
}  // namespace kubegauge::testing
