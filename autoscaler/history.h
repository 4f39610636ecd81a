#pragma once

#include <cstdint>
#include <vector>

namespace kubegauge::autoscaler {

// What a process remembers of an HPA from one reconcile to the next (hpa.md 2.2). Slots are reused
// in upstream's order, as the order shows in decisions.

struct Recommendation {
  int32_t replicas = 0;
  int64_t time_ns = 0;

  bool operator==(const Recommendation&) const = default;
};

struct ScaleEvent {
  int32_t change = 0;  // how many replicas, never negative
  int64_t time_ns = 0;
  bool outdated = false;

  bool operator==(const ScaleEvent&) const = default;
};

struct History {
  std::vector<Recommendation> recommendations;  // empty only before the first reconcile
  std::vector<ScaleEvent> scale_ups;
  std::vector<ScaleEvent> scale_downs;

  bool operator==(const History&) const = default;
};

// Moves all its times, so that they count from another origin.
inline void MoveTimes(int64_t by_ns, History& history) {
  for (Recommendation& recommendation : history.recommendations) recommendation.time_ns += by_ns;
  for (auto* const events : {&history.scale_ups, &history.scale_downs}) {
    for (ScaleEvent& event : *events) event.time_ns += by_ns;
  }
}

}  // namespace kubegauge::autoscaler
