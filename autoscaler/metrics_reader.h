#pragma once

#include <boost/asio/awaitable.hpp>
#include <string_view>

#include "autoscaler/decide.h"
#include "autoscaler/observation.h"

namespace kubegauge::autoscaler {

// Where the use of pods comes from: metrics.k8s.io over the API, or the Snapshot of the same
// process. Implementations are thread-safe. Arguments live until the coroutine ends.
class ResourceMetricsReader {
 public:
  virtual ~ResourceMetricsReader() = default;
  // False as long as the first samples are still to come.
  virtual bool ready() const { return true; }
  // Of the pods of a namespace that the selector (text as in the scale) matches. `pods` are those
  // that are known to: who has the numbers at hand looks them up by name.
  virtual boost::asio::awaitable<Fetched<PodUsageList>> PodUsage(std::string_view namespace_name,
                                                                 std::string_view pod_selector,
                                                                 Pods pods) = 0;
};

// custom.metrics.k8s.io and external.metrics.k8s.io (hpa.md 8.2, 8.3). Thread-safe.
class CustomMetricsReader {
 public:
  virtual ~CustomMetricsReader() = default;
  // For a query of kPods, kObject or kExternal.
  virtual boost::asio::awaitable<MetricReading> Read(std::string_view namespace_name,
                                                     std::string_view pod_selector,
                                                     const MetricQuery& query) = 0;
};

}  // namespace kubegauge::autoscaler
