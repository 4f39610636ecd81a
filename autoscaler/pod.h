#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "autoscaler/packed_texts.h"
#include "autoscaler/resource_amounts.h"

namespace kubegauge::autoscaler {

struct ContainerRequests {
  std::string name;
  ResourceAmounts requests;

  bool operator==(const ContainerRequests&) const = default;
};

// A label that all pods of a shape have, each with a value of its own.
struct OwnLabel {
  std::string key;
  std::optional<uint32_t> value_index = {};  // in Pod::own_values; none: it is the name of the pod

  bool operator==(const OwnLabel&) const = default;
};

// What all pods of one template have in common; shared by them, so that a pod is small. Immutable.
struct PodShape {
  std::string namespace_name;
  std::vector<std::pair<std::string, std::string>> labels;  // by key
  std::vector<OwnLabel> own_labels;                         // other keys than those
  // The regular containers, then the init containers that keep running (restartPolicy Always).
  std::vector<ContainerRequests> containers;
  // The effective requests of the whole pod where its spec.resources names a supported resource:
  // hpa.md 9.2 [>=1.34].
  std::optional<ResourceAmounts> pod_level_requests;

  // The value of one of `labels`, or a view with data() == nullptr.
  std::string_view FindLabel(std::string_view key) const;
  // One of `own_labels`, or nullptr.
  const OwnLabel* FindOwnLabel(std::string_view key) const;

  bool operator==(const PodShape&) const = default;
};

enum class PodPhase : uint8_t { kUnknown, kPending, kRunning, kSucceeded, kFailed };
enum class ReadyStatus : uint8_t { kAbsent, kTrue, kFalse, kUnknown };

// The fields of a pod that decide over replicas. Times are nanoseconds since the Unix epoch.
struct Pod {
  std::string name;
  std::shared_ptr<const PodShape> shape;
  PackedTexts own_values;           // of the shape's own_labels
  std::optional<int64_t> start_ns;  // status.startTime
  int64_t ready_transition_ns = 0;  // of the first condition of type Ready, where there is one
  PodPhase phase = PodPhase::kUnknown;
  ReadyStatus ready = ReadyStatus::kAbsent;
  bool deleting = false;

  // The value of a label, or a view with data() == nullptr.
  std::string_view FindLabel(std::string_view key) const;
  std::string_view OwnValue(const OwnLabel& label) const {
    return label.value_index ? own_values[*label.value_index] : std::string_view(name);
  }

  bool operator==(const Pod& other) const;  // shapes by content
};
using PodPtr = std::shared_ptr<const Pod>;
using Pods = std::span<const PodPtr>;

// Calls `see` with pods of one shape that stand together, until it saw all. Pods in the order of
// their names mostly have all of one shape together.
template <class See>
void ForEachShape(Pods pods, const See& see) {
  while (!pods.empty()) {
    size_t count = 1;
    while (count < pods.size() && pods[count]->shape == pods[0]->shape) ++count;
    see(pods.first(count));
    pods = pods.subspan(count);
  }
}

}  // namespace kubegauge::autoscaler
