#include "server/standalone/api.h"

#include <string_view>
#include <utility>
#include <vector>

#include "apiservice/static_token_authenticator.h"
#include "apiservice/x509_authenticator.h"
#include "server/health_checks.h"
#include "server/standalone/objects/objects_openapi.h"

namespace kubegauge::server {
namespace {

using apiservice::RequestInfo;

std::vector<std::unique_ptr<apiservice::Authenticator>> Authenticators(
    const apiservice::CertificateVerifier& verifier, const std::string& token) {
  apiservice::UserInfo admin{
      .name = kAdminName, .uid = "", .groups = {apiservice::kMastersGroup}, .extra = {}};
  std::vector<std::pair<std::string, apiservice::UserInfo>> tokens;
  tokens.emplace_back(token, std::move(admin));
  std::vector<std::unique_ptr<apiservice::Authenticator>> authenticators;
  authenticators.push_back(std::make_unique<apiservice::X509Authenticator>(verifier));
  authenticators.push_back(
      std::make_unique<apiservice::StaticTokenAuthenticator>(std::move(tokens)));
  return authenticators;
}

Route HealthRoute(apiservice::HealthEndpoint& endpoint) {
  return {[&endpoint](const RequestInfo& info) { return endpoint.Serves(info.path); }, &endpoint};
}

std::vector<std::string> ListedPaths() {
  std::vector<std::string> paths = DiscoveryPaths();
  paths.insert(paths.end(),
               {"/apis/metrics.k8s.io", "/apis/metrics.k8s.io/v1", "/apis/metrics.k8s.io/v1beta1",
                "/healthz", "/healthz/log", "/healthz/ping", "/livez", "/livez/log",
                "/livez/metric-collection-timely", "/livez/ping", "/openapi/v2", "/openapi/v3",
                "/openapi/v3/", "/readyz", "/readyz/log", "/readyz/metric-storage-ready",
                "/readyz/ping", "/readyz/shutdown", "/version"});
  return paths;
}

std::optional<ExplainHandler> ExplainOf(const ApiSources& sources) {
  if (sources.decisions == nullptr) return std::nullopt;
  return std::optional<ExplainHandler>(
      std::in_place, *sources.decisions,
      LeaderView{.leads = [] { return true; }, .leader = [] { return std::string(); }});
}

}  // namespace

StandaloneApi::StandaloneApi(const ApiSources& sources, const HealthChecks& checks,
                             const StandaloneCredentials& credentials,
                             const std::string& server_address, spdlog::logger& log)
    : objects_({.store = sources.objects,
                .clock = sources.clock,
                .random = sources.random,
                .sleeper = sources.sleeper}),
      objects_discovery_(server_address),
      metrics_(sources.snapshot, sources.clock),
      discovery_({.server_address = server_address}),
      openapi_(apiservice::OpenApiHandler::Of(StandaloneOpenApi(KUBEGAUGE_VERSION), sources.clock)),
      healthz_("healthz", checks.healthz),
      livez_("livez", checks.livez),
      readyz_("readyz", checks.readyz),
      explain_(ExplainOf(sources)),
      router_(Routes(), ListedPaths()),
      verifier_(sources.clock),
      authenticator_(Authenticators(verifier_, credentials.token)),
      gate_(authenticator_, authorizer_, router_, log) {}

std::vector<Route> StandaloneApi::Routes() {
  std::vector<Route> routes = {
      {[](const RequestInfo& info) { return apiservice::MetricsHandler::Serves(info); }, &metrics_},
      {[](const RequestInfo& info) { return ObjectsApi::Serves(info); }, &objects_},
      {[](const RequestInfo& info) { return ObjectsDiscovery::Serves(info.path); },
       &objects_discovery_},
      {[](const RequestInfo& info) { return apiservice::DiscoveryHandler::Serves(info.path); },
       &discovery_},
      {[](const RequestInfo& info) { return info.path.starts_with("/apis/"); }, &unserved_groups_},
      {[](const RequestInfo& info) { return apiservice::OpenApiHandler::Serves(info.path); },
       &openapi_},
      {[](const RequestInfo& info) { return VersionHandler::Serves(info.path); }, &version_},
      HealthRoute(healthz_),
      HealthRoute(livez_),
      HealthRoute(readyz_)};
  if (explain_) {
    routes.insert(
        routes.begin(),
        {[](const RequestInfo& info) { return ExplainHandler::Serves(info.path); }, &*explain_});
  }
  return routes;
}

absl::StatusOr<std::unique_ptr<StandaloneApi>> StandaloneApi::Create(
    const ApiSources& sources, const StandaloneCredentials& credentials,
    const std::string& server_address, spdlog::logger& log) {
  const HealthChecks checks = StandaloneHealthChecks(sources.health, sources.snapshot,
                                                     sources.clock, sources.resolution_ns);
  std::unique_ptr<StandaloneApi> api(
      new StandaloneApi(sources, checks, credentials, server_address, log));
  absl::Status known = api->verifier_.ReplaceAuthorities(credentials.authority.certificate);
  if (!known.ok()) return known;
  return api;
}

}  // namespace kubegauge::server
