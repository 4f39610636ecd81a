#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "cgroup/machine.h"
#include "cgroup/node_reader.h"
#include "scraper/published.h"

namespace kubegauge::server {

// What the agent knows: its newest reading of the node, and the one before it, for rates.
// Immutable.
struct AgentState {
  std::string node_name;
  std::shared_ptr<const cgroup::NodeReading> last;      // null before the first
  std::shared_ptr<const cgroup::NodeReading> previous;  // null before the second
  // When the last one ended, on the monotonic clock; before the first, when reading was set up.
  int64_t read_at_ns = 0;
  std::shared_ptr<const cgroup::Machine> machine;  // null where it is unknown
};
using PublishedAgentState = scraper::Published<AgentState>;

}  // namespace kubegauge::server
