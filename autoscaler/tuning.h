#pragma once

#include <cstdint>

namespace kubegauge::autoscaler {

// What kube-controller-manager's flags say about every HPA (hpa.md 1), and what is to be traced.
struct Tuning {
  double tolerance = 0.1;
  int64_t downscale_stabilization_ns = 300'000'000'000;
  int64_t cpu_initialization_period_ns = 300'000'000'000;
  int64_t initial_readiness_delay_ns = 30'000'000'000;
  bool scale_to_zero = true;           // the gate HPAScaleToZero
  bool configurable_tolerance = true;  // the gate HPAConfigurableTolerance
  bool trace_raw_values = false;       // each pod's, which takes time and memory
};

}  // namespace kubegauge::autoscaler
