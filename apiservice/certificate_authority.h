#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "apiservice/openssl.h"

namespace kubegauge::apiservice {

// A certificate and its private key (PKCS#8), each as PEM text. The key is a secret.
struct KeyPairPem {
  std::string certificate;
  std::string private_key;
};

// Whom a serving certificate names. At least one name or address.
struct ServingIdentity {
  std::string common_name;
  std::vector<std::string> dns_names;
  std::vector<std::string> ip_addresses;  // text, IPv4 or IPv6
};

// Whom a client certificate names: Kubernetes reads the user from CN and the groups from O.
struct ClientIdentity {
  std::string common_name;
  std::vector<std::string> organizations;
};

inline constexpr int64_t kAuthorityDays = 3650;
inline constexpr int64_t kIssuedDays = 365;

// A certificate authority of ours: ECDSA P-256, SHA-256, random 128-bit serial numbers, and every
// certificate valid from five minutes before `now_ns` (nanoseconds since the epoch, UTC), so that
// clocks may differ a little. What it issues is accepted by Go's verifier, kubectl's and the
// kube-aggregator's. Immutable; thread-safe.
class CertificateAuthority {
 public:
  // Makes a new authority, valid for kAuthorityDays.
  static absl::StatusOr<CertificateAuthority> Create(std::string_view common_name, int64_t now_ns);
  // Takes up one that was kept as PEM; an error when the two do not belong together or the
  // certificate may not issue others.
  static absl::StatusOr<CertificateAuthority> FromPem(const KeyPairPem& pem);

  // For a TLS server, valid for kIssuedDays but never longer than the authority itself.
  absl::StatusOr<KeyPairPem> IssueServing(const ServingIdentity& identity, int64_t now_ns) const;
  // For a TLS client, likewise.
  absl::StatusOr<KeyPairPem> IssueClient(const ClientIdentity& identity, int64_t now_ns) const;

  // The authority itself, to keep. `pem().certificate` is the caBundle that clients need.
  const KeyPairPem& pem() const { return pem_; }

 private:
  CertificateAuthority(X509Ptr certificate, EvpKeyPtr key, KeyPairPem pem);

  X509Ptr certificate_;
  EvpKeyPtr key_;
  KeyPairPem pem_;
};

// The end of the first certificate's validity, nanoseconds since the epoch.
absl::StatusOr<int64_t> NotAfterNs(std::string_view certificate_pem);

}  // namespace kubegauge::apiservice
