#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kubegauge::server {

// What a client needs to reach and trust the server. The certificates and the key as PEM text.
struct KubeconfigFields {
  std::string server_url;  // "https://127.0.0.1:6443"
  std::string ca_certificate;
  std::string client_certificate;
  std::string client_key;
  std::string token;
};

// The text of a kubeconfig with everything inline: the context `kubegauge` (the current one) with
// the client certificate, and `kubegauge-token` with the bearer token.
std::string KubeconfigText(const KubeconfigFields& fields);

// The URL under which this machine reaches a server bound to `bind_ip`: the loopback address for an
// unspecified one, IPv6 in brackets.
std::string LocalUrl(std::string_view bind_ip, uint16_t port);

}  // namespace kubegauge::server
