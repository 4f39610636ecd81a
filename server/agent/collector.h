#pragma once

#include <spdlog/logger.h>

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "cgroup/machine.h"
#include "cgroup/node_reader.h"
#include "kube/clock.h"
#include "kube/sleeper.h"
#include "scraper/log_limiter.h"
#include "scraper/pacer.h"
#include "server/agent/agent_state.h"

namespace kubegauge::server {

// Reads the node's cgroup files at every tick and publishes the last two readings. Reading blocks
// for milliseconds: run it on a thread that may. Failures of single files are logged, each at most
// once a minute, and so is it that pods have had no names for a minute. Keeps references.
class AgentCollector {
 public:
  AgentCollector(std::unique_ptr<cgroup::NodeReader> reader, std::string node_name,
                 cgroup::Machine machine, int64_t resolution_ns, const kube::Clock& clock,
                 kube::Sleeper& sleeper, spdlog::logger& log);

  const PublishedAgentState& state() const { return state_; }

  // One reading.
  void Tick();
  // A reading each resolution, for as long as its executor runs.
  boost::asio::awaitable<void> Run();

 private:
  void LogFailures(const cgroup::NodeReading& reading);
  void LogNamelessPods(size_t pods);

  const std::unique_ptr<cgroup::NodeReader> reader_;
  const std::string node_name_;
  const std::shared_ptr<const cgroup::Machine> machine_;
  const kube::Clock& clock_;
  kube::Sleeper& sleeper_;
  spdlog::logger& log_;
  scraper::LogLimiter limiter_;
  scraper::Pacer pacer_;
  std::optional<int64_t> nameless_since_ns_;  // on the monotonic clock; nothing without such pods
  PublishedAgentState state_;
};

}  // namespace kubegauge::server
