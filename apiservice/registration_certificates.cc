#include "apiservice/registration_certificates.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "apiservice/openssl.h"
#include "kube/issuer_check.h"
#include "kube/time_units.h"

namespace kubegauge::apiservice {
namespace {

constexpr const char* kAuthorityName = "kubegauge-ca";
// Refuses SHA-1 and MD5 signatures and RSA keys below 1024 bits, as Go does.
constexpr int kServingAuthLevel = 1;

void FreeChainOnly(STACK_OF(X509) * chain) { sk_X509_free(chain); }
using BorrowedChainPtr = std::unique_ptr<STACK_OF(X509), OpenSslDeleter<FreeChainOnly>>;
using VerificationPtr = std::unique_ptr<X509_STORE_CTX, OpenSslDeleter<X509_STORE_CTX_free>>;

struct Validity {
  int64_t from_ns;
  int64_t until_ns;

  int64_t After(int64_t parts, int64_t of) const {
    return from_ns + (until_ns - from_ns) / of * parts;
  }
  bool Holds(int64_t now_ns) const { return from_ns <= now_ns && now_ns < until_ns; }
};

Validity ValidityOf(const X509* certificate) {
  return {ToUnixNs(X509_get0_notBefore(certificate)), ToUnixNs(X509_get0_notAfter(certificate))};
}

std::vector<X509Ptr> CertificatesIn(const std::string& pem) {
  absl::StatusOr<std::vector<X509Ptr>> certificates = ParseCertificates(pem);
  return certificates.ok() ? *std::move(certificates) : std::vector<X509Ptr>();
}

std::string PemOf(X509* certificate) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (bio == nullptr || PEM_write_bio_X509(bio.get(), certificate) != 1) return {};
  char* text = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<size_t>(length));
}

bool IsSignedBy(X509* certificate, X509* authority) {
  const bool is_signed = X509_check_issued(authority, certificate) == X509_V_OK &&
                         X509_verify(certificate, X509_get0_pubkey(authority)) == 1;
  ERR_clear_error();
  return is_signed;
}

bool IsAmong(const X509* certificate, const std::vector<X509Ptr>& known) {
  return std::any_of(known.begin(), known.end(),
                     [&](const X509Ptr& other) { return X509_cmp(certificate, other.get()) == 0; });
}

X509StorePtr StoreOf(const std::vector<X509Ptr>& authorities) {
  X509StorePtr store(X509_STORE_new());
  if (store == nullptr) return nullptr;
  kube::CheckIssuersBySignature(store.get());
  for (const X509Ptr& authority : authorities) {
    if (X509_STORE_add_cert(store.get(), authority.get()) != 1) return nullptr;
  }
  return store;
}

BorrowedChainPtr IntermediatesOf(const std::vector<X509Ptr>& chain) {
  BorrowedChainPtr intermediates(sk_X509_new_null());
  for (size_t i = 1; intermediates != nullptr && i < chain.size(); ++i) {
    if (sk_X509_push(intermediates.get(), chain[i].get()) == 0) return nullptr;
  }
  return intermediates;
}

// Why a client that knows the authorities, as the aggregator does, would not trust a server that
// shows the chain, leaf first; "" when it would.
std::string Distrust(const std::vector<X509Ptr>& chain, const std::vector<X509Ptr>& authorities,
                     int64_t now_ns) {
  const X509StorePtr store = StoreOf(authorities);
  const BorrowedChainPtr intermediates = IntermediatesOf(chain);
  const VerificationPtr verification(X509_STORE_CTX_new());
  if (store == nullptr || intermediates == nullptr || verification == nullptr ||
      X509_STORE_CTX_init(verification.get(), store.get(), chain.front().get(),
                          intermediates.get()) != 1) {
    ERR_clear_error();
    return "out of memory";
  }
  X509_VERIFY_PARAM* rules = X509_STORE_CTX_get0_param(verification.get());
  X509_VERIFY_PARAM_set_time(rules, now_ns / kube::kNsPerSecond);
  X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_SSL_SERVER);
  X509_VERIFY_PARAM_set_auth_level(rules, kServingAuthLevel);
  // As in Go, whatever the authorities name is trusted, even if another has issued it.
  X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_PARTIAL_CHAIN);
  const bool is_trusted = X509_verify_cert(verification.get()) == 1;
  ERR_clear_error();
  if (is_trusted) return {};
  return X509_verify_cert_error_string(X509_STORE_CTX_get_error(verification.get()));
}

