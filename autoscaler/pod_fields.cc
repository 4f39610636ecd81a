#include "autoscaler/pod_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "autoscaler/pod_requests.h"
#include "kube/label_set.h"
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

// Whether the controllers of StatefulSets and Jobs tell their pods apart with the label. Those of
// others like to name the pod in one.
bool IsOwn(const kube::Label& label, std::string_view pod_name) {
  static constexpr std::string_view kKeys[] = {
      "apps.kubernetes.io/pod-index",
      "batch.kubernetes.io/controller-uid",
      "batch.kubernetes.io/job-completion-index",
      "batch.kubernetes.io/job-name",
      "controller-uid",
      "job-name",
  };
  return label.second == pod_name || std::ranges::find(kKeys, label.first) != std::end(kKeys);
}

// Gives the shape the labels that other pods may have too; the rest are the pod's own.
PackedTexts ShareLabels(const PodFields& fields, PodShape& shape) {
  std::vector<std::string_view> own_values;
  shape.labels.reserve(fields.labels.size());
  for (const kube::Label& label : kube::SortedLabels(fields.labels)) {
    if (!IsOwn(label, fields.name)) {
      shape.labels.emplace_back(label);
      continue;
    }
    OwnLabel& own = shape.own_labels.emplace_back(OwnLabel{.key = std::string(label.first)});
    if (label.second == fields.name) continue;
    // A Job has its name and its UID in two labels each.
    const auto place = std::ranges::find(own_values, label.second);
    own.value_index = static_cast<uint32_t>(place - own_values.begin());
    if (place == own_values.end()) own_values.push_back(label.second);
  }
  return PackedTexts(own_values);
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
                 .containers = std::move(requests->containers),
                 .pod_level_requests = std::move(requests->pod_level)};
  PackedTexts own_values = ShareLabels(fields, shape);
  return std::make_shared<const Pod>(Pod{.name = std::string(fields.name),
                                         .shape = shapes.Share(std::move(shape)),
                                         .own_values = std::move(own_values),
                                         .start_ns = fields.start_ns,
                                         .ready_transition_ns = fields.ready_transition_ns,
                                         .phase = PhaseFrom(fields.phase),
                                         .ready = ReadyFrom(fields.ready),
                                         .deleting = fields.deleting});
}

}  // namespace kubegauge::autoscaler
