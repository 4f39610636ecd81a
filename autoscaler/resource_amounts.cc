#include "autoscaler/resource_amounts.h"

namespace kubegauge::autoscaler {

std::optional<int64_t> ResourceAmounts::FindOther(std::string_view resource) const {
  for (const auto& [name, milli] : *others_) {
    if (name == resource) return milli;
  }
  return std::nullopt;
}

void ResourceAmounts::SetOther(std::string_view resource, int64_t milli) {
  if (!others_) others_.emplace();
  for (auto& [name, amount] : *others_) {
    if (name == resource) {
      amount = milli;
      return;
    }
  }
  others_->emplace_back(resource, milli);
}

}  // namespace kubegauge::autoscaler
