#include "kube/proxy_settings.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include "kube/ascii_text.h"

namespace kubegauge::kube {
namespace {

// An address in network order; IPv4 as the last four bytes of ::ffff:0:0/96.
using IpBytes = std::array<uint8_t, 16>;
constexpr unsigned kIpv4Offset = 12;

struct Ip {
  IpBytes bytes{};
  bool is_v4 = false;
};

std::optional<Ip> ParseIp(const std::string& text) {
  Ip ip;
  if (inet_pton(AF_INET6, text.c_str(), ip.bytes.data()) == 1) return ip;
  if (inet_pton(AF_INET, text.c_str(), ip.bytes.data() + kIpv4Offset) != 1) return std::nullopt;
  ip.bytes[10] = ip.bytes[11] = 0xff;
  ip.is_v4 = true;
  return ip;
}

bool IsPort(std::string_view text) {
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port > 0;
}

// Takes `:port` off the end of `host`; "" where there is none.
std::string_view TakePort(std::string_view& host) {
  const size_t colon = host.rfind(':');
  if (colon == std::string_view::npos || host.find(']', colon) != std::string_view::npos) return {};
  if (host.front() != '[' && host.find(':') != colon) return {};  // a bare IPv6 address
  const std::string_view port = host.substr(colon + 1);
  if (!IsPort(port)) return {};
  host = host.substr(0, colon);
  return port;
}

void StripBrackets(std::string_view& host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
}

bool CidrHolds(std::string_view cidr, const Ip& ip) {
  const size_t slash = cidr.find('/');
  const std::optional<Ip> base = ParseIp(std::string(cidr.substr(0, slash)));
  unsigned bits = 0;
  const auto [end, error] =
      std::from_chars(cidr.data() + slash + 1, cidr.data() + cidr.size(), bits);
  if (error != std::errc() || end != cidr.data() + cidr.size()) return false;
  if (!base || base->is_v4 != ip.is_v4 || bits > (ip.is_v4 ? 32u : 128u)) return false;
  if (ip.is_v4) bits += kIpv4Offset * 8;
  for (unsigned bit = 0; bit < bits; ++bit) {
    const unsigned mask = 0x80u >> (bit % 8);
    if (((base->bytes[bit / 8] ^ ip.bytes[bit / 8]) & mask) != 0) return false;
  }
  return true;
}

bool ItemHolds(std::string_view item, const UrlAddress& address, const std::optional<Ip>& ip) {
  if (item == "*") return true;
  if (item.find('/') != std::string_view::npos) return ip.has_value() && CidrHolds(item, *ip);
  const std::string_view port = TakePort(item);
  if (!port.empty() && port != address.port) return false;
  StripBrackets(item);
  if (const std::optional<Ip> item_ip = ParseIp(std::string(item))) {
    return ip.has_value() && ip->bytes == item_ip->bytes;
  }
  // "example.com" takes in the name itself and what is below, ".example.com" only what is below.
  std::string suffix = AsciiLower(item);
  if (suffix.starts_with("*.")) suffix.erase(0, 1);
  const std::string host = AsciiLower(address.host);
  if (!suffix.starts_with('.')) {
    if (host == suffix) return true;
    suffix.insert(0, 1, '.');
  }
  return suffix.size() > 1 && host.ends_with(suffix);
}

bool IsThisMachine(const UrlAddress& address) {
  if (AsciiLower(address.host) == "localhost") return true;
  const std::optional<Ip> ip = ParseIp(address.host);
  if (!ip) return false;
  if (ip->is_v4) return ip->bytes[kIpv4Offset] == 127;
  IpBytes loopback{};
  loopback.back() = 1;
  return ip->bytes == loopback;
}

std::string_view LookupEitherCase(const Environment& environment, std::string_view upper) {
  const std::string_view value = Lookup(environment, upper);
  return value.empty() ? Lookup(environment, AsciiLower(upper)) : value;
}

}  // namespace

std::string UrlAddress::HostPort() const {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port)
                                             : fmt::format("[{}]:{}", host, port);
}

absl::StatusOr<UrlAddress> ParseServerUrl(std::string_view url) {
  const auto refuse = [](std::string_view why) {
    return absl::InvalidArgumentError(
        fmt::format("the server's URL {}; it looks like https://10.0.0.1:6443", why));
  };
  UrlAddress address;
  const size_t scheme_end = url.find("://");
  std::string_view rest = scheme_end == std::string_view::npos ? url : url.substr(scheme_end + 3);
  if (scheme_end == std::string_view::npos) {
    // client-go takes a bare host for http.
    if (url.empty()) return refuse("is missing");
  } else if (AsciiLower(url.substr(0, scheme_end)) == "https") {
    address.is_https = true;
  } else if (AsciiLower(url.substr(0, scheme_end)) != "http") {
    return refuse("is neither http nor https");
  }
  const size_t path = std::min(rest.find('/'), rest.size());
  address.path = rest.substr(path);
  address.path.erase(address.path.find_last_not_of('/') + 1);
  std::string_view host = rest.substr(0, path);
  if (host.empty()) return refuse("names no host");
  if (rest.find_first_of("@?# \t\r\n") != std::string_view::npos) {
    return refuse("has a user, a query or a space");
  }
  const std::string_view port = TakePort(host);
  address.port = port.empty() ? (address.is_https ? "443" : "80") : std::string(port);
  const bool looks_like_ipv6 = host.find_first_of("[]:") != std::string_view::npos;
  StripBrackets(host);
  address.host = host;
  if (looks_like_ipv6 && !ParseIp(address.host)) return refuse("has a bad port or IPv6 address");
  return address;
}

bool IsProxyBypassed(const UrlAddress& address, std::string_view no_proxy) {
  const std::optional<Ip> ip = ParseIp(address.host);
  while (!no_proxy.empty()) {
    const size_t comma = std::min(no_proxy.find(','), no_proxy.size());
    const std::string_view item = TrimAsciiSpace(no_proxy.substr(0, comma));
    if (!item.empty() && ItemHolds(item, address, ip)) return true;
    no_proxy.remove_prefix(std::min(comma + 1, no_proxy.size()));
  }
  return false;
}

std::string ProxyFromEnvironment(const UrlAddress& address, const Environment& environment) {
  const std::string_view proxy =
      LookupEitherCase(environment, address.is_https ? "HTTPS_PROXY" : "HTTP_PROXY");
  if (proxy.empty() || IsThisMachine(address)) return {};
  if (IsProxyBypassed(address, LookupEitherCase(environment, "NO_PROXY"))) return {};
  return std::string(proxy);
}

}  // namespace kubegauge::kube
