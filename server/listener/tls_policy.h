#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace kubegauge::server {

// The suites of TLS 1.2 that Go's servers offer unless told: all of them keep past sessions secret
// when the key is lost, which those of OpenSSL's default with RSA key exchange do not.
inline constexpr char kGoDefaultCiphers[] =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
    "ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA";

// Which TLS an operator allows, in OpenSSL's terms, and what is spoken over it. The default is the
// strongest that clients of Kubernetes know.
struct TlsPolicy {
  int min_version = TLS1_2_VERSION;
  std::string cipher_list = kGoDefaultCiphers;  // of TLS 1.2
  std::string groups;                           // of the key exchange; empty: OpenSSL's default
  bool offers_http2 = true;                     // beside HTTP/1.1
};

// Reads the values of --tls-min-version, --tls-cipher-suites (IANA names, as Go spells them) and
// --tls-curve-preferences (IANA numbers). Suites of TLS 1.3 are always on, as in Go; versions
// before 1.2 are raised to it; a suite or group of Go's that this OpenSSL lacks is passed over as
// long as another is left. An error names the value, in upstream's words where it has some.
absl::StatusOr<TlsPolicy> ParseTlsPolicy(const std::string& min_version,
                                         const std::vector<std::string>& cipher_suites,
                                         const std::vector<int32_t>& curve_preferences);

absl::Status ApplyTlsPolicy(const TlsPolicy& policy, SSL_CTX* context);

}  // namespace kubegauge::server
