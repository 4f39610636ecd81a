#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <compare>
#include <map>
#include <mutex>
#include <string_view>
#include <utility>

#include "apiservice/gate.h"
#include "apiservice/request_info.h"
#include "kube/clock.h"

namespace kubegauge::server {

// apiserver_request_total and apiserver_request_duration_seconds, with the names and labels of
// Kubernetes' API servers, and of the requests that those count: reads of the API and health
// checks. The duration is that until the answer begins: a list is made while it is sent, and a
// watch goes on, which upstream counts at its end. No label has a text of a client's, so that none
// can make new series. Thread-safe; keeps a reference to `clock`.
class RequestMetrics final : public apiservice::RequestMeter {
 public:
  RequestMetrics(prometheus::Registry& registry, const kube::Clock& clock);

  int64_t NowNs() const override { return clock_.MonotonicNs(); }
  void OnAnswer(const apiservice::Request& request, const apiservice::RequestInfo& info,
                unsigned status, int64_t came_ns) override;

  // The labels that total and duration share; constants.
  struct Kind {
    std::string_view verb = "";
    std::string_view group = "";
    std::string_view version = "";
    std::string_view resource = "";
    std::string_view subresource = "";
    std::string_view scope = "";
    std::string_view component = "";

    auto operator<=>(const Kind&) const = default;
  };

 private:
  struct OfKind {
    prometheus::Histogram* duration = nullptr;
    // By status and system client.
    std::map<std::pair<unsigned, std::string_view>, prometheus::Counter*> totals;
  };

  const kube::Clock& clock_;
  prometheus::Family<prometheus::Counter>& totals_;
  prometheus::Family<prometheus::Histogram>& durations_;
  std::mutex mutex_;  // of the map
  std::map<Kind, OfKind> known_;
};

}  // namespace kubegauge::server
