#pragma once

#include <chrono>

#include "autoscaler/metrics_reader.h"
#include "kube/api_client.h"

namespace kubegauge::autoscaler {

// Reads metrics.k8s.io/v1beta1 of an API server (hpa.md 8.1). Errors have client-go's text, such as
// `the server could not find the requested resource (get pods.metrics.k8s.io)`.
class ApiMetricsReader final : public ResourceMetricsReader {
 public:
  // Keeps a reference to `client`. `timeout` is for one request.
  ApiMetricsReader(kube::ApiClient& client, std::chrono::milliseconds timeout)
      : client_(client), timeout_(timeout) {}

  boost::asio::awaitable<Fetched<PodUsageList>> PodUsage(std::string_view namespace_name,
                                                         std::string_view pod_selector,
                                                         Pods pods) override;

 private:
  kube::ApiClient& client_;
  const std::chrono::milliseconds timeout_;
};

}  // namespace kubegauge::autoscaler
