#include "autoscaler/hpa_validation.h"

#include <gmock/gmock.h>

#include <string>

#include "hpa_manifests.h"

namespace kubegauge::autoscaler {
namespace {

struct Refusal {
  std::string spec;
  std::string message;
  int minor = 33;
  bool scale_to_zero = true;
};

std::string External(const std::string& target) {
  return Metric("External", R"("external":{"metric":{"name":"q"},"target":)" + target + "}");
}
std::string Cpu(const std::string& target) {
  return Metric("Resource", R"("resource":{"name":"cpu","target":)" + target + "}");
}
std::string Container(const std::string& name, const std::string& container) {
  return Metric("ContainerResource",
                R"("containerResource":{"name":")" + name + R"(","container":")" + container +
                    R"(","target":{"type":"Utilization","averageUtilization":5}})");
}
std::string Ingress(const std::string& reference) {
  return Metric("Object", R"("object":{"describedObject":)" + reference +
                              R"(,"metric":{"name":"m"},"target":{"type":"Value","value":"1"}})");
}
std::string ScaleUp(const std::string& rules) {
  return R"("behavior":{"scaleUp":{)" + rules + "}}";
}

void ExpectRefused(const std::vector<Refusal>& refusals) {
  for (const Refusal& refusal : refusals) {
    const AdmissionOptions options = {
        .rules = {.minor = refusal.minor, .scale_to_zero = refusal.scale_to_zero}};
    const AdmissionAnswer answer = AdmitCreate(Manifest(refusal.spec), options);
    EXPECT_EQ(answer.code, 422) << refusal.spec;
    EXPECT_EQ(answer.reason, "Invalid") << refusal.spec;
    EXPECT_EQ(MessageOf(answer), refusal.message) << refusal.spec;
  }
}

TEST(HpaValidationTest, BoundsReplicas) {
  const std::string no_zero = "must be greater than or equal to 1";
  ExpectRefused({
      {R"("minReplicas":-1)",
       "spec.minReplicas: Invalid value: -1: must be greater than or equal to 0"},
      {R"("minReplicas":0,)" + External(R"({"type":"Value","value":"1"})"),
       "spec.minReplicas: Invalid value: 0: " + no_zero, 33, false},
      {R"("minReplicas":4)",
       "spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`"},
      {R"("maxReplicas":0)",
       "[spec.maxReplicas: Invalid value: 0: must be greater than 0, spec.maxReplicas: Invalid "
       "value: 0: must be greater than or equal to `minReplicas`]"},
      {R"("minReplicas":0)",
       "spec.metrics: Forbidden: must specify at least one Object or External metric to support "
       "scaling to zero replicas"},
      {R"("maxReplicas":0,"minReplicas":0,)" + External(R"({"type":"Value","value":"1"})"),
       "spec.maxReplicas: Required value: must be set and greater than 0", 36},
      {R"("maxReplicas":-2,"minReplicas":1)",
       "[spec.maxReplicas: Invalid value: -2: must be greater than or equal to 1, "
       "spec.maxReplicas: Invalid value: -2: must be greater than or equal to `minReplicas`]",
       36},
  });
}

TEST(HpaValidationTest, ChecksReferences) {
  ExpectRefused({
      {R"("scaleTargetRef":{})",
       "[spec.scaleTargetRef.kind: Required value, spec.scaleTargetRef.name: Required value]"},
      {R"("scaleTargetRef":{"kind":"a/b%","name":".."})",
       "[spec.scaleTargetRef.kind: Invalid value: \"a/b%\": may not contain '/', "
       "spec.scaleTargetRef.kind: Invalid value: \"a/b%\": may not contain '%', "
       "spec.scaleTargetRef.name: Invalid value: \"..\": may not be '..']"},
      {R"("scaleTargetRef":{"kind":"K","name":"n","apiVersion":"a/b/c"})",
       "spec.scaleTargetRef.apiVersion: Invalid value: \"a/b/c\": unexpected GroupVersion string: "
       "a/b/c",
       34},
      {R"("scaleTargetRef":{"kind":"K","name":"n","apiVersion":"v1"})",
       "spec.scaleTargetRef.apiVersion: Invalid value: \"v1\": apiVersion must specify API group",
       34},
      {Ingress(R"({"kind":"Ingress","name":".","apiVersion":"a/b/c"})"),
       "[spec.metrics[0].object.describedObject.name: Invalid value: \".\": may not be '.', "
       "spec.metrics[0].object.describedObject.apiVersion: Invalid value: \"a/b/c\": unexpected "
       "GroupVersion string: a/b/c]",
       34},
  });
  const AdmissionOptions newer = {.rules = {.minor = 34}};
  EXPECT_TRUE(
      AdmitCreate(Manifest(Ingress(R"({"kind":"Service","name":"a","apiVersion":"v1"})")), newer)
          .ok());
  EXPECT_TRUE(
      AdmitCreate(Manifest(R"("scaleTargetRef":{"kind":"ReplicationController","name":"a"})"),
                  newer)
          .ok());
  EXPECT_TRUE(
      AdmitCreate(Manifest(R"("scaleTargetRef":{"kind":"K","name":"n","apiVersion":"a/b/c"})"),
                  {.rules = {.minor = 33}})
          .ok());
}

