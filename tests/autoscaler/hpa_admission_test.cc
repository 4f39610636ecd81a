#include "autoscaler/hpa_admission.h"

#include <gmock/gmock.h>

#include <random>
#include <string>

#include "hpa_manifests.h"

namespace kubegauge::autoscaler {
namespace {

using ::testing::ElementsAre;

const std::string kPrefix =
    "HorizontalPodAutoscaler in version \"v2\" cannot be handled as a HorizontalPodAutoscaler: ";

TEST(AdmitCreateTest, FillsInDefaults) {
  const AdmissionAnswer answer = AdmitCreate(Manifest(R"("behavior":{"scaleDown":{"policies":[
      {"type":"Pods","value":1,"periodSeconds":60}]}})"));
  ASSERT_TRUE(answer.ok()) << answer.message;
  EXPECT_EQ(answer.code, 201);
  EXPECT_EQ(answer.object["spec"], Json::parse(R"({
      "scaleTargetRef":{"kind":"Deployment","name":"web","apiVersion":"apps/v1"},
      "minReplicas":1,"maxReplicas":3,
      "metrics":[{"type":"Resource","resource":{"name":"cpu",
                  "target":{"type":"Utilization","averageUtilization":80}}}],
      "behavior":{
        "scaleUp":{"stabilizationWindowSeconds":0,"selectPolicy":"Max","policies":[
            {"type":"Pods","value":4,"periodSeconds":15},
            {"type":"Percent","value":100,"periodSeconds":15}]},
        "scaleDown":{"selectPolicy":"Max","policies":[
            {"type":"Pods","value":1,"periodSeconds":60}]}}})"));
  EXPECT_FALSE(AdmitCreate(Manifest("")).object["spec"].contains("behavior"));
}

TEST(AdmitCreateTest, DropsWhatOnlyTheServerSets) {
  Json manifest = Manifest("");
  manifest["metadata"].update({{"uid", "u"}, {"resourceVersion", "0"}, {"labels", {{"a", "b"}}}});
  manifest["metadata"]["creationTimestamp"] = nullptr;
  manifest["status"] = {{"currentReplicas", 3}, {"desiredReplicas", 3}};
  const AdmissionAnswer answer = AdmitCreate(manifest);
  ASSERT_TRUE(answer.ok()) << answer.message;
  EXPECT_EQ(answer.object["metadata"].dump(),
            R"({"name":"web","namespace":"default","labels":{"a":"b"}})");
  EXPECT_EQ(answer.object["status"].dump(), R"({"desiredReplicas":0,"currentMetrics":null})");
}

TEST(AdmitCreateTest, RefusesResourceVersionsOnceAllElseIsRight) {
  const std::string refusal = "resourceVersion should not be set on objects to be created";
  struct Row {
    Json version;
    int code;
    std::string message;
    std::string spec = "";
  };
  const Row rows[] = {
      {"7", 500, refusal},
      {"18446744073709551615", 500, refusal},
      {"18446744073709551616", 201, ""},
      {"0", 201, ""},
      {"00", 201, ""},
      {"", 201, ""},
      {"-1", 201, ""},
      {"7x", 201, ""},
      {nullptr, 201, ""},
      {"7", 422, "spec.minReplicas: Invalid value: -1: must be greater than or equal to 0",
       R"("minReplicas":-1)"},
      {7, 400,
       kPrefix + "json: cannot unmarshal number into Go struct field "
                 "ObjectMeta.metadata.resourceVersion of type string"},
  };
  for (const Row& row : rows) {
    Json manifest = Manifest(row.spec);
    manifest["metadata"]["resourceVersion"] = row.version;
    const AdmissionAnswer answer = AdmitCreate(manifest);
    EXPECT_EQ(answer.code, row.code) << row.version;
    EXPECT_EQ(MessageOf(answer), row.message) << row.version;
    EXPECT_EQ(answer.ok(), row.code == 201) << row.version;
  }
}

