#pragma once

#include <openssl/x509.h>

#include <initializer_list>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace kubegauge::apiservice {

// The X.509 v3 extensions that CertificateAuthority writes (RFC 5280, section 4.2.1). The functions
// that give a bool leave the reason for a false in OpenSSL's error queue.

// Bits of keyUsage, by their numbers in the RFC.
inline constexpr int kDigitalSignature = 0;
inline constexpr int kKeyCertSign = 5;
inline constexpr int kCrlSign = 6;

bool AddBasicConstraints(X509* certificate, bool authority);           // critical
bool AddKeyUsage(X509* certificate, std::initializer_list<int> bits);  // critical
// `purpose` as OpenSSL numbers it: NID_server_auth or NID_client_auth.
bool AddExtendedKeyUsage(X509* certificate, int purpose);
// subjectKeyIdentifier and authorityKeyIdentifier. `issuer` may be the certificate itself.
bool AddKeyIdentifiers(X509* certificate, const X509* issuer);

// subjectAltName. An error names what is no DNS name or address.
absl::Status AddSubjectNames(X509* certificate, const std::vector<std::string>& dns_names,
                             const std::vector<std::string>& ip_addresses);

}  // namespace kubegauge::apiservice
