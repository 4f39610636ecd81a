#pragma once

#include <prometheus/registry.h>

#include <string>
#include <string_view>

#include "apiservice/handler.h"
#include "server/metrics/process_metrics.h"

namespace kubegauge::server {

// `/metrics`: a registry and the process, for Prometheus. Thread-safe; keeps a reference.
class RegistryEndpoint final : public apiservice::Handler {
 public:
  explicit RegistryEndpoint(const prometheus::Registry& registry) : registry_(registry) {}

  static bool Serves(std::string_view path) { return path == "/metrics"; }
  apiservice::Response Handle(const apiservice::AdmittedRequest& admitted) override;

 private:
  const prometheus::Registry& registry_;
  ProcessMetrics process_;
};

// The text of a registry and of what a process says of itself.
std::string ExpositionOf(const prometheus::Registry& registry, const ProcessMetrics& process);

}  // namespace kubegauge::server
