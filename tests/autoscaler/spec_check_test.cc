#include "autoscaler/spec_check.h"

#include <gtest/gtest.h>

#include <string>

#include "autoscaler/hpa_kind.h"

namespace kubegauge::autoscaler {
namespace {

// Of a spec as an API without validation lets it through.
std::string FaultOf(const std::string& spec) {
  const auto hpa =
      HpaKind().Decode({kube::WireFormat::kJson,
                        R"({"metadata":{"name":"web","namespace":"shop"},"spec":)" + spec + "}"});
  return hpa.ok() ? SpecFault((*hpa)->spec) : std::string(hpa.status().message());
}

std::string SpecWith(const std::string& more) {
  return R"({"scaleTargetRef":{"kind":"Deployment","name":"web","apiVersion":"apps/v1"},)"
         R"("maxReplicas":5)" +
         more + "}";
}

std::string ResourceTarget(const std::string& target) {
  return SpecWith(R"(,"metrics":[{"type":"Resource","resource":{"name":"cpu","target":)" + target +
                  "}}]");
}

TEST(SpecCheckTest, HoldsTheRulesOfAutoscalingV2) {
  EXPECT_EQ(FaultOf(SpecWith("")), "");
  EXPECT_EQ(FaultOf(ResourceTarget(R"({"type":"AverageValue","averageValue":"100m"})")), "");
  EXPECT_EQ(FaultOf(ResourceTarget(R"({"type":"AverageValue","averageValue":"0"})")),
            "spec.metrics[0].resource.target.averageValue: Invalid value: \"0\": must be positive");
  EXPECT_EQ(FaultOf(ResourceTarget(R"({"type":"AverageValue","averageValue":"-5Mi"})")),
            "spec.metrics[0].resource.target.averageValue: Invalid value: \"-5Mi\": must be "
            "positive");
  EXPECT_EQ(FaultOf(SpecWith(R"(,"minReplicas":7)")),
            "spec.maxReplicas: Invalid value: 5: must be greater than or equal to `minReplicas`");
  EXPECT_EQ(FaultOf(SpecWith(R"(,"behavior":{"scaleUp":{"tolerance":"-100m"}})")),
            "spec.behavior.scaleUp.tolerance: Invalid value: \"-100m\": must be greater than or "
            "equal to 0");
}

// One that was admitted while the gate HPAScaleToZero was on stays.
TEST(SpecCheckTest, LetsAMinimumOfZeroBe) {
  EXPECT_EQ(
      FaultOf(SpecWith(R"(,"minReplicas":0,"metrics":[{"type":"External","external":{)"
                       R"("metric":{"name":"queue"},"target":{"type":"Value","value":"1"}}}])")),
      "");
}

}  // namespace
}  // namespace kubegauge::autoscaler