TEST(AdmitCreateTest, RefusesWhatCannotBeDecoded) {
  struct Row {
    std::string spec;
    std::string error;
  };
  const std::string number_in = "json: cannot unmarshal number into Go struct field ";
  const Row rows[] = {
      {R"("maxReplicas":"3")",
       "json: cannot unmarshal string into Go struct field "
       "HorizontalPodAutoscalerSpec.spec.maxReplicas of type int32"},
      {R"("maxReplicas":1.5)",
       "json: cannot unmarshal number 1.5 into Go struct field "
       "HorizontalPodAutoscalerSpec.spec.maxReplicas of type int32"},
      {R"("maxReplicas":1e3)",
       "json: cannot unmarshal number 1e3 into Go struct field "
       "HorizontalPodAutoscalerSpec.spec.maxReplicas of type int32"},
      {R"("minReplicas":2147483648)",
       "json: cannot unmarshal number 2147483648 into Go struct field "
       "HorizontalPodAutoscalerSpec.spec.minReplicas of type int32"},
      {R"("metrics":{})",
       "json: cannot unmarshal object into Go struct field "
       "HorizontalPodAutoscalerSpec.spec.metrics of type []v2.MetricSpec"},
      {R"("metrics":[{"type":1}])",
       number_in + "MetricSpec.spec.metrics.type of type v2.MetricSourceType"},
      {R"("metrics":[{"resource":{"name":1,"target":{"type":2}}}])",
       number_in + "ResourceMetricSource.spec.metrics.resource.name of type v1.ResourceName"},
      {R"("behavior":{"scaleUp":{"selectPolicy":false}})",
       "json: cannot unmarshal bool into Go struct field "
       "HPAScalingRules.spec.behavior.scaleUp.selectPolicy of type v2.ScalingPolicySelect"},
      // A quantity ends the decoding, whatever was wrong before it.
      {R"("maxReplicas":"3","metrics":[{"pods":{"target":{"averageValue":"1x"}}}])",
       "quantities must match the regular expression "
       "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"},
      {R"("metrics":[{"pods":{"target":{"averageValue":"1ki"}}}])",
       "unable to parse quantity's suffix"},
  };
  for (const Row& row : rows) {
    const AdmissionAnswer answer = AdmitCreate(Manifest(row.spec));
    EXPECT_EQ(answer.code, 400) << row.spec;
    EXPECT_EQ(answer.reason, "BadRequest") << row.spec;
    EXPECT_EQ(answer.message, kPrefix + row.error) << row.spec;
  }
  Json labels = Manifest("");
  labels["metadata"]["labels"] = {{"a", 1}};
  EXPECT_EQ(AdmitCreate(labels).message,
            kPrefix + number_in + "ObjectMeta.metadata.labels of type string");
}

TEST(AdmitCreateTest, TellsOfUnknownFields) {
  Json manifest = Manifest(R"("replicas":1,"metrics":[{"type":"Resource","resource":{"name":"cpu",
      "container":"a","target":{"type":"Utilization","averageUtilization":1}}}])");
  manifest["metadata"]["clusterName"] = "c";
  manifest["extra"] = {};
  const std::vector<std::string> unknown = {
      "unknown field \"metadata.clusterName\"", "unknown field \"spec.replicas\"",
      "unknown field \"spec.metrics[0].resource.container\"", "unknown field \"extra\""};
  const AdmissionAnswer warned = AdmitCreate(manifest);
  EXPECT_EQ(warned.code, 201);
  EXPECT_EQ(warned.warnings, unknown);
  EXPECT_EQ(AdmitCreate(manifest, {.field_validation = FieldValidation::kStrict}).message,
            kPrefix + "strict decoding error: " + unknown[0] + ", " + unknown[1] + ", " +
                unknown[2] + ", " + unknown[3]);
  EXPECT_TRUE(
      AdmitCreate(manifest, {.field_validation = FieldValidation::kIgnore}).warnings.empty());
  const Json tolerance = Manifest(R"("behavior":{"scaleUp":{"tolerance":"0.2"}})");
  EXPECT_TRUE(AdmitCreate(tolerance).warnings.empty());
  EXPECT_THAT(AdmitCreate(tolerance, {.rules = {.minor = 32}}).warnings,
              ElementsAre("unknown field \"spec.behavior.scaleUp.tolerance\""));
}

TEST(AdmitCreateTest, QuotesUnknownFieldsAsGo) {
  const std::pair<const char*, std::string> rows[] = {
      {R"("f\"o\\o":1)", R"(unknown field "spec.f\"o\\o")"},
      {R"("a\u0007b\u00a0":1)", R"(unknown field "spec.a\ab\u00a0")"},
      {R"("behavior":{"\n":1})", R"(unknown field "spec.behavior.\n")"},
  };
  for (const auto& [spec, warning] : rows) {
    EXPECT_THAT(AdmitCreate(Manifest(spec)).warnings, ElementsAre(warning));
  }
}

