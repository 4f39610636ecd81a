#include "autoscaler/pod_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "autoscaler/pod_requests.h"
#include "kube/status_context.h"

namespace kubegauge::autoscaler {
namespace {

PodPhase PhaseFrom(std::string_view text) {
  if (text == "Running") return PodPhase::kRunning;
  if (text == "Pending") return PodPhase::kPending;
  if (text == "Succeeded") return PodPhase::kSucceeded;
  if (text == "Failed") return PodPhase::kFailed;
  return PodPhase::kUnknown;
}

ReadyStatus ReadyFrom(std::optional<std::string_view> text) {
  if (!text) return ReadyStatus::kAbsent;
  if (*text == "True") return ReadyStatus::kTrue;
  if (*text == "False") return ReadyStatus::kFalse;
  return ReadyStatus::kUnknown;
}

std::vector<std::pair<std::string, std::string>> SortedLabels(const PodFields& fields) {
  std::vector<kube::Label> views = fields.labels;
  std::stable_sort(views.begin(), views.end(),
                   [](const kube::Label& a, const kube::Label& b) { return a.first < b.first; });
  std::vector<std::pair<std::string, std::string>> labels;
  labels.reserve(views.size());
  for (const auto& [key, value] : views) {
    if (!labels.empty() && labels.back().first == key) {
      labels.back().second = value;
    } else {
      labels.emplace_back(key, value);
    }
  }
  return labels;
}

}  // namespace

absl::StatusOr<PodPtr> MakePod(const PodFields& fields, PodShapes& shapes) {
  if (fields.name.empty()) return absl::InvalidArgumentError("a Pod has no name");
  absl::StatusOr<PodRequests> requests = ReadPodRequests(fields);
  if (!requests.ok()) {
    return kube::WithContext(requests.status(),
                             fmt::format("Pod {}/{}", fields.namespace_name, fields.name));
  }
  PodShape shape{.namespace_name = std::string(fields.namespace_name),
                 .labels = SortedLabels(fields),
                 .containers = std::move(requests->containers),
                 .pod_level_requests = std::move(requests->pod_level)};
  return std::make_shared<const Pod>(Pod{.name = std::string(fields.name),
                                         .shape = shapes.Share(std::move(shape)),
                                         .start_ns = fields.start_ns,
                                         .ready_transition_ns = fields.ready_transition_ns,
                                         .phase = PhaseFrom(fields.phase),
                                         .ready = ReadyFrom(fields.ready),
                                         .deleting = fields.deleting});
}

}  // namespace kubegauge::autoscaler
