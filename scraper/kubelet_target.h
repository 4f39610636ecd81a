#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "kube/node_info.h"

namespace kubegauge::scraper {

// How the kubelet of a node is found (wire.md C.2).
struct KubeletAddressing {
  std::vector<std::string> address_types;  // the most preferred first
  uint16_t port = 10250;
  bool use_node_status_port = false;
  bool tls = true;
};

// Where a kubelet is and what is asked of it.
struct KubeletTarget {
  std::string node;
  std::string host;  // name or address, without brackets; what its certificate has to be for
  uint16_t port = 0;
  std::string resource_path;  // percent-encoded, in place of /metrics/resource
  bool tls = true;
  bool ready = false;  // what the node's condition says

  bool operator==(const KubeletTarget&) const = default;
};

// The first address of the first preferred type that the node has. NotFound with upstream's text
// when it has none of them, InvalidArgument when that is neither an IP address without a zone nor a
// DNS name: kubelets write their own addresses, which go into requests with our credentials.
absl::StatusOr<KubeletTarget> ResolveKubelet(const kube::NodeInfo& node,
                                             const KubeletAddressing& addressing);

// `host:port` of a target, IPv6 in brackets.
std::string AuthorityOf(const KubeletTarget& target);

}  // namespace kubegauge::scraper
