#include "autoscaler/tolerance.h"

namespace kubegauge::autoscaler {
namespace {

// As apimachinery's AsApproximateFloat64 of the canonical text, which is what is stored: mantissa
// times a power of ten that is a multiple of three.
double Approximate(const kube::Quantity& quantity) {
  struct Unit {
    int scale;
    double size;
  };
  for (const Unit unit : {Unit{0, 1.0}, Unit{-3, 1e-3}, Unit{-6, 1e-6}, Unit{-9, 1e-9}}) {
    const int64_t mantissa = quantity.ScaledValue(unit.scale);
    if (kube::Quantity::FromScaled(mantissa, unit.scale) == quantity) {
      return static_cast<double>(mantissa) * unit.size;
    }
  }
  return static_cast<double>(quantity.Value());
}

double ToleranceOf(const Boxed<ScalingRules>& rules, const Tuning& tuning) {
  const bool own = tuning.configurable_tolerance && rules && rules->tolerance;
  return own ? Approximate(*rules->tolerance) : tuning.tolerance;
}

}  // namespace

Tolerances TolerancesOf(const HpaSpec& spec, const Tuning& tuning) {
  if (!spec.behavior) return {.down = tuning.tolerance, .up = tuning.tolerance};
  return {.down = ToleranceOf(spec.behavior->scale_down, tuning),
          .up = ToleranceOf(spec.behavior->scale_up, tuning)};
}

}  // namespace kubegauge::autoscaler