TEST(HpaValidationTest, WantsOneSourceOfTheType) {
  const std::string cpu =
      R"("resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":5}})";
  const std::string pods =
      R"("pods":{"metric":{"name":"x"},"target":{"type":"AverageValue","averageValue":"1"}})";
  const std::string supported =
      R"(supported values: "ContainerResource", "External", "Object", "Pods", "Resource")";
  ExpectRefused({
      {R"("metrics":[{}])",
       "[spec.metrics[0].type: Required value: must specify a metric source type, "
       "spec.metrics[0].type: Unsupported value: \"\": " +
           supported + "]"},
      {Metric("Nope", cpu), "spec.metrics[0].type: Unsupported value: \"Nope\": " + supported},
      {R"("metrics":[{"type":"Resource"}])",
       "spec.metrics[0].resource: Required value: must populate information for the given metric "
       "source"},
      {Metric("Pods", cpu),
       "spec.metrics[0].pods: Required value: must populate information for the given metric "
       "source"},
      {Metric("Resource", cpu + "," + pods),
       "spec.metrics[0].pods: Forbidden: must populate the given metric source only"},
      {Metric("Object", cpu + "," + pods),
       "[spec.metrics[0].object: Required value: must populate information for the given metric "
       "source, spec.metrics[0].pods: Forbidden: must populate the given metric source only, "
       "spec.metrics[0].resource: Forbidden: must populate the given metric source only]"},
      // Only the first source is looked into.
      {Metric("Resource", R"("resource":{"name":"","target":{}},)" + pods),
       "spec.metrics[0].pods: Forbidden: must populate the given metric source only"},
  });
}

TEST(HpaValidationTest, ChecksTargets) {
  const std::string zero =
      "resource.Quantity{i:resource.int64Amount{value:0, scale:0}, "
      "d:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:\"0\", Format:\"DecimalSI\"}";
  ExpectRefused({
      {Cpu("{}"),
       "[spec.metrics[0].resource.target.type: Required value: must specify a metric target type, "
       "spec.metrics[0].resource.target.type: Invalid value: \"\": must be either Utilization, "
       "Value, or AverageValue, spec.metrics[0].resource.target.averageUtilization: Required "
       "value: must set either a target raw value or a target utilization]"},
      {Cpu(R"({"type":"Utilization","averageUtilization":0,"averageValue":"0"})"),
       "[spec.metrics[0].resource.target.averageValue: Invalid value: " + zero +
           ": must be positive, spec.metrics[0].resource.target.averageUtilization: Invalid value: "
           "0: must be greater than 0, spec.metrics[0].resource.target.averageValue: Forbidden: "
           "may not set both a target raw value and a target utilization]"},
      {Cpu(R"({"type":"AverageValue","averageValue":"-1"})"),
       "spec.metrics[0].resource.target.averageValue: Invalid value: \"-1\": must be positive", 34},
      {External(R"({"type":"Value"})"),
       "spec.metrics[0].external.target.averageValue: Required value: must set either a target "
       "value for metric or a per-pod target"},
      {External(R"({"type":"Value","value":"1","averageValue":"1"})"),
       "spec.metrics[0].external.target.value: Forbidden: may not set both a target value for "
       "metric and a per-pod target"},
      {Metric("Pods", R"("pods":{"metric":{"name":""},"target":{"type":"Value","value":"1"}})"),
       "[spec.metrics[0].pods.metric.name: Required value: must specify a metric name, "
       "spec.metrics[0].pods.target.averageValue: Required value: must specify a positive target "
       "averageValue]"},
      {Metric(
           "Object",
           R"("object":{"describedObject":{"kind":"K","name":"n"},"metric":{"name":"a/b"},"target":{"type":"Value"}})"),
       "[spec.metrics[0].object.metric.name: Invalid value: \"a/b\": may not contain '/', "
       "spec.metrics[0].object.target.averageValue: Required value: must set either a target value "
       "or averageValue]"},
  });
  EXPECT_TRUE(AdmitCreate(Manifest(Cpu(R"({"type":"Value","averageUtilization":2000})"))).ok());
}

