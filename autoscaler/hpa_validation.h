#pragma once

#include "autoscaler/field_error.h"
#include "autoscaler/hpa_versions.h"
#include "kube/kubernetes_version.h"

namespace kubegauge::autoscaler {

// Which API server's rules these are.
struct HpaRules {
  int minor =
      kube::kKubernetesMinor;     // of Kubernetes 1.x: texts and a few checks differ (hpa.md 17.2)
  bool scale_to_zero = true;      // the gate HPAScaleToZero
  bool container_metrics = true;  // the gate HPAContainerMetrics, before 1.30
  bool configurable_tolerance = true;  // the gate HPAConfigurableTolerance
};

// What is wrong with the spec of an HPA, as upstream's validation says it, in its order (hpa.md
// 17.2). `old` is that of the object that is to be replaced, or nullptr.
void ValidateHpaSpec(const HpaSpec& spec, const HpaSpec* old, const HpaRules& rules,
                     FieldErrors& errors);
void ValidateHpaStatus(const HpaStatus& status, FieldErrors& errors);

}  // namespace kubegauge::autoscaler
