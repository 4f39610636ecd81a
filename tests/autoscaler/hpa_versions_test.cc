#include "autoscaler/hpa_versions.h"

#include <gmock/gmock.h>

#include <string>

#include "autoscaler/written_json.h"
#include "hpa_manifests.h"

namespace kubegauge::autoscaler {
namespace {

const std::string kAnnotation = "autoscaling.alpha.kubernetes.io/";

// One metric in each shape: of v2, and of v2beta1, which v1 has in its annotation.
struct MetricShapes {
  const char* v2;
  const char* v1;
};
constexpr MetricShapes kMetrics[] = {
    {R"({"type":"Object","object":{"describedObject":{"kind":"K","name":"n","apiVersion":"g/v"},"target":{"type":"Value","value":"2k"},"metric":{"name":"m","selector":{"matchLabels":{"a":"b"}}}}})",
     R"({"type":"Object","object":{"target":{"kind":"K","name":"n","apiVersion":"g/v"},"metricName":"m","targetValue":"2k","selector":{"matchLabels":{"a":"b"}}}})"},
    {R"({"type":"Pods","pods":{"metric":{"name":"m"},"target":{"type":"AverageValue","averageValue":"10"}}})",
     R"({"type":"Pods","pods":{"metricName":"m","targetAverageValue":"10"}})"},
    {R"({"type":"Resource","resource":{"name":"memory","target":{"type":"AverageValue","averageValue":"1Gi"}}})",
     R"({"type":"Resource","resource":{"name":"memory","targetAverageValue":"1Gi"}})"},
    {R"({"type":"Resource","resource":{"name":"memory","target":{"type":"Utilization","averageUtilization":7}}})",
     R"({"type":"Resource","resource":{"name":"memory","targetAverageUtilization":7}})"},
    {R"({"type":"ContainerResource","containerResource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":6},"container":"app"}})",
     R"({"type":"ContainerResource","containerResource":{"name":"cpu","targetAverageUtilization":6,"container":"app"}})"},
    {R"({"type":"External","external":{"metric":{"name":"q","selector":{"matchLabels":{"a":"b"}}},"target":{"type":"Value","value":"3"}}})",
     R"({"type":"External","external":{"metricName":"q","metricSelector":{"matchLabels":{"a":"b"}},"targetValue":"3"}})"},
    {R"({"type":"External","external":{"metric":{"name":"q"},"target":{"type":"AverageValue","averageValue":"3"}}})",
     R"({"type":"External","external":{"metricName":"q","targetAverageValue":"3"}})"},
};

HpaObject Decode(HpaVersion version, const Json& json, const HpaDialect& dialect = {}) {
  const auto decoded = DecodeHpaVersion(version, json, dialect);
  EXPECT_TRUE(decoded.ok()) << decoded.status();
  return decoded.ok() ? decoded->object : HpaObject();
}

Json AsV1(const Json& v2, const HpaDialect& dialect = {}) {
  return EncodeHpaVersion(HpaVersion::kV1, Decode(HpaVersion::kV2, v2), dialect);
}

Json Annotated(const std::string& name, const std::string& text) {
  Json manifest = Manifest("", "v1");
  manifest["metadata"]["annotations"] = {{kAnnotation + name, text}, {"kept", "x"}};
  return manifest;
}

TEST(HpaVersionsTest, NamesVersions) {
  for (const char* name : {"v1", "v2beta1", "v2beta2", "v2"}) {
    EXPECT_EQ(NameOf(HpaVersionOf(name).value()), name);
  }
  EXPECT_FALSE(HpaVersionOf("v3").has_value());
}

TEST(HpaVersionsTest, MovesMetricsToTheAnnotationAndBack) {
  for (const MetricShapes& metric : kMetrics) {
    const std::string list = std::string("[") + metric.v2 + "]";
    const Json v2 = Manifest("\"metrics\":" + list);
    const Json v1 = AsV1(v2);
    EXPECT_EQ(v1["metadata"]["annotations"][kAnnotation + "metrics"],
              std::string("[") + metric.v1 + "]");
    EXPECT_FALSE(v1["spec"].contains("targetCPUUtilizationPercentage"));
    const HpaObject back = Decode(HpaVersion::kV1, v1);
    EXPECT_EQ(EncodeSpec(back.spec)["metrics"].dump(), list);
    EXPECT_FALSE(back.metadata.contains("annotations"));
  }
}

TEST(HpaVersionsTest, ReadsV2beta1) {
  for (const MetricShapes& metric : kMetrics) {
    const Json v2beta1 = Manifest(std::string("\"metrics\":[") + metric.v1 + "]", "v2beta1");
    const HpaObject hpa = Decode(HpaVersion::kV2beta1, v2beta1);
    EXPECT_EQ(EncodeSpec(hpa.spec)["metrics"].dump(), std::string("[") + metric.v2 + "]");
    EXPECT_EQ(EncodeHpaVersion(HpaVersion::kV2beta1, hpa, {})["spec"]["metrics"].dump(),
              std::string("[") + metric.v1 + "]");
  }
}

TEST(HpaVersionsTest, PutsTheCpuTargetBehindTheOtherMetrics) {
  const std::string cpu =
      R"({"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":50}}})";
  const std::string second =
      R"({"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":60}}})";
  const std::string pods = kMetrics[1].v2;
  const Json v1 = AsV1(Manifest("\"metrics\":[" + cpu + "," + second + "," + pods + "]"));
  EXPECT_EQ(v1["spec"]["targetCPUUtilizationPercentage"], 50);
  EXPECT_EQ(EncodeSpec(Decode(HpaVersion::kV1, v1).spec)["metrics"].dump(),
            "[" + pods + "," + cpu + "]");
}

TEST(HpaVersionsTest, FillsInTheCpuTargetOfV1) {
  const HpaObject hpa = Decode(HpaVersion::kV1, Manifest("", "v1"));
  ASSERT_EQ(hpa.spec.metrics.size(), 1u);
  EXPECT_EQ(hpa.spec.metrics[0].resource->target.average_utilization, 80);
  EXPECT_TRUE(Decode(HpaVersion::kV2, Manifest("")).spec.metrics.empty());
}

TEST(HpaVersionsTest, PassesOverMalformedAnnotations) {
  for (const char* text : {"", "{", "[]", "null", "{}", "[{\"type\":1}]",
                           "[{\"pods\":{\"targetAverageValue\":\"x\"}}]", "[] []"}) {
    const HpaObject hpa = Decode(HpaVersion::kV1, Annotated("metrics", text));
    EXPECT_EQ(hpa.spec.metrics.size(), 1u) << text;
    EXPECT_EQ(hpa.metadata["annotations"].dump(), R"({"kept":"x"})") << text;
  }
  for (const char* text : {"{", "{}", "{\"ScaleUp\":null}", "{\"ScaleUp\":[]}"}) {
    EXPECT_FALSE(Decode(HpaVersion::kV1, Annotated("behavior", text)).spec.behavior) << text;
  }
}

// Of several CPU metrics v1 has a field for the first that is a utilization, wherever it stands.
TEST(HpaVersionsTest, ReadsNumbersOfAnnotationsAsTheyAreWritten) {
  for (const auto& [number, amount] :
       {std::pair{"1e3", "1e3"}, {"1000", "1k"}, {"100000000000000000000", "100E"}}) {
    const HpaObject hpa = Decode(
        HpaVersion::kV1,
        Annotated("metrics", std::string(R"([{"type":"External","external":{"metricName":"q",)"
                                         R"("targetValue":)") +
                                 number + "}}]"));
    ASSERT_EQ(hpa.spec.metrics.size(), 1u);
    EXPECT_EQ(EncodeAmount(*hpa.spec.metrics[0].external->target.value), amount);
  }
}

TEST(HpaVersionsTest, AnEmptyAnnotationReplacesTheStatus) {
  const char* const cases[] = {"[]", "null"};
  for (const char* text : cases) {
    Json manifest = Annotated("current-metrics", text);
    manifest["status"]["currentCPUUtilizationPercentage"] = 10;
    const HpaObject hpa = Decode(HpaVersion::kV1, manifest);
    ASSERT_TRUE(hpa.status.current_metrics.has_value()) << text;
    EXPECT_TRUE(hpa.status.current_metrics->empty()) << text;
  }
  EXPECT_EQ(Decode(HpaVersion::kV1, Annotated("metrics", "[]")).spec.metrics.size(), 1u);
}

// As Go's decoders, a member that comes again adds to what the first one left.
TEST(HpaVersionsTest, MergesMembersThatComeTwice) {
  const auto read = [](const std::string& spec) {
    return EncodeHpaVersion(HpaVersion::kV2,
                            Decode(HpaVersion::kV2, ParseWrittenJson(R"({"spec":{)" + spec + "}}")),
                            {})["spec"];
  };
  EXPECT_EQ(read(R"("behavior":{"scaleUp":{"stabilizationWindowSeconds":7}},)"
                 R"("behavior":{"scaleDown":{"stabilizationWindowSeconds":9}})")["behavior"]
                .dump(),
            R"({"scaleUp":{"stabilizationWindowSeconds":7},)"
            R"("scaleDown":{"stabilizationWindowSeconds":9}})");
  EXPECT_EQ(read(R"("metrics":[{"type":"Pods","pods":{"metric":{"name":"m"}}},{"type":"Object"}],)"
                 R"("metrics":[{"pods":{"target":{"averageValue":"1"}}}])")["metrics"]
                .dump(),
            R"([{"type":"Pods","pods":{"metric":{"name":"m"},)"
            R"("target":{"type":"","averageValue":"1"}}}])");
  EXPECT_FALSE(read(R"("behavior":{"scaleUp":{}},"behavior":null)").contains("behavior"));
  EXPECT_EQ(read(R"("minReplicas":2,"minReplicas":null,"maxReplicas":4,"maxReplicas":5)")
                .value("minReplicas", 0),
            0);
}

// As Go's decoders, which set maps, slices and pointers to nil, and leave other values.
TEST(HpaVersionsTest, ForgetsMetadataThatComesAgainAsNull) {
  const auto read = [](const std::string& metadata) {
    return Decode(HpaVersion::kV2, ParseWrittenJson(R"({"metadata":{)" + metadata + "}}"))
        .metadata.dump();
  };
  EXPECT_EQ(read(R"("annotations":{"a":"b"},"annotations":null)"), "{}");
  EXPECT_EQ(read(R"("labels":{"a":"b"},"labels":{"c":"d"})"), R"({"labels":{"a":"b","c":"d"}})");
  EXPECT_EQ(read(R"("finalizers":["x/y"],"finalizers":null)"), "{}");
  EXPECT_EQ(read(R"("ownerReferences":[{}],"managedFields":[{}],)"
                 R"("ownerReferences":null,"managedFields":null)"),
            "{}");
  EXPECT_EQ(read(R"("deletionTimestamp":"2026-01-02T03:04:05Z","deletionTimestamp":null)"), "{}");
  EXPECT_EQ(read(R"("name":"web","name":null)"), R"({"name":"web"})");
  const HpaObject hpa = Decode(
      HpaVersion::kV2,
      ParseWrittenJson(
          R"({"spec":{"metrics":[{"external":{"metric":{"selector":{"matchLabels":{"a":"b"},)"
          R"("matchLabels":null}}}}]}})"));
  EXPECT_TRUE(hpa.spec.metrics[0].external->metric.selector->match_labels.empty());
}

TEST(HpaVersionsTest, NamesTheFieldOfV2beta1sStatusThatIsOfAnotherType) {
  Json manifest = Manifest("", "v2beta1");
  manifest["status"] = {{"currentMetrics", 0}};
  EXPECT_EQ(DecodeHpaVersion(HpaVersion::kV2beta1, manifest, {}).status().message(),
            "json: cannot unmarshal number into Go struct field "
            "HorizontalPodAutoscalerStatus.status.currentMetrics of type []v2beta1.MetricStatus");
}

TEST(HpaVersionsTest, FindsTheCpuUtilizationBehindACpuAmount) {
  const Json v1 = AsV1(Manifest(R"("metrics":[
      {"type":"Resource","resource":{"name":"cpu","target":{"type":"AverageValue","averageValue":"1"}}},
      {"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":70}}}])"));
  EXPECT_EQ(v1["spec"]["targetCPUUtilizationPercentage"], 70);
  EXPECT_EQ(v1["metadata"]["annotations"][kAnnotation + "metrics"],
            R"([{"type":"Resource","resource":{"name":"cpu","targetAverageValue":"1"}}])");
}

