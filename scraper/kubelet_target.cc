#include "scraper/kubelet_target.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "absl/strings/escaping.h"

namespace kubegauge::scraper {
namespace {

constexpr std::string_view kResourcePath = "/metrics/resource";
constexpr size_t kMaxDnsNameBytes = 253;
// Of an address that cannot be used, for the log.
constexpr size_t kMaxShownBytes = 60;

bool IsAlphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// As Go writes a URL's path: all but a few bytes are escaped, '?' among them, as the annotation is
// a path and nothing else.
std::string EscapePath(std::string_view path) {
  static constexpr std::string_view kAllowed = "$&+,/:;=@-_.~";
  std::string escaped;
  if (!path.starts_with('/')) escaped.push_back('/');
  for (const char c : path) {
    if (IsAlphanumeric(c) || kAllowed.find(c) != std::string_view::npos) {
      escaped.push_back(c);
    } else {
      escaped += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return escaped;
}

bool IsIpV6(const std::string& host) {
  in6_addr address{};
  const bool has_no_nul = host.find('\0') == std::string::npos;
  return has_no_nul && ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

// IPv4 addresses are written as some names are.
bool IsNameOrIpV4(std::string_view host) {
  return !host.empty() && host.size() <= kMaxDnsNameBytes && std::ranges::all_of(host, [](char c) {
    return IsAlphanumeric(c) || c == '.' || c == '-' || c == '_';
  });
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
  if (!IsNameOrIpV4(*host) && !IsIpV6(*host)) {
    return absl::InvalidArgumentError(
        fmt::format("the address \"{}\" of {} bytes is neither an IP address nor a DNS name",
                    absl::CHexEscape(host->substr(0, kMaxShownBytes)), host->size()));
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