TEST(HpaValidationTest, ChecksContainerResources) {
  const std::string name = "spec.metrics[0].containerResource.name: Invalid value: ";
  ExpectRefused({
      {Container("", ""),
       "[spec.metrics[0].containerResource.name: Required value: must specify a resource name, "
       "spec.metrics[0].containerResource.container: Required value: must specify a container]"},
      {Container("pods", "a"), name + "\"pods\": must be a standard resource for containers"},
      {Container("disk", "a"),
       "[" + name + "\"disk\": must be a standard resource type or fully qualified, " + name +
           "\"disk\": must be a standard resource for containers]"},
      {Container("requests.example.com/gpu", "a"),
       name + "\"requests.example.com/gpu\": doesn't follow extended resource name standard"},
      {Container("cpu", std::string(64, 'a')),
       "spec.metrics[0].containerResource.container: Invalid value: \"" + std::string(64, 'a') +
           "\": must be no more than 63 characters"},
      {Container("cpu", std::string(64, 'a')),
       "spec.metrics[0].containerResource.container: Invalid value: \"" + std::string(64, 'a') +
           "\": must be no more than 63 characters",
       36},
  });
  for (const char* allowed : {"cpu", "memory", "ephemeral-storage", "hugepages-2Mi",
                              "example.com/gpu", "kubernetes.io/batch"}) {
    EXPECT_TRUE(AdmitCreate(Manifest(Container(allowed, "a"))).ok()) << allowed;
  }
}

// Values of named string types are JSON from 1.34 on, and quoted as strings are before.
TEST(HpaValidationTest, ShowsNamedStringsAsTheVersionDoes) {
  const std::string types =
      R"(: supported values: "ContainerResource", "External", "Object", "Pods", "Resource")";
  const std::string policies = R"("policies":[{"type":"Pods","value":1,"periodSeconds":1}])";
  const std::string up = "spec.behavior.scaleUp.";
  const std::string target = "spec.metrics[0].resource.target.type: Invalid value: ";
  const std::string wanted = ": must be either Utilization, Value, or AverageValue";
  const auto type = [&](const std::string& shown) {
    return "spec.metrics[0].type: Unsupported value: " + shown + types;
  };
  ExpectRefused({
      {R"("metrics":[{"type":"a<b>&c"}])", type(R"("a\u003cb\u003e\u0026c")"), 34},
      {R"("metrics":[{"type":"a<b>&c"}])", type(R"("a<b>&c")"), 33},
      {R"("metrics":[{"type":"x\u0007"}])", type(R"("x\u0007")"), 36},
      {R"("metrics":[{"type":"x\u0007"}])", type(R"("x\a")"), 33},
      {R"("metrics":[{"type":"\u00a0"}])", type("\"\u00A0\""), 36},
      {R"("metrics":[{"type":"\u00a0"}])", type(R"("\u00a0")"), 33},
      {Cpu(R"({"type":"<","averageUtilization":1})"), target + R"("\u003c")" + wanted, 36},
      {Cpu(R"({"type":"<","averageUtilization":1})"), target + R"("<")" + wanted, 33},
      {ScaleUp(R"("selectPolicy":"&",)" + policies),
       up + R"(selectPolicy: Unsupported value: "\u0026": supported values: "Disabled", )"
            R"("Max", "Min")",
       36},
      {ScaleUp(R"("policies":[{"type":">","value":1,"periodSeconds":1}])"),
       up + R"(policies[0].type: Unsupported value: "\u003e": supported values: "Percent", "Pods")",
       36},
      {Container("requests.a/<", "a"),
       "[spec.metrics[0].containerResource.name: Invalid value: \"requests.a/\\u003c\": name part "
       "must "
       "consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
       "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
       "validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'), "
       "spec.metrics[0].containerResource.name: Invalid value: \"requests.a/\\u003c\": doesn't "
       "follow extended resource name standard]",
       36},
      // A container's name is a plain string.
      {Container("cpu", ">"),
       "spec.metrics[0].containerResource.container: Invalid value: \">\": a lowercase RFC 1123 "
       "label "
       "must consist of lower case alphanumeric characters or '-', and must start and end with an "
       "alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
       "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
       36},
  });
}