// Before 1.33 these were annotations like any other.
TEST(HpaVersionsTest, DropsAnnotatedTolerancesWhereThereAreSome) {
  for (const char* name : {"scale-up-tolerance", "scale-down-tolerance"}) {
    const Json manifest = Annotated(name, "0.1");
    const auto kept = [&](Tolerance tolerance) {
      return Decode(HpaVersion::kV1, manifest, {.tolerance = tolerance})
          .metadata["annotations"]
          .contains(kAnnotation + name);
    };
    EXPECT_FALSE(kept(Tolerance::kKnown)) << name;
    EXPECT_TRUE(kept(Tolerance::kUnknown)) << name;
  }
}

TEST(HpaVersionsTest, WritesBehaviorWithGoNames) {
  const Json v2 = Manifest(R"("behavior":{"scaleUp":{"stabilizationWindowSeconds":0,
      "selectPolicy":"Max","policies":[{"type":"Pods","value":4,"periodSeconds":15}],
      "tolerance":"0.05"},"scaleDown":{}})");
  const char* const annotated =
      R"({"ScaleUp":{"StabilizationWindowSeconds":0,"SelectPolicy":"Max","Policies":[{"Type":"Pods","Value":4,"PeriodSeconds":15}],"Tolerance":"50m"},"ScaleDown":{"StabilizationWindowSeconds":null,"SelectPolicy":null,"Policies":null,"Tolerance":null}})";
  EXPECT_EQ(AsV1(v2)["metadata"]["annotations"][kAnnotation + "behavior"], annotated);
  EXPECT_EQ(Decode(HpaVersion::kV1, AsV1(v2)).spec, [&] {
    HpaSpec spec = Decode(HpaVersion::kV2, v2).spec;
    spec.metrics = Decode(HpaVersion::kV1, Manifest("", "v1")).spec.metrics;
    return spec;
  }());
  // Before 1.33 there was no tolerance. Go does not mind the case of names in annotations.
  EXPECT_EQ(
      AsV1(v2,
           {.tolerance = Tolerance::kUnknown})["metadata"]["annotations"][kAnnotation + "behavior"],
      R"({"ScaleUp":{"StabilizationWindowSeconds":0,"SelectPolicy":"Max","Policies":[{"Type":"Pods","Value":4,"PeriodSeconds":15}]},"ScaleDown":{"StabilizationWindowSeconds":null,"SelectPolicy":null,"Policies":null}})");
  const HpaObject read =
      Decode(HpaVersion::kV1, Annotated("behavior", R"({"scaleup":{"SELECTPOLICY":"Min"}})"));
  EXPECT_EQ(read.spec.behavior->scale_up->select_policy, "Min");
}

