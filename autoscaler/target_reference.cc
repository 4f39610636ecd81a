#include "autoscaler/target_reference.h"

#include <fmt/format.h>

namespace kubegauge::autoscaler {

std::string TargetReference(const Hpa& hpa) {
  return fmt::format("{}/{}/{}", hpa.spec.scale_target_ref.kind, hpa.meta.namespace_name,
                     hpa.spec.scale_target_ref.name);
}

}  // namespace kubegauge::autoscaler
