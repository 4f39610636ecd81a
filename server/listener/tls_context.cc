#include "server/listener/tls_context.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <cstring>
#include <string_view>
#include <vector>

#include "server/listener/sni_certificates.h"

namespace kubegauge::server {
namespace {

using apiservice::EvpKeyPtr;
using apiservice::OpenSslError;
using apiservice::X509Ptr;

constexpr size_t kMaxClientChainBytes = 32 * 1024;
// Tells the sessions of this server from those of another one that shares a key by accident.
constexpr std::string_view kSessionContext = "kubegauge";

// Protocol names as ALPN puts them on the wire: a length, then the name. HTTP/1.0 is there for
// clients that are told to speak it.
constexpr std::string_view kProtocols = "\x02h2\x08http/1.1\x08http/1.0";
constexpr std::string_view kProtocolsBeforeHttp2 = "\x08http/1.1\x08http/1.0";

int SelectProtocol(SSL*, const unsigned char** selected, unsigned char* selected_length,
                   const unsigned char* offered, unsigned int offered_length, void* protocols) {
  const std::string_view ours = *static_cast<const std::string_view*>(protocols);
  unsigned char* match = nullptr;
  if (SSL_select_next_proto(&match, selected_length,
                            reinterpret_cast<const unsigned char*>(ours.data()),
                            static_cast<unsigned int>(ours.size()), offered,
                            offered_length) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;  // as Go: no answer in a protocol the client cannot read
  }
  *selected = match;
  return SSL_TLSEXT_ERR_OK;
}

int AcceptAnyClientCertificate(X509_STORE_CTX* context, void*) {
  X509_STORE_CTX_set_error(context, X509_V_OK);
  return 1;
}

// OpenSSL keeps only the leaf in a session ticket. The intermediates travel beside it, or a resumed
// session could not be verified.
int KeepIntermediatesInTicket(SSL* ssl, void*) {
  STACK_OF(X509)* intermediates = SSL_get_peer_cert_chain(ssl);
  std::string der;
  for (int i = 0; i < sk_X509_num(intermediates); ++i) {
    unsigned char* encoded = nullptr;
    const int length = i2d_X509(sk_X509_value(intermediates, i), &encoded);
    if (length < 0) return 0;
    der.append(reinterpret_cast<char*>(encoded), static_cast<size_t>(length));
    OPENSSL_free(encoded);
  }
  if (der.empty()) return 1;
  return SSL_SESSION_set1_ticket_appdata(SSL_get_session(ssl), der.data(), der.size());
}

SSL_TICKET_RETURN UseTicket(SSL*, SSL_SESSION*, const unsigned char*, size_t,
                            SSL_TICKET_STATUS status, void*) {
  switch (status) {
    case SSL_TICKET_SUCCESS:
      return SSL_TICKET_RETURN_USE;
    case SSL_TICKET_SUCCESS_RENEW:
      return SSL_TICKET_RETURN_USE_RENEW;
    default:
      return SSL_TICKET_RETURN_IGNORE_RENEW;
  }
}

void OfferProtocols(bool with_http2, SSL_CTX* context) {
  const std::string_view& protocols = with_http2 ? kProtocols : kProtocolsBeforeHttp2;
  SSL_CTX_set_alpn_select_cb(context, SelectProtocol, const_cast<std::string_view*>(&protocols));
}

absl::Status SetOptions(SSL_CTX* context) {
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);  // tickets only: no state here
  SSL_CTX_set_max_cert_list(context, kMaxClientChainBytes);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context, AcceptAnyClientCertificate, nullptr);
  if (SSL_CTX_set_session_id_context(context,
                                     reinterpret_cast<const unsigned char*>(kSessionContext.data()),
                                     kSessionContext.size()) != 1 ||
      SSL_CTX_set_session_ticket_cb(context, KeepIntermediatesInTicket, UseTicket, nullptr) != 1) {
    return OpenSslError(absl::StatusCode::kInternal, "setting up TLS");
  }
  return absl::OkStatus();
}

