#include "kube/issuer_check.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <cstdint>

namespace kubegauge::kube {
namespace {

constexpr uintptr_t kMaxSignaturesTried = 100;

bool IsPresented(X509_STORE_CTX* verification, const X509* certificate) {
  const STACK_OF(X509)* presented = X509_STORE_CTX_get0_untrusted(verification);
  for (int i = 0; i < sk_X509_num(presented); ++i) {
    if (sk_X509_value(presented, i) == certificate) return true;
  }
  return false;
}

// Counts the signatures that a verification tries; false when it may try no more.
bool TakeOne(X509_STORE_CTX* verification) {
  static const int index = X509_STORE_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  const auto tried = reinterpret_cast<uintptr_t>(X509_STORE_CTX_get_ex_data(verification, index));
  return tried < kMaxSignaturesTried &&
         X509_STORE_CTX_set_ex_data(verification, index, reinterpret_cast<void*>(tried + 1)) == 1;
}

int IsIssuer(X509_STORE_CTX* verification, X509* certificate, X509* issuer) {
  const int fits = X509_check_issued(issuer, certificate);
  // One that must not sign is refused later, with a reason that says so.
  if (fits != X509_V_OK && fits != X509_V_ERR_KEYUSAGE_NO_CERTSIGN) return 0;
  // Asked so, OpenSSL wants to know no more than whether a chain ends.
  if (certificate == issuer || IsPresented(verification, issuer)) return 1;
  if (!TakeOne(verification)) return 0;
  ERR_set_mark();
  const bool has_signed = X509_verify(certificate, X509_get0_pubkey(issuer)) == 1;
  ERR_pop_to_mark();
  return has_signed ? 1 : 0;
}

}  // namespace

void CheckIssuersBySignature(X509_STORE* store) { X509_STORE_set_check_issued(store, IsIssuer); }

}  // namespace kubegauge::kube