// The authorities of the Secret, and behind them those that only clients still know.
std::vector<X509Ptr> KnownAuthorities(const std::string& kept,
                                      const std::vector<std::string>& published) {
  std::vector<X509Ptr> known = CertificatesIn(kept);
  for (const std::string& bundle : published) {
    for (X509Ptr& authority : CertificatesIn(bundle)) {
      if (!IsAmong(authority.get(), known)) known.push_back(std::move(authority));
    }
  }
  return known;
}

// What is kept, read. Empty where it cannot be.
struct Kept {
  std::vector<X509Ptr> chain;  // leaf first; empty also when the key is not the leaf's
  std::vector<X509Ptr> authorities;
  bool can_sign = false;

  X509* leaf() const { return chain.front().get(); }
  X509* newest() const { return authorities.front().get(); }
};

Kept Read(const ServingSecret& secret) {
  Kept kept;
  kept.authorities = CertificatesIn(secret.authorities);
  kept.can_sign = !kept.authorities.empty() &&
                  CertificateAuthority::FromPem(
                      {.certificate = PemOf(kept.newest()), .private_key = secret.authority_key})
                      .ok();
  std::vector<X509Ptr> chain = CertificatesIn(secret.certificate);
  const absl::StatusOr<EvpKeyPtr> key = ParsePrivateKey(secret.key);
  if (!chain.empty() && key.ok() && X509_check_private_key(chain.front().get(), key->get()) == 1) {
    kept.chain = std::move(chain);
  }
  ERR_clear_error();
  return kept;
}

bool NamesAll(X509* certificate, const ServingIdentity& identity) {
  return std::all_of(identity.dns_names.begin(), identity.dns_names.end(),
                     [&](const std::string& name) {
                       return X509_check_host(certificate, name.data(), name.size(), 0, nullptr) ==
                              1;
                     }) &&
         std::all_of(identity.ip_addresses.begin(), identity.ip_addresses.end(),
                     [&](const std::string& address) {
                       return X509_check_ip_asc(certificate, address.c_str(), 0) == 1;
                     });
}

// Why the certificate that is kept must not be served any longer; "" when it may.
std::string Fault(const Kept& kept, const ServingIdentity& identity,
                  const std::vector<X509Ptr>& known, int64_t now_ns) {
  if (kept.chain.empty()) return "there is no certificate with its key";
  const Validity validity = ValidityOf(kept.leaf());
  if (!validity.Holds(now_ns)) return "the certificate is not valid now";
  if (!NamesAll(kept.leaf(), identity)) return "the certificate lacks a name of the service";
  const std::string distrust = Distrust(kept.chain, known, now_ns);
  if (distrust.empty()) return {};
  return fmt::format("those who know ca.crt do not trust the certificate ({})", distrust);
}

absl::StatusOr<CertificatePlan> PlanForAnothers(const Kept& kept, const ServingIdentity& identity,
                                                int64_t now_ns) {
  const std::string fault = Fault(kept, identity, kept.authorities, now_ns);
  if (fault.empty()) return CertificatePlan{};
  return absl::FailedPreconditionError(
      fmt::format("the Secret has a certificate but no ca.key, so it is for "
                  "another to keep up, yet {}. Let "
                  "its owner renew tls.crt, tls.key and ca.crt, or empty it to "
                  "have them made here",
                  fault));
}

bool IsSettled(X509* authority, const std::vector<std::string>& published, int64_t now_ns) {
  return now_ns >= ValidityOf(authority).from_ns + kAuthoritySettlesNs &&
         std::all_of(published.begin(), published.end(), [&](const std::string& bundle) {
           return IsAmong(authority, CertificatesIn(bundle));
         });
}

