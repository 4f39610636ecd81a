#pragma once

#include <spdlog/logger.h>

#include <string>

#include "autoscaler/metrics_reader.h"
#include "kube/api_client.h"
#include "kube/clock.h"
#include "kube/random_source.h"
#include "kube/sleeper.h"
#include "server/metrics/metrics_registry.h"

namespace kubegauge::server {

// What the HorizontalPodAutoscaler controller (HpaService) works with. References to what outlives
// it.
struct HpaEnvironment {
  kube::ApiClient& client;  // that neither repeats requests nor holds them back
  const kube::Clock& clock;
  kube::Sleeper& sleeper;
  kube::RandomSource& random;
  spdlog::logger& log;
  MetricsRegistry& registry;
  std::string identity;  // of this process among the candidates
  // The use of pods out of this process; null: metrics.k8s.io is asked.
  autoscaler::ResourceMetricsReader* resource_metrics = nullptr;
};

}  // namespace kubegauge::server
