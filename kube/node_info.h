#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "kube/object_meta.h"

namespace kubegauge::kube {

struct NodeAddress {
  std::string type;  // "InternalIP", "Hostname", ...
  std::string address;

  bool operator==(const NodeAddress&) const = default;
};

// What is kept of a Node (wire.md C.1).
struct NodeInfo {
  ObjectMetaRef meta;
  std::vector<NodeAddress> addresses;
  uint16_t kubelet_port = 0;          // status.daemonEndpoints.kubeletEndpoint.Port; 0 when not set
  bool ready = false;                 // the condition Ready is True
  std::string resource_metrics_path;  // annotation metrics.k8s.io/resource-metrics-path; may be ""
};

// The nodes of the cluster, by name; immutable.
using NodeList = std::vector<std::shared_ptr<const NodeInfo>>;

}  // namespace kubegauge::kube