TEST(AdmitCreateTest, HasItsKindAndNamespace) {
  Json pod = Manifest("");
  pod["kind"] = "Pod";
  EXPECT_EQ(AdmitCreate(pod).message, "no matches for kind \"Pod\" in version \"autoscaling/v2\"");
  EXPECT_EQ(AdmitCreate(Manifest("", "v3")).message,
            "no matches for kind \"HorizontalPodAutoscaler\" in version \"autoscaling/v3\"");
  EXPECT_EQ(AdmitCreate(Json::array()).code, 400);
  Json shop = Manifest("");
  shop["metadata"]["namespace"] = "shop";
  EXPECT_EQ(AdmitCreate(shop).object["metadata"]["namespace"], "shop");
  EXPECT_EQ(
      AdmitCreate(shop, {.namespace_name = "default"}).message,
      "the namespace of the provided object does not match the namespace sent on the request");
}

TEST(AdmitCreateTest, DropsFieldsWhoseGateIsOff) {
  const Json tolerance = Manifest(R"("behavior":{"scaleUp":{"tolerance":"0.2"}})");
  const auto spec = [&](const HpaRules& rules) {
    return AdmitCreate(tolerance, {.rules = rules}).object["spec"]["behavior"]["scaleUp"];
  };
  EXPECT_EQ(spec({}).value("tolerance", ""), "200m");
  EXPECT_FALSE(spec({.configurable_tolerance = false}).contains("tolerance"));
  const std::string container = Metric("ContainerResource", R"("containerResource":{"name":"cpu",
      "container":"a","target":{"type":"Utilization","averageUtilization":5}})");
  EXPECT_EQ(MessageOf(AdmitCreate(Manifest(container),
                                  {.rules = {.minor = 26, .container_metrics = false}})),
            "spec.metrics[0].containerResource: Required value: must populate information for the "
            "given metric source (only allowed when HPAContainerMetrics feature is enabled)");
  EXPECT_TRUE(AdmitCreate(Manifest(container), {.rules = {.container_metrics = false}}).ok());
}

TEST(AdmitCreateTest, ChecksMetadata) {
  struct Row {
    std::string metadata;
    std::string message;  // behind the name
  };
  const std::string label_rule =
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
      "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex "
      "used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
  const std::string subdomain_rule =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
      "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
      "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
  const std::string name_part =
      "name part must be non-empty, metadata.labels: Invalid value: "
      "\"a/\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start "
      "and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex "
      "used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
  const Row rows[] = {
      {R"({})",
       R"("" is invalid: metadata.name: Required value: name or generateName is required)"},
      {R"({"name":"A"})",
       "\"A\" is invalid: metadata.name: Invalid value: \"A\": " + subdomain_rule},
      {R"({"name":"a","namespace":"a_b"})",
       "\"a\" is invalid: metadata.namespace: Invalid value: \"a_b\": " + label_rule},
      {R"({"generateName":"_-"})",
       "\"_-xxxxx\" is invalid: metadata.name: Invalid value: \"_-xxxxx\": " + subdomain_rule},
      {R"({"name":"a","generation":-1})",
       "\"a\" is invalid: metadata.generation: Invalid value: -1: must be greater than or equal to "
       "0"},
      {R"({"name":"a","labels":{"a/":"b"}})",
       "\"a\" is invalid: [metadata.labels: Invalid value: \"a/\": " + name_part + "]"},
      {R"({"name":"a","ownerReferences":[{"apiVersion":"a/b/c","kind":"K","name":"n"}]})",
       "\"a\" is invalid: [metadata.ownerReferences.apiVersion: Invalid value: \"a/b/c\": "
       "version must not be empty, metadata.ownerReferences.uid: Invalid value: \"\": uid must "
       "not be empty]"},
      {R"({"name":"a","finalizers":["b","orphan"]})",
       "\"a\" is invalid: metadata.finalizers[0]: Invalid value: \"b\": name is neither a standard "
       "finalizer name nor is it fully qualified"},
      {R"({"name":"a","finalizers":["orphan","foregroundDeletion"]})",
       "\"a\" is invalid: metadata.finalizers: Invalid value: []string{\"orphan\", "
       "\"foregroundDeletion\"}: finalizer orphan and foregroundDeletion cannot be both set"},
  };
  for (const Row& row : rows) {
    Json manifest = Manifest("");
    manifest["metadata"] = Json::parse(row.metadata);
    EXPECT_EQ(AdmitCreate(manifest, {.rules = {.minor = 33}}).message,
              "HorizontalPodAutoscaler.autoscaling " + row.message);
  }
  Json large = Manifest("");
  large["metadata"]["annotations"]["a"] = std::string(256 * 1024, 'x');
  const std::string limit = " 262144 bytes";
  EXPECT_EQ(MessageOf(AdmitCreate(large)),
            "metadata.annotations: Too long: may not be more than" + limit);
  EXPECT_EQ(MessageOf(AdmitCreate(large, {.rules = {.minor = 31}})),
            "metadata.annotations: Too long: must have at most" + limit);
}

