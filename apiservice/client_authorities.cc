#include "apiservice/client_authorities.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

#include "kube/issuer_check.h"
#include "kube/time_units.h"

namespace kubegauge::apiservice {
namespace {

using StoreContextPtr = std::unique_ptr<X509_STORE_CTX, OpenSslDeleter<X509_STORE_CTX_free>>;

void FreeStackOnly(STACK_OF(X509) * stack) { sk_X509_free(stack); }
using BorrowedStackPtr = std::unique_ptr<STACK_OF(X509), OpenSslDeleter<FreeStackOnly>>;

// Refuses SHA-1 and MD5 signatures and RSA keys below 1024 bits, as Go does.
constexpr int kAuthLevel = 1;
// Time may heal a certificate that is not valid yet, so a refusal is not remembered for long.
constexpr int64_t kRefusalHoldsNs = 10 * kube::kNsPerSecond;

BorrowedStackPtr Intermediates(const ClientCertificate& certificate) {
  BorrowedStackPtr stack(sk_X509_new_null());
  const auto& chain = certificate.chain();
  for (auto intermediate = chain.begin() + 1; stack != nullptr && intermediate != chain.end();
       ++intermediate) {
    if (sk_X509_push(stack.get(), intermediate->get()) == 0) return nullptr;
  }
  return stack;
}

bool AllowsClientAuth(X509* certificate) {
  if ((X509_get_extension_flags(certificate) & EXFLAG_XKUSAGE) == 0) return true;
  return (X509_get_extended_key_usage(certificate) & (XKU_SSL_CLIENT | XKU_ANYEKU)) != 0;
}

std::string SubjectOf(X509* certificate) {
  BioPtr bio(BIO_new(BIO_s_mem()));
  if (bio == nullptr ||
      X509_NAME_print_ex(bio.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253) < 0) {
    return "?";
  }
  char* text = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<size_t>(length));
}

absl::Status Untrusted(X509* leaf, std::string_view reason) {
  return absl::UnauthenticatedError(fmt::format(
      "x509: the client certificate of \"{}\" is not valid: {}", SubjectOf(leaf), reason));
}

// When all of a chain is valid, in nanoseconds since the epoch.
struct ChainValidity {
  int64_t from_ns = std::numeric_limits<int64_t>::min();
  int64_t until_ns = std::numeric_limits<int64_t>::max();
};

absl::StatusOr<ChainValidity> VerifyChain(X509_STORE* store, const ClientCertificate& certificate,
                                          int64_t wall_ns) {
  X509* const leaf = certificate.leaf();
  const BorrowedStackPtr intermediates = Intermediates(certificate);
  const StoreContextPtr context(X509_STORE_CTX_new());
  if (intermediates == nullptr || context == nullptr ||
      X509_STORE_CTX_init(context.get(), store, leaf, intermediates.get()) != 1) {
    return OpenSslError(absl::StatusCode::kInternal, "preparing to verify a client certificate");
  }
  X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(parameters, wall_ns / kube::kNsPerSecond);
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN);
  X509_VERIFY_PARAM_set_auth_level(parameters, kAuthLevel);
  if (X509_verify_cert(context.get()) != 1) {
    const int error = X509_STORE_CTX_get_error(context.get());
    ERR_clear_error();
    return Untrusted(leaf, X509_verify_cert_error_string(error));
  }
  ChainValidity validity;
  STACK_OF(X509)* chain = X509_STORE_CTX_get0_chain(context.get());
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    X509* link = sk_X509_value(chain, i);
    if (!AllowsClientAuth(link)) {
      return Untrusted(leaf, "certificate specifies an incompatible key usage");
    }
    validity.from_ns = std::max(validity.from_ns, ToUnixNs(X509_get0_notBefore(link)));
    validity.until_ns = std::min(validity.until_ns, ToUnixNs(X509_get0_notAfter(link)));
  }
  return validity;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const ClientAuthorities>> ClientAuthorities::FromPem(
    std::string_view bundle) {
  absl::StatusOr<std::vector<X509Ptr>> certificates = ParseCertificates(bundle);
  if (!certificates.ok()) {
    return absl::InvalidArgumentError(fmt::format("the bundle of client authorities: {}",
                                                  std::string(certificates.status().message())));
  }
  X509StorePtr store(X509_STORE_new());
  if (store == nullptr) {
    return OpenSslError(absl::StatusCode::kInternal, "making a store of client authorities");
  }
  kube::CheckIssuersBySignature(store.get());
  for (const X509Ptr& certificate : *certificates) {
    if (X509_STORE_add_cert(store.get(), certificate.get()) != 1) {
      return OpenSslError(absl::StatusCode::kInternal, "adding a client authority");
    }
  }
  return std::shared_ptr<const ClientAuthorities>(
      new ClientAuthorities(std::string(bundle), std::move(store)));
}

absl::Status ClientAuthorities::Verify(const ClientCertificate& certificate,
                                       int64_t wall_ns) const {
  if (std::optional<absl::Status> known = certificate.Recall(this, wall_ns)) return *known;
  ClientCertificate::Verdict verdict = Judge(certificate, wall_ns);
  absl::Status status = verdict.status;
  // Internal errors say nothing of the certificate.
  if (status.ok() || absl::IsUnauthenticated(status)) certificate.Remember(std::move(verdict));
  return status;
}

ClientCertificate::Verdict ClientAuthorities::Judge(const ClientCertificate& certificate,
                                                    int64_t wall_ns) const {
  ERR_clear_error();
  const absl::StatusOr<ChainValidity> validity = VerifyChain(store_.get(), certificate, wall_ns);
  return {.authorities = shared_from_this(),
          .from_ns = validity.ok() ? validity->from_ns : wall_ns,
          .until_ns = validity.ok() ? validity->until_ns : wall_ns + kRefusalHoldsNs,
          .status = validity.status()};
}

}  // namespace kubegauge::apiservice
