#include "server/metrics/metrics_endpoint.h"

#include <memory>

#include "apiservice/body_response.h"
#include "server/metrics/registry_endpoint.h"
#include "server/metrics/usage_exposition.h"

namespace kubegauge::server {
namespace {

constexpr char kContentType[] = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace

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
  if (admitted.info.path == "/metrics/usage") {
    return apiservice::BodyResponse(
        kContentType, std::make_unique<UsageExposition>(snapshot_.Get(), clock_.WallNs()));
  }
  return {.status = 200,
          .headers = {{"Content-Type", kContentType}},
          .body = OwnMetrics(),
          .stream = nullptr};
}

}  // namespace kubegauge::server