TEST(AdmitCreateTest, GeneratesNames) {
  Json manifest = Manifest("");
  manifest["metadata"] = {{"generateName", std::string(60, 'a') + "-"}};
  EXPECT_EQ(AdmitCreate(manifest, {.generated_suffix = "b2c4d"}).object["metadata"]["name"],
            std::string(58, 'a') + "b2c4d");
}

Json Stored(const std::string& spec = "") {
  Json stored = AdmitCreate(Manifest(spec)).object;
  stored["metadata"].update({{"uid", "u1"}, {"resourceVersion", "5"}});
  stored["metadata"]["creationTimestamp"] = "2026-01-02T03:04:05Z";
  stored["status"] = {{"currentReplicas", 2}, {"desiredReplicas", 3}};
  return stored;
}

TEST(AdmitUpdateTest, KeepsStatusAndWhatTheServerSet) {
  const AdmissionAnswer answer = AdmitUpdate(Stored(), Manifest(R"("maxReplicas":9)"));
  ASSERT_TRUE(answer.ok()) << answer.message;
  EXPECT_EQ(answer.code, 200);
  EXPECT_EQ(answer.object["spec"]["maxReplicas"], 9);
  EXPECT_EQ(answer.object["status"]["desiredReplicas"], 3);
  EXPECT_EQ(answer.object["metadata"], Stored()["metadata"]);
}

TEST(AdmitUpdateTest, ChecksAgainstTheOldObject) {
  Json other_uid = Manifest("");
  other_uid["metadata"]["uid"] = "u2";
  EXPECT_EQ(MessageOf(AdmitUpdate(Stored(), other_uid)),
            "metadata.uid: Invalid value: \"u2\": field is immutable");
  Json unversioned = Stored();
  unversioned["metadata"].erase("resourceVersion");
  EXPECT_EQ(MessageOf(AdmitUpdate(unversioned, Manifest(""))),
            "metadata.resourceVersion: Invalid value: \"\": must be specified for an update");
  Json deleted = Stored();
  deleted["metadata"]["deletionTimestamp"] = "2026-01-02T03:05:05Z";
  Json held = Manifest("");
  held["metadata"]["finalizers"] = {"a.b/c"};
  EXPECT_EQ(MessageOf(AdmitUpdate(deleted, held)),
            "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being "
            "deleted, found new finalizers []string{\"a.b/c\"}");
}

TEST(AdmitUpdateTest, BearsWithWhatTheOldObjectHasAlready) {
  const std::string queue =
      R"("minReplicas":0,)" +
      Metric("External",
             R"("external":{"metric":{"name":"q"},"target":{"type":"Value","value":"1"}})");
  const AdmissionOptions no_zero = {.rules = {.scale_to_zero = false}};
  EXPECT_EQ(MessageOf(AdmitUpdate(Stored(), Manifest(queue), no_zero)),
            "spec.minReplicas: Invalid value: 0: must be greater than or equal to 1");
  EXPECT_TRUE(AdmitUpdate(Stored(queue), Manifest(queue), no_zero).ok());

  const std::string odd = R"("scaleTargetRef":{"kind":"K","name":"n","apiVersion":"v1"})";
  Json stored = Stored();
  stored["spec"]["scaleTargetRef"] = {{"kind", "K"}, {"name", "m"}, {"apiVersion", "v1"}};
  EXPECT_TRUE(AdmitUpdate(stored, Manifest(odd)).ok());
  EXPECT_FALSE(AdmitUpdate(Stored(), Manifest(odd)).ok());
}

