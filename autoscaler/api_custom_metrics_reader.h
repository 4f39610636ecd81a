#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "autoscaler/custom_metrics_version.h"
#include "autoscaler/metric_value_request.h"
#include "autoscaler/metrics_reader.h"
#include "kube/api_client.h"
#include "kube/clock.h"
#include "kube/rest_mapper.h"

namespace kubegauge::autoscaler {

struct CustomMetricsOptions {
  std::chrono::milliseconds timeout = std::chrono::seconds(32);          // for one request
  std::chrono::nanoseconds version_good_for = std::chrono::seconds(15);  // the sync period
};

// Reads custom.metrics.k8s.io and external.metrics.k8s.io of an API server (hpa.md 8.2 to 8.4).
// Errors have client-go's text, or that of upstream's metrics clients.
class ApiCustomMetricsReader final : public CustomMetricsReader {
 public:
  // Keeps references to `client`, `mapper` and `clock`.
  ApiCustomMetricsReader(kube::ApiClient& client, kube::RestMapper& mapper,
                         const kube::Clock& clock, const CustomMetricsOptions& options = {})
      : client_(client),
        mapper_(mapper),
        version_(mapper, clock, options.version_good_for),
        timeout_(options.timeout) {}

  boost::asio::awaitable<MetricReading> Read(std::string_view namespace_name,
                                             std::string_view pod_selector,
                                             const MetricQuery& query) override;

 private:
  boost::asio::awaitable<MetricReading> ReadPods(std::string_view namespace_name,
                                                 std::string_view pod_selector,
                                                 const MetricQuery& query);
  boost::asio::awaitable<MetricReading> ReadObject(std::string_view namespace_name,
                                                   const MetricQuery& query);
  boost::asio::awaitable<absl::StatusOr<std::string>> GetValues(const MetricValueRequest& request,
                                                                std::string_view version);
  boost::asio::awaitable<MetricReading> ReadExternal(std::string_view namespace_name,
                                                     const MetricQuery& query);

  kube::ApiClient& client_;
  kube::RestMapper& mapper_;
  CustomMetricsVersion version_;
  const std::chrono::milliseconds timeout_;
};

}  // namespace kubegauge::autoscaler
