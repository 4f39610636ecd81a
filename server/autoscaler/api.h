#pragma once

#include <prometheus/registry.h>
#include <spdlog/logger.h>

#include <boost/asio/awaitable.hpp>
#include <string>
#include <vector>

#include "apiservice/authentication.h"
#include "apiservice/authorization.h"
#include "apiservice/gate.h"
#include "apiservice/health.h"
#include "server/autoscaler/explain_handler.h"
#include "server/health_checks.h"
#include "server/metrics/registry_endpoint.h"
#include "server/metrics/request_metrics.h"
#include "server/router.h"
#include "server/version_handler.h"

namespace kubegauge::server {

// What `kubegauge autoscaler` serves: `/metrics`, health, and the explanations of its decisions,
// which the Kubernetes API server may aggregate. Thread-safe; keeps references.
class AutoscalerApi final : public apiservice::HttpService {
 public:
  struct Sources {
    const autoscaler::DecisionLog& decisions;
    LeaderView leader;
    std::string hpa_group;
    const apiservice::UnionAuthenticator& authenticator;
    apiservice::Authorizer& authorizer;
    prometheus::Registry& registry;
    const kube::Clock& clock;
    spdlog::logger& log;
  };

  AutoscalerApi(const Sources& sources, const HealthChecks& checks);

  boost::asio::awaitable<apiservice::Response> Serve(apiservice::Request request) override {
    return gate_.Serve(std::move(request));
  }
  std::optional<apiservice::Response> ServeAtOnce(const apiservice::Request& request) override {
    return gate_.ServeAtOnce(request);
  }

 private:
  std::vector<Route> Routes();

  ExplainHandler explain_;
  RegistryEndpoint metrics_;
  VersionHandler version_;
  apiservice::HealthEndpoint healthz_;
  apiservice::HealthEndpoint livez_;
  apiservice::HealthEndpoint readyz_;
  Router router_;
  ExplainAuthorizer authorizer_;
  RequestMetrics request_metrics_;
  apiservice::Gate gate_;
};

}  // namespace kubegauge::server