TEST(AdmitStatusUpdateTest, TakesTheStatusOnly) {
  Json manifest = Manifest(R"("maxReplicas":9)");
  manifest["status"] = {{"currentReplicas", 4}, {"desiredReplicas", 5}};
  const AdmissionAnswer answer = AdmitStatusUpdate(Stored(), manifest);
  ASSERT_TRUE(answer.ok()) << answer.message;
  EXPECT_EQ(answer.object["spec"]["maxReplicas"], 3);
  EXPECT_EQ(answer.object["status"]["currentReplicas"], 4);
  manifest["status"] = {{"currentReplicas", -4}, {"desiredReplicas", -5}};
  EXPECT_EQ(MessageOf(AdmitStatusUpdate(Stored(), manifest)),
            "[status.currentReplicas: Invalid value: -4: must be greater than or equal to 0, "
            "status.desiredReplicas: Invalid value: -5: must be greater than or equal to 0]");
}

// Replaces or removes one value somewhere in `json`.
void Mutate(Json& json, std::mt19937& random) {
  const auto pick = [&](size_t count) { return random() % count; };
  if (json.is_structured() && !json.empty() && pick(4) != 0) {
    auto child = json.begin();
    std::advance(child, pick(json.size()));
    if (pick(12) == 0) {
      json.erase(child);
    } else {
      Mutate(*child, random);
    }
    return;
  }
  const Json values[] = {nullptr,
                         true,
                         0,
                         -1,
                         1.5,
                         1e300,
                         int64_t{1} << 40,
                         "",
                         "0",
                         "-1Ki",
                         "9999999999999999999999",
                         "[",
                         "a/b",
                         "\xff",
                         Json::array(),
                         Json::object(),
                         {{"a", 1}},
                         {nullptr, "x"}};
  json = values[pick(std::size(values))];
}

// Whatever is written, there is an answer, and what was let through is let through again.
TEST(AdmissionTest, AnswersToAnything) {
  const char* const versions[] = {"v1", "v2beta1", "v2beta2", "v2"};
  Json seed = Manifest(R"("minReplicas":2,"targetCPUUtilizationPercentage":50,"metrics":[
      {"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":5}}},
      {"type":"Object","object":{"describedObject":{"kind":"K","name":"n"},"metric":{"name":"m",
       "selector":{"matchLabels":{"a":"b"},"matchExpressions":[{"key":"k","operator":"In","values":["v"]}]}},
       "target":{"type":"Value","value":"1"}}}],
      "behavior":{"scaleUp":{"tolerance":"0.1","policies":[{"type":"Pods","value":1,"periodSeconds":1}]}})");
  seed["metadata"].update(Json::parse(R"({"labels":{"a":"b"},"finalizers":["a/b"],
      "ownerReferences":[{"apiVersion":"v1","kind":"K","name":"n","uid":"u","controller":true}],
      "annotations":{"autoscaling.alpha.kubernetes.io/metrics":
      "[{\"type\":\"Pods\",\"pods\":{\"metricName\":\"rps\",\"targetAverageValue\":\"10\"}}]"}})"));
  seed["status"] = Json::parse(R"({"currentMetrics":[{"type":"Resource","resource":{"name":"cpu",
      "current":{"averageValue":"1"}}}],"conditions":[{"type":"AbleToScale","status":"True",
      "lastTransitionTime":"2026-01-02T03:04:05Z"}],"lastScaleTime":null})");
  std::mt19937 random(20260101);
  size_t let_through = 0;
  for (int round = 0; round < 2'000; ++round) {
    Json manifest = seed;
    manifest["apiVersion"] = std::string("autoscaling/") + versions[random() % 4];
    for (size_t count = random() % 4; count > 0; --count) Mutate(manifest, random);
    const AdmissionOptions options = {.rules = {.minor = static_cast<int>(26 + random() % 11)}};
    const AdmissionAnswer created = AdmitCreate(manifest, options);
    EXPECT_EQ(created.ok(), created.message.empty());
    AdmitUpdate(Stored(), manifest, options);
    AdmitStatusUpdate(manifest, manifest, options);
    if (!created.ok()) continue;
    ++let_through;
    Json again = ConvertTo(HpaVersion::kV2, created.object, options.rules);
    again["kind"] = "HorizontalPodAutoscaler";
    again["apiVersion"] = "autoscaling/v2";
    const AdmissionAnswer repeated = AdmitCreate(again, options);
    // Of Kubernetes before 1.36 a metric of an object that has an average gets a zero, too.
    if (!repeated.ok()) continue;
    EXPECT_EQ(repeated.object["spec"], created.object["spec"]);
  }
  EXPECT_GT(let_through, 100u);
}

}  // namespace
}  // namespace kubegauge::autoscaler
