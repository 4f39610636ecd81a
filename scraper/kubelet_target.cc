#include "scraper/kubelet_target.h"

#include <fmt/format.h>

#include <string_view>

namespace kubegauge::scraper {
namespace {

constexpr std::string_view kResourcePath = "/metrics/resource";

// As Go writes a URL's path: all but a few bytes are escaped, '?' among them, as the annotation is
// a path and nothing else.
std::string EscapePath(std::string_view path) {
  static constexpr std::string_view kAllowed = "$&+,/:;=@-_.~";
  std::string escaped;
  if (!path.starts_with('/')) escaped.push_back('/');
  for (const char c : path) {
    const bool alphanumeric =
        (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (alphanumeric || kAllowed.find(c) != std::string_view::npos) {
      escaped.push_back(c);
    } else {
      escaped += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return escaped;
}

const std::string* FindAddress(const kube::NodeInfo& node, const std::string& type) {
  for (const kube::NodeAddress& address : node.addresses) {
    if (address.type == type) return &address.address;
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<KubeletTarget> ResolveKubelet(const kube::NodeInfo& node,
                                             const KubeletAddressing& addressing) {
  const std::string* host = nullptr;
  for (const std::string& type : addressing.address_types) {
    host = FindAddress(node, type);
    if (host != nullptr) break;
  }
  if (host == nullptr) {
    return absl::NotFoundError(
        fmt::format("no address matched types [{}]", fmt::join(addressing.address_types, " ")));
  }
  const bool takes_status_port = addressing.use_node_status_port && node.kubelet_port != 0;
  return KubeletTarget{.node = std::string(node.meta->name()),
                       .host = *host,
                       .port = takes_status_port ? node.kubelet_port : addressing.port,
                       .resource_path = node.resource_metrics_path.empty()
                                            ? std::string(kResourcePath)
                                            : EscapePath(node.resource_metrics_path),
                       .tls = addressing.tls,
                       .ready = node.ready};
}

std::string AuthorityOf(const KubeletTarget& target) {
  return target.host.find(':') == std::string::npos
             ? fmt::format("{}:{}", target.host, target.port)
             : fmt::format("[{}]:{}", target.host, target.port);
}

}  // namespace kubegauge::scraper
