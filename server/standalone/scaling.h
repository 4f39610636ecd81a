#pragma once

#include <spdlog/logger.h>

#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "apiservice/metrics_handler.h"
#include "kube/client_config.h"
#include "kube/clock.h"
#include "kube/credential_cache.h"
#include "kube/curl_api_client.h"
#include "kube/random_source.h"
#include "kube/sleeper.h"
#include "server/autoscaler/hpa_service.h"
#include "server/autoscaler/snapshot_metrics_reader.h"
#include "server/metrics/metrics_registry.h"
#include "server/standalone/credentials.h"

namespace kubegauge::server {

// The HorizontalPodAutoscaler controller of a machine without a cluster: a client of the machine's
// own API like any other, but for the use of pods, which it takes from the snapshot. Works on a
// thread of its own. Keeps references.
class StandaloneScaling {
 public:
  struct Sources {
    const apiservice::PublishedSnapshot& snapshot;
    const kube::Clock& clock;
    kube::RandomSource& random;
    spdlog::logger& log;
  };

  static absl::StatusOr<std::unique_ptr<StandaloneScaling>> Create(
      const AutoscalerFlags& flags, const std::string& server_url,
      const StandaloneCredentials& credentials, const Sources& sources);

  void Start();
  // Ends the work, wherever it is. What waits still refers to this, which must not be destroyed
  // then.
  void Stop();
  const autoscaler::DecisionLog& decisions() const { return hpas_->decisions(); }

 private:
  StandaloneScaling(const AutoscalerFlags& flags, kube::ClientConfig config,
                    const Sources& sources);
  absl::Status Connect(const AutoscalerFlags& flags);

  const kube::ClientConfig config_;
  const Sources sources_;
  kube::TimerSleeper sleeper_;
  MetricsRegistry registry_;
  SnapshotMetricsReader measured_;
  boost::asio::thread_pool working_{1};
  kube::CredentialCache credentials_;
  std::unique_ptr<kube::CurlApiClient> client_;
  std::unique_ptr<HpaService> hpas_;
};

}  // namespace kubegauge::server
