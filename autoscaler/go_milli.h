#pragma once

#include <cstdint>

#include "kube/quantity.h"

namespace kubegauge::autoscaler {

// An amount in thousandths of a unit, as Go's Quantity.MilliValue gives it (hpa.md 10.1): rounded
// away from zero. What does not fit 64 bits wraps around, but for amounts of at most 18 digits from
// a suffix of G on, which are 0 then.
int64_t GoMilli(const kube::Quantity& amount);

}  // namespace kubegauge::autoscaler
