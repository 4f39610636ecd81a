#include "apiservice/certificate_extensions.h"

#include <fmt/format.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <memory>

#include "absl/strings/ascii.h"
#include "apiservice/openssl.h"

namespace kubegauge::apiservice {
namespace {

using BasicConstraintsPtr =
    std::unique_ptr<BASIC_CONSTRAINTS, OpenSslDeleter<BASIC_CONSTRAINTS_free>>;
using BitStringPtr = std::unique_ptr<ASN1_BIT_STRING, OpenSslDeleter<ASN1_BIT_STRING_free>>;
using OctetStringPtr = std::unique_ptr<ASN1_OCTET_STRING, OpenSslDeleter<ASN1_OCTET_STRING_free>>;
using ExtendedKeyUsagePtr =
    std::unique_ptr<EXTENDED_KEY_USAGE, OpenSslDeleter<EXTENDED_KEY_USAGE_free>>;
using AuthorityKeyIdPtr = std::unique_ptr<AUTHORITY_KEYID, OpenSslDeleter<AUTHORITY_KEYID_free>>;
using GeneralNamePtr = std::unique_ptr<GENERAL_NAME, OpenSslDeleter<GENERAL_NAME_free>>;
using GeneralNamesPtr = std::unique_ptr<GENERAL_NAMES, OpenSslDeleter<GENERAL_NAMES_free>>;
using Ia5StringPtr = std::unique_ptr<ASN1_IA5STRING, OpenSslDeleter<ASN1_IA5STRING_free>>;

bool AddExtension(X509* certificate, int extension, void* value, bool critical) {
  return value != nullptr && X509_add1_ext_i2d(certificate, extension, value, critical ? 1 : 0,
                                               X509V3_ADD_DEFAULT) == 1;
}

bool AddSubjectKeyIdentifier(X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int length = 0;
  const OctetStringPtr identifier(ASN1_OCTET_STRING_new());
  return identifier != nullptr &&
         X509_pubkey_digest(certificate, EVP_sha1(), digest.data(), &length) == 1 &&
         ASN1_OCTET_STRING_set(identifier.get(), digest.data(), static_cast<int>(length)) == 1 &&
         AddExtension(certificate, NID_subject_key_identifier, identifier.get(), false);
}

bool IsDnsName(std::string_view name) {
  constexpr size_t kMaxLength = 253;
  return !name.empty() && name.size() <= kMaxLength &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '-' || c == '.' || c == '_' || c == '*';
         });
}

GeneralNamePtr DnsName(const std::string& name) {
  GeneralNamePtr general(GENERAL_NAME_new());
  Ia5StringPtr text(ASN1_IA5STRING_new());
  if (general == nullptr || text == nullptr ||
      ASN1_STRING_set(text.get(), name.data(), static_cast<int>(name.size())) != 1) {
    return nullptr;
  }
  GENERAL_NAME_set0_value(general.get(), GEN_DNS, text.release());
  return general;
}

GeneralNamePtr IpAddress(const std::string& address) {
  GeneralNamePtr general(GENERAL_NAME_new());
  OctetStringPtr octets(a2i_IPADDRESS(address.c_str()));
  if (general == nullptr || octets == nullptr) return nullptr;
  GENERAL_NAME_set0_value(general.get(), GEN_IPADD, octets.release());
  return general;
}

bool Append(GENERAL_NAMES* names, GeneralNamePtr name) {
  if (name == nullptr || sk_GENERAL_NAME_push(names, name.get()) == 0) return false;
  name.release();  // the stack owns it now
  return true;
}

}  // namespace

bool AddBasicConstraints(X509* certificate, bool authority) {
  const BasicConstraintsPtr constraints(BASIC_CONSTRAINTS_new());
  if (constraints == nullptr) return false;
  constraints->ca = authority ? 0xff : 0;
  return AddExtension(certificate, NID_basic_constraints, constraints.get(), true);
}

bool AddKeyUsage(X509* certificate, std::initializer_list<int> bits) {
  const BitStringPtr usage(ASN1_BIT_STRING_new());
  return usage != nullptr &&
         std::all_of(bits.begin(), bits.end(),
                     [&](int bit) { return ASN1_BIT_STRING_set_bit(usage.get(), bit, 1) == 1; }) &&
         AddExtension(certificate, NID_key_usage, usage.get(), true);
}

bool AddExtendedKeyUsage(X509* certificate, int purpose) {
  const ExtendedKeyUsagePtr usage(EXTENDED_KEY_USAGE_new());
  return usage != nullptr && sk_ASN1_OBJECT_push(usage.get(), OBJ_nid2obj(purpose)) != 0 &&
         AddExtension(certificate, NID_ext_key_usage, usage.get(), false);
}

bool AddKeyIdentifiers(X509* certificate, const X509* issuer) {
  if (!AddSubjectKeyIdentifier(certificate)) return false;
  const ASN1_OCTET_STRING* issuer_identifier = X509_get0_subject_key_id(const_cast<X509*>(issuer));
  if (issuer_identifier == nullptr) return true;
  const AuthorityKeyIdPtr identifier(AUTHORITY_KEYID_new());
  if (identifier == nullptr) return false;
  identifier->keyid = ASN1_OCTET_STRING_dup(issuer_identifier);
  return identifier->keyid != nullptr &&
         AddExtension(certificate, NID_authority_key_identifier, identifier.get(), false);
}

absl::Status AddSubjectNames(X509* certificate, const std::vector<std::string>& dns_names,
                             const std::vector<std::string>& ip_addresses) {
  const GeneralNamesPtr names(GENERAL_NAMES_new());
  if (names == nullptr) return OpenSslError(absl::StatusCode::kInternal, "a certificate's names");
  for (const std::string& name : dns_names) {
    if (!IsDnsName(name) || !Append(names.get(), DnsName(name))) {
      return OpenSslError(absl::StatusCode::kInvalidArgument,
                          fmt::format("\"{}\" is not a DNS name", name));
    }
  }
  for (const std::string& address : ip_addresses) {
    if (!Append(names.get(), IpAddress(address))) {
      return OpenSslError(absl::StatusCode::kInvalidArgument,
                          fmt::format("\"{}\" is not an IP address", address));
    }
  }
  if (!AddExtension(certificate, NID_subject_alt_name, names.get(), false)) {
    return OpenSslError(absl::StatusCode::kInternal, "a certificate's names");
  }
  return absl::OkStatus();
}

}  // namespace kubegauge::apiservice
