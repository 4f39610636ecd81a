#include "server/cluster/api.h"

namespace kubegauge::server {
namespace {

using apiservice::RequestInfo;

void ListHealthPaths(const std::string& root, const std::vector<apiservice::HealthCheck>& checks,
                     std::vector<std::string>& paths) {
  paths.push_back("/" + root);
  for (const apiservice::HealthCheck& check : checks) {
    paths.push_back("/" + root + "/" + check.name);
  }
}

std::vector<std::string> ListedPaths(const HealthChecks& checks) {
  std::vector<std::string> paths = {"/apis",
                                    "/apis/metrics.k8s.io",
                                    "/apis/metrics.k8s.io/v1",
                                    "/apis/metrics.k8s.io/v1beta1",
                                    "/metrics",
                                    "/metrics/usage",
                                    "/openapi/v2",
                                    "/openapi/v3",
                                    "/openapi/v3/",
                                    "/version"};
  ListHealthPaths("healthz", checks.healthz, paths);
  ListHealthPaths("livez", checks.livez, paths);
  ListHealthPaths("readyz", checks.readyz, paths);
  return paths;
}

apiservice::GateOptions Metered(apiservice::GateOptions options, RequestMetrics& meter) {
  options.meter = &meter;
  return options;
}

std::optional<ExplainHandler> ExplainOf(const ClusterApi::Sources& sources) {
  if (sources.decisions == nullptr) return std::nullopt;
  return std::optional<ExplainHandler>(std::in_place, *sources.decisions, sources.leader);
}

}  // namespace

ClusterApi::ClusterApi(const Sources& sources, const HealthChecks& checks,
                       const std::string& server_address)
    : metrics_(sources.snapshot, sources.clock, &sources.own_metrics.served(), sources.watches),
      discovery_({.server_address = server_address}),
      openapi_(KUBEGAUGE_VERSION, sources.clock),
      own_metrics_(sources.own_metrics),
      healthz_("healthz", checks.healthz),
      livez_("livez", checks.livez),
      readyz_("readyz", checks.readyz),
      explain_(ExplainOf(sources)),
      router_(Routes(), ListedPaths(checks)),
      authorizer_(sources.authorizer, sources.hpa_group),
      gate_(sources.authenticator, authorizer_, router_, sources.log,
            Metered(sources.gate, sources.own_metrics.requests())) {}

std::vector<Route> ClusterApi::Routes() {
  const auto by_path = [](auto& handler) {
    return Route{[&handler](const RequestInfo& info) { return handler.Serves(info.path); },
                 &handler};
  };
  std::vector<Route> routes = {
      {[](const RequestInfo& info) { return apiservice::MetricsHandler::Serves(info); }, &metrics_},
      by_path(discovery_),
      by_path(openapi_),
      by_path(version_),
      by_path(own_metrics_),
      by_path(healthz_),
      by_path(livez_),
      by_path(readyz_)};
  // In front of discovery, which answers for all other paths under /apis.
  if (explain_) routes.insert(routes.begin(), by_path(*explain_));
  return routes;
}

}  // namespace kubegauge::server
