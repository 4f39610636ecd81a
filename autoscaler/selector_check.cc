#include "autoscaler/selector_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "autoscaler/metric_texts.h"

namespace kubegauge::autoscaler {

std::optional<SelectorProblem> CheckSelector(const PodSelector& selector) {
  if (selector.text().empty()) {
    return SelectorProblem{.event_reason = "SelectorRequired",
                           .condition_reason = "InvalidSelector",
                           .condition_message = "the HPA target's scale is missing a selector",
                           .error = "selector is required"};
  }
  if (selector.parsed().ok()) return std::nullopt;
  const std::string error =
      "couldn't convert selector into a corresponding internal selector object: " +
      TextOf(selector.parsed().status());
  return SelectorProblem{.event_reason = "InvalidSelector",
                         .condition_reason = "InvalidSelector",
                         .condition_message = error,
                         .error = error};
}

std::optional<SelectorProblem> CheckSelectedPods(const PodSelector& selector,
                                                 const Observation& observation) {
  if (const auto* error = std::get_if<FetchError>(&observation.pods)) {
    return SelectorProblem{.condition_message = {}, .error = error->text};
  }
  if (observation.hpas_of_pods.size() < 2) return std::nullopt;
  const std::string error = fmt::format("pods by selector {} are controlled by multiple HPAs: [{}]",
                                        selector.text(), fmt::join(observation.hpas_of_pods, " "));
  return SelectorProblem{.event_reason = "AmbiguousSelector",
                         .condition_reason = "AmbiguousSelector",
                         .condition_message = error,
                         .error = error};
}

}  // namespace kubegauge::autoscaler
