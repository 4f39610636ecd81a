#include "autoscaler/conditions.h"

#include <algorithm>

namespace kubegauge::autoscaler {

void SetCondition(std::vector<HpaCondition>& conditions, std::string_view type, bool status,
                  std::string_view reason, std::string_view message, int64_t now_ns) {
  auto found = std::find_if(conditions.begin(), conditions.end(),
                            [&](const HpaCondition& condition) { return condition.type == type; });
  if (found == conditions.end()) {
    found = conditions.insert(found, HpaCondition{.type = std::string(type)});
  }
  const std::string_view text = status ? "True" : "False";
  if (found->status != text) {
    found->status = text;
    found->last_transition_ns = now_ns;
  }
  // What stays the same stays shared.
  if (found->reason != reason) found->reason = reason;
  if (found->message != message) found->message = message;
}

void RemoveCondition(std::vector<HpaCondition>& conditions, std::string_view type) {
  std::erase_if(conditions, [&](const HpaCondition& condition) { return condition.type == type; });
}

bool IsConditionTrue(const std::vector<HpaCondition>& conditions, std::string_view type) {
  const auto found =
      std::find_if(conditions.begin(), conditions.end(),
                   [&](const HpaCondition& condition) { return condition.type == type; });
  return found != conditions.end() && found->status == "True";
}

}  // namespace kubegauge::autoscaler
