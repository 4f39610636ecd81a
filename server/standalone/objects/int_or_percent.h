#pragma once

#include <cstdint>
#include <optional>

#include "server/standalone/core_objects.h"

namespace kubegauge::server {

// An intstr.IntOrString: 3 is 3, "25%" is that part of `total`, rounded up or down. nullopt for
// other values.
std::optional<int64_t> ResolveIntOrPercent(const Json& value, int64_t total, bool round_up);

}  // namespace kubegauge::server