absl::Status UseKeyPair(SSL_CTX* context, const std::string& certificate_chain,
                        const std::string& private_key) {
  absl::StatusOr<std::vector<X509Ptr>> chain = apiservice::ParseCertificates(certificate_chain);
  if (!chain.ok()) {
    return absl::InvalidArgumentError(
        fmt::format("the serving certificate: {}", std::string(chain.status().message())));
  }
  absl::StatusOr<EvpKeyPtr> key = apiservice::ParsePrivateKey(private_key);
  if (!key.ok()) {
    return absl::InvalidArgumentError(
        fmt::format("the serving key: {}", std::string(key.status().message())));
  }
  if (SSL_CTX_use_certificate(context, chain->front().get()) != 1) {
    return OpenSslError(absl::StatusCode::kInvalidArgument, "the serving certificate");
  }
  for (auto intermediate = chain->begin() + 1; intermediate != chain->end(); ++intermediate) {
    if (SSL_CTX_add1_chain_cert(context, intermediate->get()) != 1) {
      return OpenSslError(absl::StatusCode::kInvalidArgument, "the serving certificate's chain");
    }
  }
  if (SSL_CTX_use_PrivateKey(context, key->get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    return OpenSslError(absl::StatusCode::kInvalidArgument,
                        "the serving key is not that of the serving certificate");
  }
  return absl::OkStatus();
}

absl::Status NameClientAuthorities(SSL_CTX* context, std::string_view pem) {
  if (pem.empty()) return absl::OkStatus();
  absl::StatusOr<std::vector<X509Ptr>> authorities = apiservice::ParseCertificates(pem);
  if (!authorities.ok()) {
    return absl::InvalidArgumentError(fmt::format("the bundle of client authorities: {}",
                                                  std::string(authorities.status().message())));
  }
  for (const X509Ptr& authority : *authorities) {
    if (SSL_CTX_add_client_CA(context, authority.get()) != 1) {
      return OpenSslError(absl::StatusCode::kInternal, "naming the client authorities");
    }
  }
  return absl::OkStatus();
}

}  // namespace

int TlsContext::ChooseByName(SSL* ssl, int*, void* self) {
  const char* asked_for = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (asked_for == nullptr) return SSL_TLSEXT_ERR_NOACK;
  SSL_CTX* best = nullptr;
  int best_match = 0;
  for (const NamedContext& named : static_cast<const TlsContext*>(self)->named_) {
    for (const std::string& pattern : named.patterns) {
      const int match = MatchServerName(pattern, asked_for);
      if (match <= best_match) continue;
      best_match = match;
      best = named.context.get();
    }
  }
  if (best != nullptr) SSL_set_SSL_CTX(ssl, best);
  return SSL_TLSEXT_ERR_OK;
}

absl::StatusOr<std::shared_ptr<const TlsContext>> TlsContext::FromPem(const TlsMaterial& material) {
  ERR_clear_error();
  const auto make = [&](const std::string& chain,
                        const std::string& key) -> absl::StatusOr<ContextPtr> {
    ContextPtr context(SSL_CTX_new(TLS_server_method()));
    if (context == nullptr) return OpenSslError(absl::StatusCode::kInternal, "setting up TLS");
    OfferProtocols(material.policy.offers_http2, context.get());
    absl::Status status = SetOptions(context.get());
    if (status.ok()) status = ApplyTlsPolicy(material.policy, context.get());
    if (status.ok()) status = UseKeyPair(context.get(), chain, key);
    if (status.ok()) status = NameClientAuthorities(context.get(), material.client_authorities);
    if (!status.ok()) return status;
    return context;
  };
  absl::StatusOr<ContextPtr> context = make(material.certificate_chain, material.private_key);
  if (!context.ok()) return context.status();
  const std::shared_ptr<TlsContext> made(new TlsContext(*std::move(context)));
  for (const TlsMaterial::Named& named : material.named) {
    absl::StatusOr<ContextPtr> other = make(named.certificate_chain, named.private_key);
    if (!other.ok()) return other.status();
    made->named_.push_back({named.patterns, *std::move(other)});
  }
  if (!made->named_.empty()) {
    SSL_CTX_set_tlsext_servername_callback(made->native(), ChooseByName);
    SSL_CTX_set_tlsext_servername_arg(made->native(), made.get());
  }
  return made;
}

}  // namespace kubegauge::server
