#include "server/metrics/registry_endpoint.h"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <iterator>
#include <vector>

namespace kubegauge::server {

apiservice::Response RegistryEndpoint::Handle(const apiservice::AdmittedRequest&) {
  return {.status = 200,
          .headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}},
          .body = ExpositionOf(registry_, process_),
          .stream = nullptr};
}

std::string ExpositionOf(const prometheus::Registry& registry, const ProcessMetrics& process) {
  std::vector<prometheus::MetricFamily> families = registry.Collect();
  std::ranges::move(process.Collect(), std::back_inserter(families));
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace kubegauge::server
