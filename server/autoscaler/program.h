#pragma once

#include <spdlog/logger.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "kube/clock.h"
#include "kube/environment.h"
#include "kube/random_source.h"
#include "server/autoscaler/api.h"
#include "server/autoscaler/hpa_service.h"
#include "server/autoscaler/options.h"
#include "server/cluster/secure_front.h"
#include "server/health_checks.h"
#include "server/metrics/metrics_registry.h"

namespace kubegauge::server {

// `kubegauge autoscaler` from its options to its end: the HorizontalPodAutoscaler controller alone.
// Keeps references to `clock` and `log`.
class AutoscalerProgram {
 public:
  // Reads the files that the options name and binds the port. An error is one line for the
  // operator.
  static absl::StatusOr<std::unique_ptr<AutoscalerProgram>> Create(const AutoscalerOptions& options,
                                                                   kube::Environment environment,
                                                                   const kube::Clock& clock,
                                                                   spdlog::logger& log);

  // As SecureFront::Run.
  absl::Status Run();

 private:
  AutoscalerProgram(const AutoscalerOptions& options, std::unique_ptr<SecureFront> front,
                    const kube::Clock& clock, spdlog::logger& log);

  spdlog::logger& log_;
  MetricsRegistry registry_;
  HealthState health_;
  // Its threads use what stands above, and are used by what stands below.
  const std::unique_ptr<SecureFront> front_;
  HpaService hpas_;
  AutoscalerApi api_;
};

}  // namespace kubegauge::server
