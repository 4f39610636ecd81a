#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <boost/asio/awaitable.hpp>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "kube/api_client.h"
#include "kube/clock.h"

namespace kubegauge::server {

// client-go's metrics of the requests to the API server: rest_client_requests_total and
// rest_client_request_duration_seconds, with its labels and buckets. Thread-safe.
class ClientMetrics {
 public:
  // `host` is that of the API server, with its port.
  ClientMetrics(prometheus::Registry& registry, std::string host);

  // `status` is 0 where there was no answer. Of a watch, the duration is that until it begins.
  void Observe(const std::string& method, unsigned status, int64_t duration_ns);

 private:
  const std::string host_;
  prometheus::Family<prometheus::Counter>& totals_;
  prometheus::Family<prometheus::Histogram>& durations_;
  std::mutex mutex_;  // of the maps
  std::map<std::pair<std::string, unsigned>, prometheus::Counter*> total_of_;
  std::map<std::string, prometheus::Histogram*> duration_of_;
};

// Observes the requests that another client sends. Thread-safe; keeps references.
class MeteredApiClient final : public kube::ApiClient {
 public:
  MeteredApiClient(kube::ApiClient& next, ClientMetrics& metrics, const kube::Clock& clock)
      : next_(next), metrics_(metrics), clock_(clock) {}

  boost::asio::awaitable<absl::StatusOr<kube::ApiResponse>> Send(kube::ApiRequest request) override;
  boost::asio::awaitable<absl::StatusOr<std::unique_ptr<kube::ApiStream>>> Open(
      kube::ApiRequest request) override;

 private:
  kube::ApiClient& next_;
  ClientMetrics& metrics_;
  const kube::Clock& clock_;
};

}  // namespace kubegauge::server
