#pragma once

#include <cstdint>

namespace kubegauge::autoscaler {

// What the API server does with unknown fields of a body, as the query's fieldValidation says.
enum class FieldValidation : uint8_t { kIgnore, kWarn, kStrict };

}  // namespace kubegauge::autoscaler