TEST(HpaVersionsTest, KeepsTheStatusInAnnotations) {
  Json v2 = Manifest("");
  v2["status"] = Json::parse(R"({"observedGeneration":3,"lastScaleTime":"2026-01-02T03:04:05Z",
      "currentReplicas":2,"desiredReplicas":4,
      "currentMetrics":[
        {"type":"Resource","resource":{"name":"cpu","current":{"averageValue":"100m","averageUtilization":10}}},
        {"type":"Object","object":{"metric":{"name":"m"},"current":{"value":"1"},"describedObject":{"kind":"K","name":"n"}}},
        {"type":"Pods","pods":{"metric":{"name":"m"},"current":{"averageValue":"5"}}},
        {"type":"ContainerResource","containerResource":{"name":"cpu","current":{"averageValue":"7"},"container":"app"}},
        {"type":"External","external":{"metric":{"name":"q"},"current":{"value":"0","averageValue":"9"}}}],
      "conditions":[{"type":"AbleToScale","status":"True","lastTransitionTime":"2026-01-02T03:04:05Z",
                     "reason":"R","message":"a < b & c"}]})");
  const Json v1 = AsV1(v2);
  EXPECT_EQ(
      v1["status"].dump(),
      R"({"observedGeneration":3,"lastScaleTime":"2026-01-02T03:04:05Z","currentReplicas":2,"desiredReplicas":4,"currentCPUUtilizationPercentage":10})");
  const Json& annotations = v1["metadata"]["annotations"];
  EXPECT_EQ(
      annotations[kAnnotation + "current-metrics"],
      R"([{"type":"Resource","resource":{"name":"cpu","currentAverageUtilization":10,"currentAverageValue":"100m"}},{"type":"Object","object":{"target":{"kind":"K","name":"n"},"metricName":"m","currentValue":"1"}},{"type":"Pods","pods":{"metricName":"m","currentAverageValue":"5"}},{"type":"ContainerResource","containerResource":{"name":"cpu","currentAverageValue":"7","container":"app"}},{"type":"External","external":{"metricName":"q","currentValue":"0","currentAverageValue":"9"}}])");
  EXPECT_EQ(
      annotations[kAnnotation + "conditions"],
      R"([{"type":"AbleToScale","status":"True","lastTransitionTime":"2026-01-02T03:04:05Z","reason":"R","message":"a \u003c b \u0026 c"}])");
  EXPECT_EQ(EncodeStatus(Decode(HpaVersion::kV1, v1).status), v2["status"]);
}