TEST(HpaValidationTest, ChecksBehavior) {
  const std::string up = "spec.behavior.scaleUp.";
  ExpectRefused({
      {ScaleUp(R"("stabilizationWindowSeconds":-1,"selectPolicy":"No","policies":[])"),
       "[" + up +
           "stabilizationWindowSeconds: Invalid value: -1: must be greater than or equal "
           "to zero, " +
           up +
           "selectPolicy: Unsupported value: \"No\": supported values: "
           "\"Disabled\", \"Max\", \"Min\", " +
           up +
           "policies: Required value: must specify at least "
           "one Policy]"},
      {ScaleUp(R"("stabilizationWindowSeconds":3601)"),
       up + "stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600"},
      {ScaleUp(R"("selectPolicy":"Disabled","policies":[{}])"),
       "[" + up +
           "policies[0].type: Unsupported value: \"\": supported values: \"Percent\", "
           "\"Pods\", " +
           up + "policies[0].value: Invalid value: 0: must be greater than zero, " + up +
           "policies[0].periodSeconds: Invalid value: 0: must be greater than zero]"},
      {ScaleUp(R"("policies":[{"type":"Pods","value":1,"periodSeconds":1801}])"),
       up + "policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800"},
      {ScaleUp(R"("tolerance":"-100m")"),
       up + "tolerance: Invalid value: \"-100m\": must be greater than or equal to 0", 35},
      {R"("behavior":{"scaleDown":{"policies":[]}})",
       "spec.behavior.scaleDown.policies: Required value: must specify at least one Policy"},
  });
  EXPECT_TRUE(AdmitCreate(Manifest(ScaleUp(R"("tolerance":0)"))).ok());
}

// What an API server shows of a quantity depends on how it was written: Go's parser keeps the text
// where it takes it for the canonical one, which is a guess.
TEST(WrittenAmountTest, ShowsWhatWasParsed) {
  const auto shown = [](const char* amount, const char* cached, const char* format) {
    return std::string("resource.Quantity{i:resource.int64Amount{") + amount +
           "}, d:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:\"" + cached + "\", Format:\"" +
           format + "\"}";
  };
  struct Row {
    std::string text;
    std::string syntax;
  };
  const Row rows[] = {
      {"0", shown("value:0, scale:0", "0", "DecimalSI")},
      {"-0", shown("value:0, scale:0", "", "DecimalSI")},
      {"0m", shown("value:0, scale:-3", "", "DecimalSI")},
      {"-5m", shown("value:-5, scale:-3", "-5m", "DecimalSI")},
      {"-1000", shown("value:-1000, scale:0", "", "DecimalSI")},
      {"-0.5", shown("value:-5, scale:-1", "", "DecimalSI")},
      {"-1Ki", shown("value:-1024, scale:0", "-1Ki", "BinarySI")},
      {"-8Mi", shown("value:-8388608, scale:0", "", "BinarySI")},
      {"-1e3", shown("value:-1, scale:3", "-1e3", "DecimalExponent")},
      {"-2E+2", shown("value:-2, scale:2", "", "DecimalExponent")},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(WrittenAmount::Parse(row.text)->GoSyntax(), row.syntax) << row.text;
  }
  EXPECT_EQ(WrittenAmount().GoSyntax(), shown("value:0, scale:0", "", ""));
}

TEST(WrittenAmountTest, IsStoredAsWrittenWhereUpstreamKeepsTheText) {
  struct Row {
    const char* written;
    const char* stored;
  };
  const Row rows[] = {
      {"+5", "+5"},      {"00012", "00012"},   {"5.", "5."},       {"1E3", "1E3"},
      {"1e+3", "1e+3"},  {"1e03", "1e03"},     {"0100m", "0100m"}, {"12e0", "12e0"},
      {"+1Ki", "+1Ki"},  {"0009Mi", "0009Mi"}, {"  5 ", "5"},      {"0.50", "500m"},
      {"1000", "1k"},    {"100e1", "1e3"},     {"1.000", "1"},     {"8Ki", "8Ki"},
      {"1024Mi", "1Gi"},
  };
  for (const Row& row : rows) {
    const AdmissionAnswer answer = AdmitCreate(
        Manifest(std::string(R"("metrics":[{"type":"Pods","pods":{"metric":{"name":"rps"},)") +
                 R"("target":{"type":"AverageValue","averageValue":")" + row.written + R"("}}}])"));
    ASSERT_TRUE(answer.ok()) << row.written << answer.message;
    EXPECT_EQ(answer.object["spec"]["metrics"][0]["pods"]["target"]["averageValue"], row.stored);
  }
}

TEST(WrittenAmountTest, IsShownAsWrittenByNewServersToo) {
  struct Row {
    const char* written;
    const char* shown;
  };
  const Row rows[] = {{"-0012", "-0012"},   {"-5.", "-5."},      {"-1E3", "-1E3"},
                      {"-2e+00", "-2e+00"}, {"-1.50", "-1500m"}, {"-1000", "-1k"}};
  for (const Row& row : rows) {
    const AdmissionAnswer answer =
        AdmitCreate(Manifest(ScaleUp(std::string(R"("tolerance":")") + row.written + "\"")));
    ASSERT_EQ(answer.causes.size(), 1U) << row.written;
    EXPECT_EQ(answer.causes[0].message, std::string("Invalid value: \"") + row.shown +
                                            "\": must be greater than or equal to 0");
  }
}

}  // namespace
}  // namespace kubegauge::autoscaler
