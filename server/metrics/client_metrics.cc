#include "server/metrics/client_metrics.h"

#include <memory>

namespace kubegauge::server {
namespace {

namespace asio = boost::asio;

const prometheus::Histogram::BucketBoundaries kBuckets = {0.005, 0.025, 0.1, 0.25, 0.5, 1,
                                                          2,     4,     8,   15,   30,  60};

}  // namespace

ClientMetrics::ClientMetrics(prometheus::Registry& registry, std::string host)
    : host_(std::move(host)),
      totals_(prometheus::BuildCounter()
                  .Name("rest_client_requests_total")
                  .Help("[ALPHA] Number of HTTP requests, partitioned by status code, method, and "
                        "host.")
                  .Register(registry)),
      durations_(prometheus::BuildHistogram()
                     .Name("rest_client_request_duration_seconds")
                     .Help("[ALPHA] Request latency in seconds. Broken down by verb, and host.")
                     .Register(registry)) {}

void ClientMetrics::Observe(const std::string& method, unsigned status, int64_t duration_ns) {
  const std::lock_guard lock(mutex_);
  prometheus::Counter*& total = total_of_[{method, status}];
  if (total == nullptr) {
    const std::string code = status == 0 ? "<error>" : std::to_string(status);
    total = &totals_.Add({{"code", code}, {"host", host_}, {"method", method}});
  }
  prometheus::Histogram*& duration = duration_of_[method];
  if (duration == nullptr) {
    duration = &durations_.Add({{"host", host_}, {"verb", method}}, kBuckets);
  }
  total->Increment();
  duration->Observe(static_cast<double>(duration_ns) / 1e9);
}

asio::awaitable<absl::StatusOr<kube::ApiResponse>> MeteredApiClient::Send(
    kube::ApiRequest request) {
  const std::string method = request.method;
  const int64_t began_ns = clock_.MonotonicNs();
  absl::StatusOr<kube::ApiResponse> response = co_await next_.Send(std::move(request));
  metrics_.Observe(method, response.ok() ? response->head.status : 0,
                   clock_.MonotonicNs() - began_ns);
  co_return response;
}

asio::awaitable<absl::StatusOr<std::unique_ptr<kube::ApiStream>>> MeteredApiClient::Open(
    kube::ApiRequest request) {
  const std::string method = request.method;
  const int64_t began_ns = clock_.MonotonicNs();
  absl::StatusOr<std::unique_ptr<kube::ApiStream>> stream = co_await next_.Open(std::move(request));
  metrics_.Observe(method, stream.ok() ? (*stream)->head().status : 0,
                   clock_.MonotonicNs() - began_ns);
  co_return stream;
}

}  // namespace kubegauge::server
