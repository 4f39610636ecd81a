#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace kubegauge::server {

// The value of one --tls-sni-cert-key: `cert.crt,key.key` or `cert.crt,key.key:*.foo.com,foo.com`.
struct SniFiles {
  std::string certificate_path;
  std::string key_path;
  std::vector<std::string> patterns;  // empty: the names in the certificate

  bool operator==(const SniFiles&) const = default;
};

// An error has upstream's text.
absl::StatusOr<SniFiles> ParseSniFiles(const std::string& flag);

// The names that a PEM certificate is for: its DNS names and IP addresses, or its common name where
// it has none.
absl::StatusOr<std::vector<std::string>> NamesInCertificate(std::string_view pem);

// How well `pattern` fits a server name that a client asks for, regardless of case and a final dot:
// 2 the name itself, 1 a wildcard in place of its first label, 0 not.
int MatchServerName(std::string_view pattern, std::string_view name);

}  // namespace kubegauge::server
