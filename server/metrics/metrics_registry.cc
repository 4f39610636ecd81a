#include "server/metrics/metrics_registry.h"

#include <algorithm>
#include <iterator>

namespace kubegauge::server {

std::vector<prometheus::MetricFamily> MetricsRegistry::Collect() const {
  std::vector<prometheus::MetricFamily> families = Registry::Collect();
  for (const auto& source : sources_) {
    std::ranges::move(source->Collect(), std::back_inserter(families));
  }
  return families;
}

}  // namespace kubegauge::server