// An object metric with an average only comes back from v1 with a value of zero.
TEST(HpaVersionsTest, AnAverageOfAnObjectGetsAZeroInV1) {
  const Json v2 = Manifest(Metric("Object", R"("object":{"describedObject":{"kind":"K","name":"n"},
      "metric":{"name":"m"},"target":{"type":"AverageValue","averageValue":"1"}})"));
  const auto target = [&](ZeroTarget zero_target) {
    const HpaObject hpa = Decode(HpaVersion::kV1, AsV1(v2), {.zero_target = zero_target});
    return EncodeSpec(hpa.spec)["metrics"][0]["object"]["target"].dump();
  };
  EXPECT_EQ(target(ZeroTarget::kKept), R"({"type":"AverageValue","value":"0","averageValue":"1"})");
  EXPECT_EQ(target(ZeroTarget::kDropped), R"({"type":"AverageValue","averageValue":"1"})");
}

TEST(HpaVersionsTest, WritesAmountsAsUpstream) {
  const struct {
    const char* text;
    const char* canonical;
  } amounts[] = {{"1000m", "1"},      {"0.5", "500m"}, {"1024Mi", "1Gi"},
                 {"1.5Gi", "1536Mi"}, {"1e3", "1e3"},  {"1000000000000000000000", "1"}};
  for (const auto& amount : amounts) {
    EXPECT_EQ(EncodeAmount(*kube::Quantity::Parse(amount.text)), amount.canonical) << amount.text;
  }
}

// A server before 1.27 keeps objects in v1, so that metrics come back in its order and with types
// that follow from what is set.
TEST(HpaVersionsTest, OldServersRearrangeMetrics) {
  const Json manifest = Manifest(R"("metrics":[
      {"type":"Resource","resource":{"name":"cpu","target":{"type":"Value","averageUtilization":5}}},
      {"type":"Pods","pods":{"metric":{"name":"m"},"target":{"type":"Value","value":"2","averageValue":"1"}}}])");
  const auto metrics = [&](int minor) {
    return AdmitCreate(manifest, {.rules = {.minor = minor}}).object["spec"]["metrics"];
  };
  EXPECT_EQ(metrics(27), manifest["spec"]["metrics"]);
  EXPECT_EQ(metrics(26), Json::parse(R"([
      {"type":"Pods","pods":{"metric":{"name":"m"},"target":{"type":"AverageValue","averageValue":"1"}}},
      {"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":5}}}])"));
}

}  // namespace
}  // namespace kubegauge::autoscaler
