#pragma once

#include <string_view>

#include "apiservice/snapshot_feed.h"
#include "autoscaler/metrics_reader.h"

namespace kubegauge::server {

// The use of pods out of the newest snapshot of this process: what a client of its metrics.k8s.io
// would read of the pods it is given, number for number, without a request and without JSON. Never
// waits.
class SnapshotMetricsReader final : public autoscaler::ResourceMetricsReader {
 public:
  // Keeps a reference to `snapshot`.
  explicit SnapshotMetricsReader(const apiservice::PublishedSnapshot& snapshot)
      : snapshot_(snapshot) {}

  boost::asio::awaitable<autoscaler::Fetched<autoscaler::PodUsageList>> PodUsage(
      std::string_view namespace_name, std::string_view pod_selector,
      autoscaler::Pods pods) override;

  // Whether every node has been measured.
  bool ready() const override;

 private:
  const apiservice::PublishedSnapshot& snapshot_;
};

}  // namespace kubegauge::server
