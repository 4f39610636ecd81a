#include "autoscaler/pod.h"

#include <algorithm>

namespace kubegauge::autoscaler {

std::string_view PodShape::FindLabel(std::string_view key) const {
  const auto found = std::lower_bound(
      labels.begin(), labels.end(), key,
      [](const auto& label, std::string_view sought) { return label.first < sought; });
  if (found == labels.end() || found->first != key) return {};
  // An empty value is a label too, so it must not look like none.
  return found->second;
}

const OwnLabel* PodShape::FindOwnLabel(std::string_view key) const {
  const auto found = std::ranges::find(own_labels, key, &OwnLabel::key);
  return found == own_labels.end() ? nullptr : &*found;
}

std::string_view Pod::FindLabel(std::string_view key) const {
  const OwnLabel* const own = shape->FindOwnLabel(key);
  return own == nullptr ? shape->FindLabel(key) : OwnValue(*own);
}

bool Pod::operator==(const Pod& other) const {
  return name == other.name && own_values == other.own_values && start_ns == other.start_ns &&
         ready_transition_ns == other.ready_transition_ns && phase == other.phase &&
         ready == other.ready && deleting == other.deleting &&
         (shape == other.shape || (shape && other.shape && *shape == *other.shape));
}

}  // namespace kubegauge::autoscaler
