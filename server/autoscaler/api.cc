#include "server/autoscaler/api.h"

#include <utility>

namespace kubegauge::server {

AutoscalerApi::AutoscalerApi(const Sources& sources, const HealthChecks& checks)
    : explain_(sources.decisions, sources.leader),
      metrics_(sources.registry),
      healthz_("healthz", checks.healthz),
      livez_("livez", checks.livez),
      readyz_("readyz", checks.readyz),
      router_(Routes(), {"/apis/explain.kubegauge.io", "/apis/explain.kubegauge.io/v1", "/healthz",
                         "/livez", "/metrics", "/readyz", "/version"}),
      authorizer_(sources.authorizer, sources.hpa_group),
      request_metrics_(sources.registry, sources.clock),
      gate_(sources.authenticator, authorizer_, router_, sources.log,
            {.meter = &request_metrics_}) {}

std::vector<Route> AutoscalerApi::Routes() {
  const auto by_path = [](auto& handler) {
    return Route{
        [&handler](const apiservice::RequestInfo& info) { return handler.Serves(info.path); },
        &handler};
  };
  return {by_path(explain_), by_path(metrics_), by_path(version_),
          by_path(healthz_), by_path(livez_),   by_path(readyz_)};
}

}  // namespace kubegauge::server
