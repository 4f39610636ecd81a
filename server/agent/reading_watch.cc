#include "server/agent/reading_watch.h"

#include <algorithm>

#include "kube/time_units.h"

namespace kubegauge::server {
namespace {

constexpr int64_t kOverdueResolutions = 3;
constexpr int64_t kNsPerMs = 1'000'000;
// A resolution may be so short that a moment without a processor would be too long.
constexpr int64_t kMinOverdueNs = 10 * kube::kNsPerSecond;

}  // namespace

ReadingWatch::ReadingWatch(const PublishedAgentState& published, int64_t resolution_ns,
                           const kube::Clock& clock, spdlog::logger& log)
    : published_(published),
      overdue_after_ns_(std::max(kOverdueResolutions * resolution_ns, kMinOverdueNs)),
      clock_(clock),
      log_(log) {}

std::shared_ptr<const AgentState> ReadingWatch::Served() {
  std::shared_ptr<const AgentState> state = published_.Get();
  if (!IsOverdue(*state)) return state;
  return std::make_shared<const AgentState>(AgentState{
      .node_name = state->node_name, .read_at_ns = state->read_at_ns, .machine = state->machine});
}

bool ReadingWatch::IsTimely() { return !IsOverdue(*published_.Get()); }

bool ReadingWatch::IsOverdue(const AgentState& state) {
  const int64_t age_ns = clock_.MonotonicNs() - state.read_at_ns;
  const bool is_overdue = age_ns > overdue_after_ns_;
  if (was_overdue_.exchange(is_overdue) == is_overdue) return is_overdue;
  if (is_overdue) {
    log_.error("Node is no longer read, nothing is served last_reading_ms_ago={}",
               age_ns / kNsPerMs);
  } else {
    log_.info("Node is read again last_reading_ms_ago={}", age_ns / kNsPerMs);
  }
  return is_overdue;
}

}  // namespace kubegauge::server
