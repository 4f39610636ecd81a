#pragma once

#include <spdlog/logger.h>

#include <memory>

#include "absl/status/statusor.h"
#include "apiservice/registration.h"
#include "kube/clock.h"
#include "kube/environment.h"
#include "scraper/cluster_scraper.h"
#include "server/autoscaler/hpa_service.h"
#include "server/autoscaler/snapshot_metrics_reader.h"
#include "server/cluster/account_token.h"
#include "server/cluster/api.h"
#include "server/cluster/cluster_watch.h"
#include "server/cluster/kubelet_credentials.h"
#include "server/cluster/options.h"
#include "server/cluster/secure_front.h"
#include "server/health_checks.h"
#include "server/metrics/metrics_endpoint.h"

namespace kubegauge::server {

// `kubegauge server` from its options to its end: follows the nodes and pods of the cluster,
// scrapes the kubelets, and serves what they say. Keeps references to `clock` and `log`.
class ServerProgram {
 public:
  // Reads the files that the options name and binds the port. An error is one line for the
  // operator.
  static absl::StatusOr<std::unique_ptr<ServerProgram>> Create(const ServerOptions& options,
                                                               kube::Environment environment,
                                                               const kube::Clock& clock,
                                                               spdlog::logger& log);

  // As SecureFront::Run.
  absl::Status Run();

 private:
  ServerProgram(const ServerOptions& options, std::unique_ptr<SecureFront> front,
                const kube::Clock& clock, spdlog::logger& log);
  absl::Status PrepareScraping();
  HealthChecks Checks() const;
  void PrepareRegistration();
  void PrepareAutoscaler();
  absl::Status PrepareApi();

  const ServerOptions options_;
  const kube::Clock& clock_;
  spdlog::logger& log_;
  HealthState health_;
  apiservice::PublishedSnapshot snapshot_;
  MetricsEndpoint own_metrics_;
  // Its threads use what stands above, and are used by what stands below.
  const std::unique_ptr<SecureFront> front_;
  std::unique_ptr<AccountToken> kubelet_token_;  // null without --kubelet-service-account
  std::unique_ptr<KubeletCredentials> kubelet_credentials_;
  std::unique_ptr<scraper::ClusterScraper> scraper_;
  std::unique_ptr<ClusterWatch> watch_;
  std::unique_ptr<apiservice::Registration> registration_;
  SnapshotMetricsReader measured_{snapshot_};
  std::unique_ptr<HpaService> hpas_;  // null without --autoscaler
  std::unique_ptr<ClusterApi> api_;
};

}  // namespace kubegauge::server
