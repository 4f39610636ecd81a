#pragma once

#include <spdlog/logger.h>

#include <boost/asio/thread_pool.hpp>
#include <memory>

#include "absl/status/statusor.h"
#include "kube/clock.h"
#include "kube/environment.h"
#include "server/agent/collector.h"
#include "server/agent/options.h"
#include "server/agent/reading_watch.h"
#include "server/agent/service.h"
#include "server/cluster/secure_front.h"
#include "server/health_checks.h"

namespace kubegauge::server {

// `kubegauge agent` from its options to its end: reads the node on a thread of its own and answers
// as its kubelet does. Keeps references to `clock` and `log`.
class AgentProgram {
 public:
  // Opens the cgroups, reads the files that the options name and binds the port. An error is one
  // line for the operator.
  static absl::StatusOr<std::unique_ptr<AgentProgram>> Create(const AgentOptions& options,
                                                              kube::Environment environment,
                                                              const kube::Clock& clock,
                                                              spdlog::logger& log);

  // As SecureFront::Run.
  absl::Status Run();

 private:
  AgentProgram(std::unique_ptr<SecureFront> front, std::unique_ptr<cgroup::NodeReader> reader,
               const std::string& node_name, const AgentOptions& options, const kube::Clock& clock,
               spdlog::logger& log);

  spdlog::logger& log_;
  const std::string node_name_;
  HealthState health_;
  const std::unique_ptr<SecureFront> front_;
  AgentCollector collector_;
  ReadingWatch watch_;
  AgentService service_;
  boost::asio::thread_pool collecting_{1};
};

}  // namespace kubegauge::server
