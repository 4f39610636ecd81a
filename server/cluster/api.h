#pragma once

#include <spdlog/logger.h>

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <utility>

#include "apiservice/authentication.h"
#include "apiservice/authorization.h"
#include "apiservice/discovery.h"
#include "apiservice/gate.h"
#include "apiservice/health.h"
#include "apiservice/metrics_handler.h"
#include "apiservice/openapi.h"
#include "server/autoscaler/explain_handler.h"
#include "server/health_checks.h"
#include "server/metrics/metrics_endpoint.h"
#include "server/router.h"
#include "server/version_handler.h"

namespace kubegauge::server {

// The API that takes metrics-server's place, behind one HttpService. Thread-safe; keeps references.
class ClusterApi final : public apiservice::HttpService {
 public:
  struct Sources {
    const apiservice::PublishedSnapshot& snapshot;
    const kube::Clock& clock;
    const apiservice::UnionAuthenticator& authenticator;
    apiservice::Authorizer& authorizer;
    MetricsEndpoint& own_metrics;
    spdlog::logger& log;
    apiservice::GateOptions gate = {};
    // Of the autoscaler in the same process; null where there is none.
    const autoscaler::DecisionLog* decisions = nullptr;
    LeaderView leader = {};
    std::string hpa_group = "";
    apiservice::WatchSettings watches = {};
  };

  // `server_address` as discovery tells it: "host:port" or ":port".
  ClusterApi(const Sources& sources, const HealthChecks& checks, const std::string& server_address);

  boost::asio::awaitable<apiservice::Response> Serve(apiservice::Request request) override {
    return gate_.Serve(std::move(request));
  }
  std::optional<apiservice::Response> ServeAtOnce(const apiservice::Request& request) override {
    return gate_.ServeAtOnce(request);
  }

 private:
  std::vector<Route> Routes();

  apiservice::MetricsHandler metrics_;
  apiservice::DiscoveryHandler discovery_;
  apiservice::OpenApiHandler openapi_;
  VersionHandler version_;
  MetricsEndpoint& own_metrics_;
  apiservice::HealthEndpoint healthz_;
  apiservice::HealthEndpoint livez_;
  apiservice::HealthEndpoint readyz_;
  std::optional<ExplainHandler> explain_;
  Router router_;
  ExplainAuthorizer authorizer_;
  apiservice::Gate gate_;
};

}  // namespace kubegauge::server
