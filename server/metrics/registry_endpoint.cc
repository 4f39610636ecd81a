#include "server/metrics/registry_endpoint.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "server/metrics/exposition_response.h"
#include "server/metrics/exposition_text.h"

namespace kubegauge::server {

apiservice::Response RegistryEndpoint::Handle(const apiservice::AdmittedRequest& admitted) {
  return ExpositionResponse(admitted.request.headers, ExpositionOf(registry_, process_));
}

std::string ExpositionOf(const prometheus::Registry& registry, const ProcessMetrics& process) {
  std::vector<prometheus::MetricFamily> families = registry.Collect();
  std::ranges::move(process.Collect(), std::back_inserter(families));
  return ExpositionText(families);
}

}  // namespace kubegauge::server
