#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <map>
#include <mutex>
#include <string>
#include <tuple>

#include "apiservice/gate.h"
#include "apiservice/request_info.h"
#include "kube/clock.h"

namespace kubegauge::server {

// apiserver_request_total and apiserver_request_duration_seconds, with the names and labels of
// Kubernetes' API servers. The duration is that until the answer begins: a list is made while it is
// sent. Paths that are no resources are told apart by nothing but their verb, so that no client can
// make new series. Thread-safe; keeps a reference to `clock`.
class RequestMetrics final : public apiservice::RequestMeter {
 public:
  RequestMetrics(prometheus::Registry& registry, const kube::Clock& clock);

  int64_t NowNs() const override { return clock_.MonotonicNs(); }
  void OnAnswer(const apiservice::RequestInfo& info, unsigned status, int64_t came_ns) override;

 private:
  // Verb, version, resource, scope.
  using Key = std::tuple<std::string, std::string, std::string, std::string>;
  struct OfKey {
    prometheus::Histogram* duration = nullptr;
    std::map<unsigned, prometheus::Counter*> by_status;
  };

  const kube::Clock& clock_;
  prometheus::Family<prometheus::Counter>& totals_;
  prometheus::Family<prometheus::Histogram>& durations_;
  std::mutex mutex_;  // of the map
  std::map<Key, OfKey> known_;
};

}  // namespace kubegauge::server
