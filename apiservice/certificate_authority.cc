#include "apiservice/certificate_authority.h"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "apiservice/certificate_extensions.h"
#include "kube/time_units.h"

namespace kubegauge::apiservice {
namespace {

constexpr int64_t kSecondsPerDay = 24 * 60 * 60;
constexpr int64_t kBackdateSeconds = 5 * 60;
constexpr int kSerialBits = 128;

using NumberPtr = std::unique_ptr<BIGNUM, OpenSslDeleter<BN_free>>;

absl::Status Failed(std::string_view what) {
  return OpenSslError(absl::StatusCode::kInternal, fmt::format("making a certificate: {}", what));
}

std::string TextOf(BIO* bio) {
  char* text = nullptr;
  const long length = BIO_get_mem_data(bio, &text);
  return std::string(text, static_cast<size_t>(length));
}

absl::StatusOr<KeyPairPem> ToPem(X509* certificate, EVP_PKEY* key) {
  const BioPtr certificate_text(BIO_new(BIO_s_mem()));
  const BioPtr key_text(BIO_new(BIO_s_secmem()));
  if (certificate_text == nullptr || key_text == nullptr ||
      PEM_write_bio_X509(certificate_text.get(), certificate) != 1 ||
      PEM_write_bio_PrivateKey(key_text.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return Failed("writing PEM");
  }
  return KeyPairPem{.certificate = TextOf(certificate_text.get()),
                    .private_key = TextOf(key_text.get())};
}

bool SetRandomSerial(X509* certificate) {
  const NumberPtr serial(BN_new());
  return serial != nullptr &&
         BN_rand(serial.get(), kSerialBits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool SetValidity(X509* certificate, int64_t from_seconds, int64_t until_seconds) {
  return ASN1_TIME_set(X509_getm_notBefore(certificate), from_seconds) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), until_seconds) != nullptr;
}

// UTF8String by its own tag and not as MBSTRING, which would hold a common name to 64 characters;
// `system:node:<name>` may be longer.
bool AddToName(X509_NAME* name, int attribute, std::string_view value) {
  return X509_NAME_add_entry_by_NID(name, attribute, V_ASN1_UTF8STRING,
                                    reinterpret_cast<const unsigned char*>(value.data()),
                                    static_cast<int>(value.size()), -1, 0) == 1;
}

bool SetSubject(X509* certificate, std::string_view common_name,
                const std::vector<std::string>& organizations) {
  X509_NAME* subject = X509_get_subject_name(certificate);
  return std::all_of(organizations.begin(), organizations.end(),
                     [&](const std::string& organization) {
                       return AddToName(subject, NID_organizationName, organization);
                     }) &&
         AddToName(subject, NID_commonName, common_name);
}

struct Draft {
  X509Ptr certificate;
  EvpKeyPtr key;
};

// A certificate for a fresh key, all but its issuer, extensions and signature.
absl::StatusOr<Draft> NewDraft(std::string_view common_name,
                               const std::vector<std::string>& organizations, int64_t from_seconds,
                               int64_t until_seconds) {
  if (common_name.empty()) return absl::InvalidArgumentError("a certificate needs a common name");
  ERR_clear_error();
  Draft draft{.certificate = X509Ptr(X509_new()), .key = EvpKeyPtr(EVP_EC_gen("P-256"))};
  if (draft.certificate == nullptr || draft.key == nullptr) return Failed("its key");
  X509* certificate = draft.certificate.get();
  if (X509_set_version(certificate, X509_VERSION_3) != 1 || !SetRandomSerial(certificate) ||
      !SetValidity(certificate, from_seconds, until_seconds) ||
      !SetSubject(certificate, common_name, organizations) ||
      X509_set_pubkey(certificate, draft.key.get()) != 1) {
    return Failed("its subject");
  }
  return draft;
}

absl::Status Sign(X509* certificate, const X509* issuer, EVP_PKEY* issuer_key) {
  if (X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) != 1 ||
      !AddKeyIdentifiers(certificate, issuer)) {
    return Failed("its issuer");
  }
  if (X509_sign(certificate, issuer_key, EVP_sha256()) == 0) return Failed("its signature");
  return absl::OkStatus();
}

absl::StatusOr<Draft> DraftIssued(const X509* authority, std::string_view common_name,
                                  const std::vector<std::string>& organizations, int64_t now_ns) {
  const int64_t now_seconds = now_ns / kube::kNsPerSecond;
  const int64_t authority_until = ToUnixNs(X509_get0_notAfter(authority)) / kube::kNsPerSecond;
  if (authority_until <= now_seconds) {
    return absl::FailedPreconditionError(
        "the certificate authority itself has expired; make a new one");
  }
  return NewDraft(common_name, organizations, now_seconds - kBackdateSeconds,
                  std::min(now_seconds + kIssuedDays * kSecondsPerDay, authority_until));
}

}  // namespace

CertificateAuthority::CertificateAuthority(X509Ptr certificate, EvpKeyPtr key, KeyPairPem pem)
    : certificate_(std::move(certificate)), key_(std::move(key)), pem_(std::move(pem)) {}

absl::StatusOr<CertificateAuthority> CertificateAuthority::Create(std::string_view common_name,
                                                                  int64_t now_ns) {
  const int64_t now_seconds = now_ns / kube::kNsPerSecond;
  absl::StatusOr<Draft> draft = NewDraft(common_name, {}, now_seconds - kBackdateSeconds,
                                         now_seconds + kAuthorityDays * kSecondsPerDay);
  if (!draft.ok()) return draft.status();
  X509* certificate = draft->certificate.get();
  if (!AddBasicConstraints(certificate, /*authority=*/true) ||
      !AddKeyUsage(certificate, {kDigitalSignature, kKeyCertSign, kCrlSign})) {
    return Failed("the authority's extensions");
  }
  if (absl::Status s = Sign(certificate, certificate, draft->key.get()); !s.ok()) return s;
  absl::StatusOr<KeyPairPem> pem = ToPem(certificate, draft->key.get());
  if (!pem.ok()) return pem.status();
  return CertificateAuthority(std::move(draft->certificate), std::move(draft->key),
                              *std::move(pem));
}

absl::StatusOr<CertificateAuthority> CertificateAuthority::FromPem(const KeyPairPem& pem) {
  absl::StatusOr<std::vector<X509Ptr>> certificates = ParseCertificates(pem.certificate);
  if (!certificates.ok()) return certificates.status();
  absl::StatusOr<EvpKeyPtr> key = ParsePrivateKey(pem.private_key);
  if (!key.ok()) return key.status();
  X509Ptr certificate = std::move(certificates->front());
  if (X509_check_private_key(certificate.get(), key->get()) != 1) {
    return OpenSslError(absl::StatusCode::kInvalidArgument,
                        "the authority's private key is not that of its certificate");
  }
  if (X509_check_ca(certificate.get()) != 1 ||
      (X509_get_key_usage(certificate.get()) & KU_KEY_CERT_SIGN) == 0) {
    return absl::InvalidArgumentError(
        "the certificate is not that of an authority (basicConstraints CA, keyUsage keyCertSign)");
  }
  return CertificateAuthority(std::move(certificate), *std::move(key), pem);
}

absl::StatusOr<KeyPairPem> CertificateAuthority::IssueServing(const ServingIdentity& identity,
                                                              int64_t now_ns) const {
  if (identity.dns_names.empty() && identity.ip_addresses.empty()) {
    return absl::InvalidArgumentError(
        "a serving certificate needs a DNS name or an IP address: clients look at nothing else");
  }
  absl::StatusOr<Draft> draft = DraftIssued(certificate_.get(), identity.common_name, {}, now_ns);
  if (!draft.ok()) return draft.status();
  X509* certificate = draft->certificate.get();
  if (!AddBasicConstraints(certificate, /*authority=*/false) ||
      !AddKeyUsage(certificate, {kDigitalSignature}) ||
      !AddExtendedKeyUsage(certificate, NID_server_auth)) {
    return Failed("a server's extensions");
  }
  if (absl::Status s = AddSubjectNames(certificate, identity.dns_names, identity.ip_addresses);
      !s.ok()) {
    return s;
  }
  if (absl::Status s = Sign(certificate, certificate_.get(), key_.get()); !s.ok()) return s;
  return ToPem(certificate, draft->key.get());
}

absl::StatusOr<KeyPairPem> CertificateAuthority::IssueClient(const ClientIdentity& identity,
                                                             int64_t now_ns) const {
  absl::StatusOr<Draft> draft =
      DraftIssued(certificate_.get(), identity.common_name, identity.organizations, now_ns);
  if (!draft.ok()) return draft.status();
  X509* certificate = draft->certificate.get();
  if (!AddBasicConstraints(certificate, /*authority=*/false) ||
      !AddKeyUsage(certificate, {kDigitalSignature}) ||
      !AddExtendedKeyUsage(certificate, NID_client_auth)) {
    return Failed("a client's extensions");
  }
  if (absl::Status s = Sign(certificate, certificate_.get(), key_.get()); !s.ok()) return s;
  return ToPem(certificate, draft->key.get());
}

absl::StatusOr<int64_t> NotAfterNs(std::string_view certificate_pem) {
  absl::StatusOr<std::vector<X509Ptr>> certificates = ParseCertificates(certificate_pem);
  if (!certificates.ok()) return certificates.status();
  return ToUnixNs(X509_get0_notAfter(certificates->front().get()));
}

}  // namespace kubegauge::apiservice
