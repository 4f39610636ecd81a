#include "server/metrics/metrics_endpoint.h"

#include <memory>

#include "server/metrics/exposition_response.h"
#include "server/metrics/registry_endpoint.h"
#include "server/metrics/usage_exposition.h"

namespace kubegauge::server {

MetricsEndpoint::MetricsEndpoint(const apiservice::PublishedSnapshot& snapshot,
                                 const kube::Clock& clock, int64_t resolution_ns)
    : snapshot_(snapshot),
      clock_(clock),
      scrapes_(registry_, resolution_ns),
      served_(registry_, snapshot),
      requests_(registry_, clock) {}

std::string MetricsEndpoint::OwnMetrics() {
  served_.Refresh();
  return ExpositionOf(registry_, process_);
}

apiservice::Response MetricsEndpoint::Handle(const apiservice::AdmittedRequest& admitted) {
  const apiservice::Headers& headers = admitted.request.headers;
  if (admitted.info.path != "/metrics/usage") return ExpositionResponse(headers, OwnMetrics());
  return ExpositionResponse(headers,
                            std::make_unique<UsageExposition>(snapshot_.Get(), clock_.WallNs()));
}

}  // namespace kubegauge::server
