#pragma once

#include <cstdint>

#include "apiservice/handler.h"
#include "apiservice/metrics_handler.h"
#include "kube/clock.h"
#include "server/metrics/metrics_registry.h"
#include "server/metrics/process_metrics.h"
#include "server/metrics/request_metrics.h"
#include "server/metrics/scrape_metrics.h"
#include "server/metrics/served_metrics.h"

namespace kubegauge::server {

// `/metrics` and `/metrics/usage`, for Prometheus. Thread-safe; keeps references.
class MetricsEndpoint final : public apiservice::Handler {
 public:
  MetricsEndpoint(const apiservice::PublishedSnapshot& snapshot, const kube::Clock& clock,
                  int64_t resolution_ns);

  static bool Serves(std::string_view path) {
    return path == "/metrics" || path == "/metrics/usage";
  }
  apiservice::Response Handle(const apiservice::AdmittedRequest& admitted) override;

  // For parts of the program that have metrics of their own.
  MetricsRegistry& registry() { return registry_; }
  ScrapeMetrics& scrapes() { return scrapes_; }
  ServedMetrics& served() { return served_; }
  RequestMetrics& requests() { return requests_; }

 private:
  std::string OwnMetrics();

  const apiservice::PublishedSnapshot& snapshot_;
  const kube::Clock& clock_;
  MetricsRegistry registry_;
  ProcessMetrics process_;
  ScrapeMetrics scrapes_;
  ServedMetrics served_;
  RequestMetrics requests_;
};

}  // namespace kubegauge::server
