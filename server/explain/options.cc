#include "server/explain/options.h"

#include <CLI/Validators.hpp>

namespace kubegauge::server {

void AddExplainOptions(CLI::App& app, ExplainOptions& options) {
  app.add_option("hpa", options.hpa, "The HorizontalPodAutoscaler: NAMESPACE/NAME, or NAME")
      ->required();
  app.add_option("--kubeconfig", options.kubeconfig,
                 "The kubeconfig to reach the API server with [default: $KUBECONFIG, or "
                 "~/.kube/config]");
  app.add_option("--context", options.context, "The kubeconfig's context to use");
  app.add_option("-n,--namespace", options.namespace_name,
                 "The namespace of NAME [default: that of the context]");
  app.add_option("-o,--output", options.output, "text, or json for programs")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
}

absl::Status SplitName(ExplainOptions& options) {
  const std::string given = options.hpa;
  const size_t slash = given.find('/');
  if (slash == given.npos) return absl::OkStatus();
  options.namespace_name = given.substr(0, slash);
  options.hpa = given.substr(slash + 1);
  if (options.namespace_name.empty() || options.hpa.empty() ||
      options.hpa.find('/') != options.hpa.npos) {
    return absl::InvalidArgumentError("\"" + given + "\" is not of the form NAMESPACE/NAME");
  }
  return absl::OkStatus();
}

}  // namespace kubegauge::server