// For a certificate that may be served, and an authority that may sign.
CertificatePlan PlanRenewal(const Kept& kept, const std::vector<std::string>& published,
                            int64_t now_ns) {
  const Validity leaf = ValidityOf(kept.leaf());
  X509* newest = kept.newest();
  const bool is_of_newest = IsSignedBy(kept.leaf(), newest);
  const bool may_sign = is_of_newest || IsSettled(newest, published, now_ns);
  CertificatePlan plan;
  if (now_ns >= leaf.After(2, 3) && (may_sign || now_ns >= leaf.After(11, 12))) {
    plan.new_certificate = true;
    plan.reason = "the certificate nears its end";
  } else if (!is_of_newest && may_sign) {
    plan.new_certificate = true;
    plan.reason = "the new authority is known";
  } else if (now_ns >= ValidityOf(newest).After(2, 3)) {
    plan.new_authority = true;
    plan.reason = "the authority nears its end";
  } else if (is_of_newest && kept.authorities.size() > 1 &&
             now_ns >= leaf.from_ns + kAuthorityOverlapNs) {
    plan.forget_old_authorities = true;
    plan.reason = "no certificate of the old authority is served any more";
  }
  return plan;
}

absl::StatusOr<CertificateAuthority> SigningAuthority(const ServingSecret& secret) {
  const std::vector<X509Ptr> authorities = CertificatesIn(secret.authorities);
  if (authorities.empty()) return absl::InternalError("there is no authority to sign with");
  return CertificateAuthority::FromPem(
      {.certificate = PemOf(authorities.front().get()), .private_key = secret.authority_key});
}

absl::Status AddAuthority(ServingSecret& secret, const std::vector<std::string>& published,
                          int64_t now_ns) {
  absl::StatusOr<CertificateAuthority> made = CertificateAuthority::Create(kAuthorityName, now_ns);
  if (!made.ok()) return made.status();
  std::string authorities = made->pem().certificate;
  size_t count = 1;
  for (const X509Ptr& old : KnownAuthorities(secret.authorities, published)) {
    if (now_ns >= ValidityOf(old.get()).until_ns || count == kMaxAuthorities) continue;
    authorities.append(PemOf(old.get()));
    ++count;
  }
  secret.authorities = std::move(authorities);
  secret.authority_key = made->pem().private_key;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CertificatePlan> PlanCertificates(const ServingSecret& secret,
                                                 const ServingIdentity& identity,
                                                 const std::vector<std::string>& published,
                                                 int64_t now_ns) {
  const Kept kept = Read(secret);
  const bool has_pair = !secret.certificate.empty() || !secret.key.empty();
  if (has_pair && secret.authority_key.empty()) return PlanForAnothers(kept, identity, now_ns);
  if (!kept.can_sign || !ValidityOf(kept.newest()).Holds(now_ns)) {
    // What clients know already stays known beside the new authority, see AddAuthority.
    const std::vector<X509Ptr> known = KnownAuthorities(secret.authorities, published);
    return CertificatePlan{.new_authority = true,
                           .new_certificate = !Fault(kept, identity, known, now_ns).empty(),
                           .reason = "there is no authority that can sign"};
  }
  if (std::string fault = Fault(kept, identity, kept.authorities, now_ns); !fault.empty()) {
    return CertificatePlan{.new_certificate = true, .reason = std::move(fault)};
  }
  return PlanRenewal(kept, published, now_ns);
}

absl::StatusOr<ServingSecret> CarryOut(const CertificatePlan& plan, const ServingSecret& kept,
                                       const ServingIdentity& identity,
                                       const std::vector<std::string>& published, int64_t now_ns) {
  ServingSecret secret = kept;
  if (plan.new_authority) {
    if (absl::Status added = AddAuthority(secret, published, now_ns); !added.ok()) return added;
  }
  if (plan.forget_old_authorities) {
    secret.authorities = PemOf(CertificatesIn(secret.authorities).front().get());
  }
  if (plan.new_certificate) {
    const absl::StatusOr<CertificateAuthority> authority = SigningAuthority(secret);
    if (!authority.ok()) return authority.status();
    absl::StatusOr<KeyPairPem> pair = authority->IssueServing(identity, now_ns);
    if (!pair.ok()) return pair.status();
    secret.certificate = std::move(pair->certificate);
    secret.key = std::move(pair->private_key);
  }
  return secret;
}

bool IsTrusted(const std::string& certificate, const std::string& authorities, int64_t now_ns) {
  const std::vector<X509Ptr> chain = CertificatesIn(certificate);
  return !chain.empty() && Distrust(chain, CertificatesIn(authorities), now_ns).empty();
}

}  // namespace kubegauge::apiservice
