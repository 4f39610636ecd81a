#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "apiservice/http.h"
#include "scraper/snapshot.h"

namespace kubegauge::server {

// `/metrics/usage`: the usage of every node, pod and container of a snapshot as Prometheus text,
// made while it is sent. Names begin with `kubegauge_`, so that no other exporter has the same
// series:
//
//   kubegauge_{node,pod,container}_cpu_usage_seconds_total  cumulative, of a pod that of its
//   containers kubegauge_{node,pod,container}_cpu_usage_cores          over the window that
//   metrics.k8s.io serves kubegauge_{node,pod,container}_memory_working_set_bytes
//   kubegauge_{node,pod,container}_sample_age_seconds       how old the newest point is; of a pod
//   the oldest
//
// What has one point only has everything but a rate. Figures are exact decimals.
class UsageExposition final : public apiservice::BodyStream {
 public:
  // `now_ns` since the epoch.
  UsageExposition(std::shared_ptr<const scraper::Snapshot> snapshot, int64_t now_ns);

  bool Next(std::string& out) override;

 private:
  void AppendObject(std::string& out) const;
  void AppendNode(std::string& out) const;
  void AppendPod(std::string& out) const;
  void AppendContainers(std::string& out) const;
  size_t ObjectsOfFamily() const;

  const std::shared_ptr<const scraper::Snapshot> snapshot_;
  const int64_t now_ns_;
  size_t family_ = 0;
  size_t object_ = 0;  // a node, or a pod
};

}  // namespace kubegauge::server
