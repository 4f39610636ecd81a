#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "kube/quantity.h"

namespace kubegauge::autoscaler {

// An amount in thousandths of a unit, as Go's Quantity.MilliValue gives it (hpa.md 10.1): rounded
// away from zero. What does not fit 64 bits wraps around, but for amounts of at most 18 digits from
// a suffix of G on, which are 0 then.
int64_t GoMilli(const kube::Quantity& amount);

// The same of an amount as it was written, which counts where it is negative: Go keeps "-1e-10" in
// another way than "-1n", and rounds it up to 1. Error: kInvalidArgument with upstream's text.
absl::StatusOr<int64_t> ParseGoMilli(std::string_view text);

}  // namespace kubegauge::autoscaler
