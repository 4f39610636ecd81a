#include "scraper/kubelet_trust.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "kube/issuer_check.h"

namespace kubegauge::scraper {
namespace {

// In the order of Go's clients. OpenSSL puts AES-256 first, which is a third more work.
constexpr char kCipherSuites[] =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";

template <auto kFree>
struct Deleter {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using BioPtr = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using X509Ptr = std::unique_ptr<X509, Deleter<X509_free>>;
using PrivateKeyPtr = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;

BioPtr Reader(std::string_view pem) {
  return BioPtr(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

absl::Status Error(std::string_view what) {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  ERR_clear_error();
  return absl::FailedPreconditionError(fmt::format("{}: {}", what, text.data()));
}

// Instead of OpenSSL's default, which asks at the terminal.
int RefusePassword(char*, int, int, void*) { return -1; }

// Null after the last one. A block that cannot be read is passed over, as Go's clients do.
X509Ptr NextCertificate(BIO* pem) {
  for (;;) {
    ERR_clear_error();
    X509Ptr certificate(PEM_read_bio_X509(pem, nullptr, RefusePassword, nullptr));
    if (certificate != nullptr) return certificate;
    if (ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE) return nullptr;
  }
}

absl::Status TrustAuthorities(SSL_CTX* context, std::string_view pem) {
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  kube::CheckIssuersBySignature(store);
  if (pem.empty()) {
    return SSL_CTX_set_default_verify_paths(context) == 1
               ? absl::OkStatus()
               : Error("loading the system's certificate authorities");
  }
  const BioPtr reader = Reader(pem);
  // As in Go, a certificate that is named is trusted even if another one has issued it.
  X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
  int known = 0;
  while (const X509Ptr authority = NextCertificate(reader.get())) {
    if (X509_STORE_add_cert(store, authority.get()) != 1) return Error("the kubelets' authority");
    ++known;
  }
  ERR_clear_error();
  if (known == 0) {
    return absl::FailedPreconditionError(
        "the kubelets' authority holds no certificate that can be read");
  }
  return absl::OkStatus();
}

absl::Status ShowCertificate(SSL_CTX* context, const kube::Credentials& credentials) {
  if (credentials.client_certificate.empty()) return absl::OkStatus();
  const BioPtr certificates = Reader(credentials.client_certificate);
  const X509Ptr leaf = NextCertificate(certificates.get());
  if (leaf == nullptr || SSL_CTX_use_certificate(context, leaf.get()) != 1) {
    return Error("the client certificate for kubelets");
  }
  while (const X509Ptr next = NextCertificate(certificates.get())) {
    SSL_CTX_add1_chain_cert(context, next.get());
  }
  ERR_clear_error();
  const BioPtr keys = Reader(credentials.client_key);
  const PrivateKeyPtr key(PEM_read_bio_PrivateKey(keys.get(), nullptr, RefusePassword, nullptr));
  if (key == nullptr || SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
    return Error("the client key for kubelets");
  }
  if (SSL_CTX_check_private_key(context) != 1) {
    return Error("the client key for kubelets is not that of the certificate");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::shared_ptr<const KubeletTrust>> KubeletTrust::Create(
    const kube::Credentials& credentials, bool insecure) {
  ERR_clear_error();
  ContextPtr context(SSL_CTX_new(TLS_client_method()));
  BioMethodPtr socket_method = NewSocketBioMethod();
  if (context == nullptr || socket_method == nullptr) return Error("setting up TLS");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_ciphersuites(context.get(), kCipherSuites);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  // One read of the socket takes what there is: two reads a record are the usual way.
  SSL_CTX_set_read_ahead(context.get(), 1);
  SSL_CTX_set_verify(context.get(), insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nullptr);
  absl::Status status =
      insecure ? absl::OkStatus() : TrustAuthorities(context.get(), credentials.authority);
  if (status.ok()) status = ShowCertificate(context.get(), credentials);
  if (!status.ok()) return status;
  constexpr std::array<unsigned char, 32> kNothing{};
  KeyPtr no_key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, kNothing.data(), kNothing.size()));
  ERR_clear_error();  // a provider without such keys costs memory and nothing else
  NamePtr no_name(X509_NAME_new());
  return std::shared_ptr<const KubeletTrust>(
      new KubeletTrust(std::move(context), std::move(socket_method), std::move(no_key),
                       std::move(no_name), insecure));
}

void KubeletTrust::ForgetCertificate(SSL* ssl) const {
  STACK_OF(X509)* chain = SSL_get_peer_cert_chain(ssl);
  while (sk_X509_num(chain) > 1) X509_free(sk_X509_pop(chain));
  X509* leaf = sk_X509_num(chain) == 1 ? sk_X509_value(chain, 0) : nullptr;
  if (leaf == nullptr) return;
  if (no_key_ != nullptr) X509_set_pubkey(leaf, no_key_.get());
  X509_set_subject_name(leaf, no_name_.get());
  X509_set_issuer_name(leaf, no_name_.get());
  while (X509_EXTENSION* extension = X509_delete_ext(leaf, 0)) X509_EXTENSION_free(extension);
  ERR_clear_error();
}

}  // namespace kubegauge::scraper
