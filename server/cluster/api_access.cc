#include "server/cluster/api_access.h"

#include <utility>

namespace kubegauge::server {

ApiAccess::ApiAccess(kube::ClientConfig config, std::unique_ptr<kube::CredentialCache> credentials,
                     std::unique_ptr<kube::CurlApiClient> curl, const kube::Clock& clock,
                     kube::Sleeper& sleeper, prometheus::Registry& registry)
    : config_(std::move(config)),
      credentials_(std::move(credentials)),
      curl_(std::move(curl)),
      metrics_(registry, config_.server.HostPort()),
      metered_(*curl_, metrics_, clock),
      retrying_(metered_, sleeper),
      rate_limited_(retrying_, kube::RateLimit(), clock, sleeper),
      token_reviews_(metered_, kube::RateLimit(), clock, sleeper),
      access_reviews_(metered_, kube::RateLimit(), clock, sleeper) {}

absl::StatusOr<std::unique_ptr<ApiAccess>> ApiAccess::Create(boost::asio::any_io_executor executor,
                                                             const std::string& kubeconfig_path,
                                                             const kube::Environment& environment,
                                                             const kube::Clock& clock,
                                                             kube::Sleeper& sleeper,
                                                             prometheus::Registry& registry) {
  absl::StatusOr<kube::ClientConfig> config =
      kube::ServerClientConfig(kubeconfig_path, "/", environment);
  if (!config.ok()) return config.status();
  auto credentials = std::make_unique<kube::CredentialCache>(
      executor, std::make_unique<kube::ConfigCredentialLoader>(*config, environment, clock), clock);
  auto curl = kube::CurlApiClient::Create(
      executor, *config, *credentials,
      {.user_agent = kube::KubernetesUserAgent("kubegauge", KUBEGAUGE_VERSION, "unknown")});
  if (!curl.ok()) return curl.status();
  return std::unique_ptr<ApiAccess>(new ApiAccess(*std::move(config), std::move(credentials),
                                                  *std::move(curl), clock, sleeper, registry));
}

}  // namespace kubegauge::server
