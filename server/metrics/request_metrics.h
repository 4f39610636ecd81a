#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <boost/asio/awaitable.hpp>
#include <map>
#include <mutex>
#include <string>
#include <tuple>

#include "apiservice/http.h"
#include "apiservice/request_info.h"
#include "kube/clock.h"

namespace kubegauge::server {

// apiserver_request_total and apiserver_request_duration_seconds, with the names and labels of
// Kubernetes' API servers. The duration is that until the answer begins: a list is made while it is
// sent. Paths that are no resources are told apart by nothing but their verb, so that no client can
// make new series. Thread-safe.
class RequestMetrics {
 public:
  explicit RequestMetrics(prometheus::Registry& registry);

  void Observe(const apiservice::RequestInfo& info, unsigned status, int64_t duration_ns);

 private:
  // Verb, version, resource, scope.
  using Key = std::tuple<std::string, std::string, std::string, std::string>;
  struct OfKey {
    prometheus::Histogram* duration = nullptr;
    std::map<unsigned, prometheus::Counter*> by_status;
  };

  prometheus::Family<prometheus::Counter>& totals_;
  prometheus::Family<prometheus::Histogram>& durations_;
  std::mutex mutex_;  // of the map
  std::map<Key, OfKey> known_;
};

// Observes the requests that another service serves. Thread-safe; keeps references.
class MeteredService final : public apiservice::HttpService {
 public:
  MeteredService(apiservice::HttpService& next, RequestMetrics& metrics, const kube::Clock& clock)
      : next_(next), metrics_(metrics), clock_(clock) {}

  boost::asio::awaitable<apiservice::Response> Serve(apiservice::Request request) override;

 private:
  apiservice::HttpService& next_;
  RequestMetrics& metrics_;
  const kube::Clock& clock_;
};

}  // namespace kubegauge::server
