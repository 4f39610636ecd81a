#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "kube/environment.h"

namespace kubegauge::kube {

// The host and port of an http or https URL.
struct UrlAddress {
  bool is_https = false;
  std::string host;  // IPv6 without brackets
  std::string port;  // the scheme's own where the URL has none
  std::string path;  // what follows, without a final slash: "" or "/k8s/clusters/a"

  // `host:port`, IPv6 in brackets.
  std::string HostPort() const;
};

// InvalidArgument for other schemes, a user in the URL, a query, or no host.
absl::StatusOr<UrlAddress> ParseServerUrl(std::string_view url);

// The proxy for `address` that the environment asks for, by the rules of Go's
// http.ProxyFromEnvironment: HTTPS_PROXY or HTTP_PROXY (or in lower case), unless NO_PROXY names
// the host, or it is this machine. "" for none.
std::string ProxyFromEnvironment(const UrlAddress& address, const Environment& environment);

// Whether an item of the comma-separated `no_proxy` (names and their domains, addresses, CIDRs,
// each perhaps with a port, or "*") takes in the address.
bool IsProxyBypassed(const UrlAddress& address, std::string_view no_proxy);

}  // namespace kubegauge::kube
