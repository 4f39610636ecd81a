#include "server/agent/options.h"

#include <fmt/format.h>

#include "kube/go_duration.h"
#include "server/cluster/flags.h"

namespace kubegauge::server {
namespace {

constexpr int64_t kMinResolutionNs = kSecondNs / 10;
constexpr int64_t kMaxResolutionNs = 60 * kSecondNs;

}  // namespace

void AddAgentFlags(FlagSet& flags, AgentOptions& options, bool& show_version) {
  flags.BeginSection("Agent flags");
  flags.Add("kubeconfig", &options.kubeconfig,
            "The kubeconfig to reach the API server with, which tells who the clients are and what "
            "they may do; without it, the service account of the pod that the agent runs in.");
  flags.Add("node-name", &options.node_name,
            "Name of the node in Kubernetes; without it, the host name.");
  flags.AddCustom("root", "string", "\"/\"",
                  "Directory under which the node's /sys, /proc and /var/log are.",
                  [&options](const std::string& value) {
                    options.root = value;
                    return absl::OkStatus();
                  });
  flags.AddDuration("metric-resolution", &options.metric_resolution_ns,
                    "How often usage is measured, from 100ms to 1m.");
  flags.Add("version", &show_version, "Print the version and exit.");
  AddServingFlags(flags, options.serving);
  AddAccessFlags(flags, options.access);
  AddLogFlags(flags, options.log);
}

absl::Status Validate(const AgentOptions& options) {
  if (options.metric_resolution_ns < kMinResolutionNs ||
      options.metric_resolution_ns > kMaxResolutionNs) {
    return absl::InvalidArgumentError(
        fmt::format("metric-resolution should be between 100ms and 1m, but value {} provided",
                    kube::FormatGoDuration(options.metric_resolution_ns)));
  }
  if (absl::Status status = ValidateLog(options.log); !status.ok()) return status;
  return ValidateServing(options.serving);
}

}  // namespace kubegauge::server
