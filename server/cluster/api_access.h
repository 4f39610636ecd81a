#pragma once

#include <prometheus/registry.h>

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "kube/client_config.h"
#include "kube/clock.h"
#include "kube/credential_cache.h"
#include "kube/curl_api_client.h"
#include "kube/environment.h"
#include "kube/rate_limited_api_client.h"
#include "kube/retrying_api_client.h"
#include "kube/sleeper.h"
#include "server/metrics/client_metrics.h"

namespace kubegauge::server {

// One way to the API server: a kubeconfig's or the service account's address and credentials, and a
// client that retries and keeps to client-go's rate. All requests are counted. Thread-safe.
class ApiAccess {
 public:
  // `kubeconfig_path` may be "": the service account of the pod. Keeps references to `clock`,
  // `sleeper` and `registry`. Blocks on files.
  static absl::StatusOr<std::unique_ptr<ApiAccess>> Create(boost::asio::any_io_executor executor,
                                                           const std::string& kubeconfig_path,
                                                           const kube::Environment& environment,
                                                           const kube::Clock& clock,
                                                           kube::Sleeper& sleeper,
                                                           prometheus::Registry& registry);

  kube::ApiClient& client() { return rate_limited_; }
  // Without retries and without the rate: for who has both of its own.
  kube::ApiClient& direct_client() { return metered_; }
  // For TokenReviews and SubjectAccessReviews, which retry for themselves. Each has a rate of its
  // own, as what strangers ask for must not hold up anything else.
  kube::ApiClient& token_review_client() { return token_reviews_; }
  kube::ApiClient& access_review_client() { return access_reviews_; }
  kube::CredentialSource& credentials() { return *credentials_; }
  const kube::ClientConfig& config() const { return config_; }

  // Ends a credential plugin that runs. For when nothing is asked any more.
  void Stop() { credentials_->Stop(); }

 private:
  ApiAccess(kube::ClientConfig config, std::unique_ptr<kube::CredentialCache> credentials,
            std::unique_ptr<kube::CurlApiClient> curl, const kube::Clock& clock,
            kube::Sleeper& sleeper, prometheus::Registry& registry);

  const kube::ClientConfig config_;
  const std::unique_ptr<kube::CredentialCache> credentials_;
  const std::unique_ptr<kube::CurlApiClient> curl_;
  ClientMetrics metrics_;
  MeteredApiClient metered_;
  kube::RetryingApiClient retrying_;
  kube::RateLimitedApiClient rate_limited_;
  kube::RateLimitedApiClient token_reviews_;
  kube::RateLimitedApiClient access_reviews_;
};

}  // namespace kubegauge::server
