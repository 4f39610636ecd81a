#include "autoscaler/selector_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "autoscaler/metric_texts.h"
#include "kube/label_selector.h"

namespace kubegauge::autoscaler {

std::optional<SelectorProblem> CheckSelectorText(const std::string& selector) {
  if (selector.empty()) {
    return SelectorProblem{.event_reason = "SelectorRequired",
                           .condition_reason = "InvalidSelector",
                           .condition_message = "the HPA target's scale is missing a selector",
                           .error = "selector is required"};
  }
  const absl::StatusOr<kube::LabelSelector> parsed = kube::LabelSelector::Parse(selector);
  if (parsed.ok()) return std::nullopt;
  const std::string error =
      "couldn't convert selector into a corresponding internal selector object: " +
      TextOf(parsed.status());
  return SelectorProblem{.event_reason = "InvalidSelector",
                         .condition_reason = "InvalidSelector",
                         .condition_message = error,
                         .error = error};
}

std::optional<SelectorProblem> CheckSelectedPods(const std::string& selector,
                                                 const Observation& observation) {
  if (const auto* error = std::get_if<FetchError>(&observation.pods)) {
    return SelectorProblem{.condition_message = {}, .error = error->text};
  }
  if (observation.hpas_of_pods.size() < 2) return std::nullopt;
  const std::string error = fmt::format("pods by selector {} are controlled by multiple HPAs: [{}]",
                                        selector, fmt::join(observation.hpas_of_pods, " "));
  return SelectorProblem{.event_reason = "AmbiguousSelector",
                         .condition_reason = "AmbiguousSelector",
                         .condition_message = error,
                         .error = error};
}

}  // namespace kubegauge::autoscaler
