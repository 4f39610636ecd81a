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
// series; after `kubegauge_node_`, `kubegauge_pod_` and `kubegauge_container_` there are:
//
//   cpu_usage_seconds_total   cumulative; a pod's is the sum of its containers'
//   cpu_usage_cores           over the window that metrics.k8s.io serves
//   memory_working_set_bytes
//   sample_age_seconds        the newest point's age; a pod's is that of its oldest container
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
