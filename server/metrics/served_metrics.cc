#include "server/metrics/served_metrics.h"

#include <vector>

namespace kubegauge::server {
namespace {

using prometheus::BuildGauge;
using prometheus::BuildHistogram;

prometheus::Gauge& StoragePoints(prometheus::Registry& registry, const char* type) {
  return BuildGauge()
      .Name("metrics_server_storage_points")
      .Help("[ALPHA] Number of metrics points stored.")
      .Register(registry)
      .Add({{"type", type}});
}

}  // namespace

ServedMetrics::ServedMetrics(prometheus::Registry& registry,
                             const apiservice::PublishedSnapshot& snapshot)
    : snapshot_(snapshot),
      freshness_(BuildHistogram()
                     .Name("metrics_server_api_metric_freshness_seconds")
                     .Help("[ALPHA] Freshness of metrics exported")
                     .Register(registry)
                     .Add({}, apiservice::FreshnessCounts::UpperBounds())),
      nodes_(StoragePoints(registry, "node")),
      containers_(StoragePoints(registry, "container")) {}

void ServedMetrics::OnServed(const apiservice::FreshnessCounts& counts) {
  if (counts.total == 1) return freshness_.Observe(counts.sum_seconds);
  freshness_.ObserveMultiple(std::vector<double>(counts.counts.begin(), counts.counts.end()),
                             counts.sum_seconds);
}

void ServedMetrics::Refresh() {
  const std::shared_ptr<const scraper::Snapshot> snapshot = snapshot_.Get();
  nodes_.Set(static_cast<double>(snapshot->CountServableNodes()));
  containers_.Set(static_cast<double>(snapshot->CountServableContainers()));
}

}  // namespace kubegauge::server
