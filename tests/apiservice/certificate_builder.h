#pragma once

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <string>
#include <utility>
#include <vector>

#include "apiservice/certificate_authority.h"
#include "apiservice/certificate_extensions.h"
#include "apiservice/openssl.h"

namespace kubegauge::testing {

// Certificates that CertificateAuthority would not issue.
struct CertificatePlan {
  std::string name = "";
  std::vector<std::pair<std::string, std::string>> subject = {};  // instead of CN=name: OID, value
  bool is_authority = false;
  std::vector<int> usages = {};  // NIDs of extended key usages; none: the extension is left out
  // Neither its own nor its issuer's, as kubeadm's authorities before 1.19 and those made by hand.
  bool has_key_identifiers = true;
};

struct BuiltCertificate {
  apiservice::X509Ptr certificate;
  apiservice::EvpKeyPtr key;
};

inline BuiltCertificate FromPair(const apiservice::KeyPairPem& pair) {
  return {std::move(apiservice::ParseCertificates(pair.certificate)->front()),
          *apiservice::ParsePrivateKey(pair.private_key)};
}

// With its key, but without a signature.
inline BuiltCertificate NewCertificate(const CertificatePlan& plan, int64_t now_ns) {
  constexpr int64_t kSecondNs = 1'000'000'000;
  BuiltCertificate built{apiservice::X509Ptr(X509_new()),
                         apiservice::EvpKeyPtr(EVP_EC_gen("P-256"))};
  X509* certificate = built.certificate.get();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  ASN1_TIME_set(X509_getm_notBefore(certificate), now_ns / kSecondNs - 60);
  ASN1_TIME_set(X509_getm_notAfter(certificate), now_ns / kSecondNs + 3600);
  auto subject = plan.subject;
  if (subject.empty()) subject.emplace_back("2.5.4.3", plan.name);
  for (const auto& [oid, value] : subject) {
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), oid.c_str(), V_ASN1_UTF8STRING,
                               reinterpret_cast<const unsigned char*>(value.data()),
                               static_cast<int>(value.size()), -1, 0);
  }
  X509_set_pubkey(certificate, built.key.get());
  return built;
}

inline void SignCertificate(const CertificatePlan& plan, const BuiltCertificate& issuer,
                            X509* certificate) {
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer.certificate.get()));
  apiservice::AddBasicConstraints(certificate, plan.is_authority);
  if (!plan.usages.empty()) {
    EXTENDED_KEY_USAGE* usages = EXTENDED_KEY_USAGE_new();
    for (int usage : plan.usages) sk_ASN1_OBJECT_push(usages, OBJ_nid2obj(usage));
    X509_add1_ext_i2d(certificate, NID_ext_key_usage, usages, 0, X509V3_ADD_DEFAULT);
    EXTENDED_KEY_USAGE_free(usages);
  }
  if (plan.has_key_identifiers) {
    apiservice::AddKeyIdentifiers(certificate, issuer.certificate.get());
  }
  X509_sign(certificate, issuer.key.get(), EVP_sha256());
}

inline BuiltCertificate BuildCertificate(const CertificatePlan& plan,
                                         const BuiltCertificate& issuer, int64_t now_ns) {
  BuiltCertificate built = NewCertificate(plan, now_ns);
  SignCertificate(plan, issuer, built.certificate.get());
  return built;
}

inline BuiltCertificate BuildSelfSigned(const CertificatePlan& plan, int64_t now_ns) {
  BuiltCertificate built = NewCertificate(plan, now_ns);
  SignCertificate(plan, built, built.certificate.get());
  return built;
}

// The PEM text of a chain.
inline std::string ChainOf(const std::vector<const BuiltCertificate*>& chain) {
  const apiservice::BioPtr bio(BIO_new(BIO_s_mem()));
  for (const BuiltCertificate* link : chain) PEM_write_bio_X509(bio.get(), link->certificate.get());
  char* text = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<size_t>(length));
}

}  // namespace kubegauge::testing
