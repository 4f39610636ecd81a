#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace kubegauge::autoscaler {

// A resource.Quantity in thousandths, rounded away from zero, where its text is as plain as those
// of metrics APIs: digits and one of the usual suffixes ("50123456n", "250m", "3", "65012Ki").
// nullopt for any other text, which is for kube::Quantity to judge. Some twenty times as fast as
// that.
std::optional<int64_t> QuickMilli(std::string_view quantity);

}  // namespace kubegauge::autoscaler
