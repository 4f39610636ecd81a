#pragma once

#include <spdlog/logger.h>

#include <atomic>
#include <cstdint>
#include <memory>

#include "kube/clock.h"
#include "server/agent/agent_state.h"

namespace kubegauge::server {

// Whether the node is still being read. A file of a hung disk or mount may hold the reading thread
// for ever; its last reading, told again and again, would look as if the usage of everything stood
// still. So once no reading has ended for three resolutions, nor for 10 s, there are none to be
// served, and scrapers take the node as silent. When that begins and ends is logged, as soon as it
// is asked for. Thread-safe; keeps references.
class ReadingWatch {
 public:
  ReadingWatch(const PublishedAgentState& published, int64_t resolution_ns,
               const kube::Clock& clock, spdlog::logger& log);

  // The newest state; as before the first reading when the last one is too long ago. Never null.
  std::shared_ptr<const AgentState> Served();
  // Whether readings come in time.
  bool IsTimely();

 private:
  // Notes, and logs, whether the state is overdue.
  bool IsOverdue(const AgentState& state);

  const PublishedAgentState& published_;
  const int64_t overdue_after_ns_;
  const kube::Clock& clock_;
  spdlog::logger& log_;
  std::atomic<bool> was_overdue_ = false;
};

}  // namespace kubegauge::server
