#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <string_view>

#include "absl/status/status.h"

namespace kubegauge::autoscaler {

// How much an answer of a metrics API may say: whoever registers such an API decides what it
// answers.

// Of a list: more than a cluster has pods. Empty items, of two bytes each, would else be many times
// as large.
inline constexpr size_t kMaxItemsOfAnswer = 250'000;
// Of a container: each is searched for among those before it.
inline constexpr size_t kMaxResourcesOfContainer = 100;

// Whether there may be one more of `items` ("pods") where there are `count`. Error:
// kInvalidArgument.
inline absl::Status CheckRoomForItem(std::string_view items, size_t count) {
  if (count < kMaxItemsOfAnswer) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("too many items: more than {} {}", kMaxItemsOfAnswer, items));
}

// The same of the resources of a container.
inline absl::Status CheckRoomForResource(size_t count) {
  if (count < kMaxResourcesOfContainer) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("a container names more than {} resources", kMaxResourcesOfContainer));
}

}  // namespace kubegauge::autoscaler
