#pragma once

#include <optional>
#include <string>

#include "autoscaler/observation.h"

namespace kubegauge::autoscaler {

// Why the pods of a scale cannot be told from its selector (hpa.md 5).
struct SelectorProblem {
  // Of the event, and of the condition ScalingActive; nullptr where upstream says neither.
  const char* event_reason = nullptr;
  const char* condition_reason = nullptr;
  std::string condition_message;
  std::string error;  // of the event and the reconcile
};

// nullopt for a selector that parses.
std::optional<SelectorProblem> CheckSelector(const PodSelector& selector);

// The pods that were read, and whether no other HPA selects one of them.
std::optional<SelectorProblem> CheckSelectedPods(const PodSelector& selector,
                                                 const Observation& observation);

}  // namespace kubegauge::autoscaler
