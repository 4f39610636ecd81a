#include "autoscaler/hpa_kind.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace kubegauge::autoscaler {
namespace {

HpaPtr Decoded(const HpaKind& kind, const std::string& name) {
  const std::string body = fmt::format(
      R"({{"metadata":{{"name":"{0}","namespace":"shop"}},
        "spec":{{"scaleTargetRef":{{"kind":"Deployment","name":"{0}","apiVersion":"apps/v1"}},
          "maxReplicas":5,"metrics":[{{"type":"Resource","resource":{{"name":"cpu",
            "target":{{"type":"Utilization","averageUtilization":60}}}}}}]}},
        "status":{{"currentMetrics":[{{"type":"Resource","resource":{{"name":"cpu","current":{{}}}}}}],
          "conditions":[{{"type":"AbleToScale","status":"True","reason":"ReadyForNewScale",
            "message":"recommended size matches current size"}}]}}}})",
      name);
  return *kind.Decode({kube::WireFormat::kJson, body});
}

TEST(HpaKindTest, WhatHpasSayAlikeIsInMemoryOnce) {
  const HpaKind kind;
  const HpaPtr a = Decoded(kind, "a");
  const HpaPtr b = Decoded(kind, "b");
  const auto same = [](const SharedText& one, const SharedText& other) {
    return !one.empty() && &one.str() == &other.str();
  };
  EXPECT_TRUE(same(a->meta.namespace_name, b->meta.namespace_name));
  EXPECT_TRUE(same(a->meta.name, a->spec.scale_target_ref.name));
  EXPECT_TRUE(same(a->spec.scale_target_ref.kind, b->spec.scale_target_ref.kind));
  EXPECT_TRUE(same(a->spec.metrics[0].type, b->status.current_metrics->front().type));
  EXPECT_TRUE(same(a->spec.metrics[0].resource->name, b->spec.metrics[0].resource->name));
  EXPECT_TRUE(same(a->status.conditions[0].status, b->status.conditions[0].status));
  EXPECT_TRUE(same(a->status.conditions[0].message, b->status.conditions[0].message));
  EXPECT_EQ(b->status.conditions[0].reason, "ReadyForNewScale");
  EXPECT_EQ(b->meta.name, "b");
}

}  // namespace
}  // namespace kubegauge::autoscaler
