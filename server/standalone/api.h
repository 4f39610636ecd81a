#pragma once

#include <spdlog/logger.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "apiservice/authentication.h"
#include "apiservice/certificate_verifier.h"
#include "apiservice/discovery.h"
#include "apiservice/gate.h"
#include "apiservice/health.h"
#include "apiservice/http.h"
#include "apiservice/metrics_handler.h"
#include "apiservice/openapi.h"
#include "kube/clock.h"
#include "server/autoscaler/explain_handler.h"
#include "server/health_checks.h"
#include "server/router.h"
#include "server/standalone/credentials.h"
#include "server/standalone/masters_authorizer.h"
#include "server/standalone/objects/objects_api.h"
#include "server/standalone/objects/objects_discovery.h"
#include "server/standalone/unserved_groups.h"
#include "server/version_handler.h"

namespace kubegauge::server {

// What the API shows. All of it outlives the API.
struct ApiSources {
  ObjectStore& objects;
  kube::RandomSource& random;
  kube::Sleeper& sleeper;
  const apiservice::PublishedSnapshot& snapshot;
  const HealthState& health;
  const kube::Clock& clock;
  const autoscaler::DecisionLog* decisions = nullptr;  // null: nothing is scaled here
  int64_t resolution_ns = 0;
};

// The whole API of a machine without a cluster behind one HttpService: authentication by the own
// certificate authority and by token, authorization, and the handlers. Thread-safe.
class StandaloneApi final : public apiservice::HttpService {
 public:
  // `server_address` as "host:port". An error when the credentials' authority cannot be read.
  static absl::StatusOr<std::unique_ptr<StandaloneApi>> Create(
      const ApiSources& sources, const StandaloneCredentials& credentials,
      const std::string& server_address, spdlog::logger& log);

  boost::asio::awaitable<apiservice::Response> Serve(apiservice::Request request) override {
    return gate_.Serve(std::move(request));
  }
  std::optional<apiservice::Response> ServeAtOnce(const apiservice::Request& request) override {
    return gate_.ServeAtOnce(request);
  }

 private:
  StandaloneApi(const ApiSources& sources, const HealthChecks& checks,
                const StandaloneCredentials& credentials, const std::string& server_address,
                spdlog::logger& log);
  std::vector<Route> Routes();

  ObjectsApi objects_;
  ObjectsDiscovery objects_discovery_;
  apiservice::MetricsHandler metrics_;
  apiservice::DiscoveryHandler discovery_;
  UnservedGroups unserved_groups_;
  apiservice::OpenApiHandler openapi_;
  VersionHandler version_;
  apiservice::HealthEndpoint healthz_;
  apiservice::HealthEndpoint livez_;
  apiservice::HealthEndpoint readyz_;
  std::optional<ExplainHandler> explain_;
  Router router_;
  apiservice::CertificateVerifier verifier_;
  apiservice::UnionAuthenticator authenticator_;
  MastersAuthorizer authorizer_;
  apiservice::Gate gate_;
};

}  // namespace kubegauge::server
