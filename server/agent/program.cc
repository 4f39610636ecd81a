#include "server/agent/program.h"

#include <utility>

#include "server/background.h"
#include "server/standalone/machine.h"

namespace kubegauge::server {

AgentProgram::AgentProgram(std::unique_ptr<SecureFront> front,
                           std::unique_ptr<cgroup::NodeReader> reader, const std::string& node_name,
                           const AgentOptions& options, const kube::Clock& clock,
                           spdlog::logger& log)
    : log_(log),
      node_name_(node_name),
      front_(std::move(front)),
      collector_(std::move(reader), node_name, cgroup::ReadMachine(options.root.native()),
                 options.metric_resolution_ns, clock, front_->sleeper(), log),
      watch_(collector_.state(), options.metric_resolution_ns, clock, log),
      service_(watch_, node_name, front_->access().authenticator(), front_->access().authorizer(),
               log) {}

absl::StatusOr<std::unique_ptr<AgentProgram>> AgentProgram::Create(const AgentOptions& options,
                                                                   kube::Environment environment,
                                                                   const kube::Clock& clock,
                                                                   spdlog::logger& log) {
  const absl::StatusOr<NodeRecord> node = DescribeMachine(options.root, options.node_name);
  if (!node.ok()) return node.status();
  auto reader = cgroup::NodeReader::Open({.root = options.root.native(),
                                          .host_workloads = false,
                                          .read_pressures = true,
                                          .read_details = true},
                                         [&clock] { return clock.WallNs(); });
  if (!reader.ok()) return reader.status();
  auto front = SecureFront::Create({.kubeconfig = options.kubeconfig,
                                    .serving = options.serving,
                                    .access = options.AccessByMainKubeconfig()},
                                   std::move(environment), clock, log);
  if (!front.ok()) return front.status();
  return std::unique_ptr<AgentProgram>(
      new AgentProgram(*std::move(front), *std::move(reader), node->name, options, clock, log));
}

absl::Status AgentProgram::Run() {
  collector_.Tick();
  RunInBackground(collecting_.get_executor(), collector_.Run());
  const absl::Status end = front_->Run(service_, health_, [this](const std::string& address) {
    log_.info("Serving address=\"{}\" node={}", address, node_name_);
  });
  collecting_.stop();
  collecting_.join();
  return end;
}

}  // namespace kubegauge::server
