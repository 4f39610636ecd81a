#pragma once

#include <spdlog/logger.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "apiservice/authentication.h"
#include "apiservice/certificate_verifier.h"
#include "apiservice/request_header_authenticator.h"
#include "apiservice/token_authenticator.h"
#include "kube/clock.h"

namespace kubegauge::apiservice {

// Where each half of the configuration comes from (wire.md B.2, B.7).
struct AuthenticationSources {
  bool client_ca_from_file = false;       // --client-ca-file
  bool request_header_from_file = false;  // --requestheader-client-ca-file
  bool skip_lookup = false;               // --authentication-skip-lookup
  // What the other --requestheader-* flags say, in force with request_header_from_file.
  RequestHeaderRules request_header_rules;

  bool LooksUpClientCa() const { return !client_ca_from_file && !skip_lookup; }
  bool LooksUpRequestHeader() const { return !request_header_from_file && !skip_lookup; }
};

// Whom to trust, kept up to date while requests are served: from files, from the cluster's
// ConfigMap, or from both, a half each. What is broken or empty leaves the half as it was, and is
// logged. Reading never waits. Thread-safe; keeps references.
class AuthenticationConfig {
 public:
  AuthenticationConfig(AuthenticationSources sources, const kube::Clock& clock,
                       spdlog::logger& log);

  // The contents of the files: PEM bundles. To be used for halves that come from a file.
  absl::Status ReplaceClientAuthorities(std::string_view pem_bundle);
  absl::Status ReplaceRequestHeaderAuthorities(std::string_view pem_bundle);

  // The data of ConfigMap kube-system/extension-apiserver-authentication, as a whole, whenever it
  // was read or has changed. The halves that come from a file are passed over. An error says what
  // was not taken, for the look-up at the start; it is logged already.
  absl::Status OnConfigMap(const std::map<std::string, std::string>& data);

  // `action` is called at once where authorities are known already, as those of files are, and after
  // each change of one, one call at a time, with all authorities of both halves, PEM: those whose
  // names a TLS server sends when it asks for a client certificate (wire.md A.1). It must not call
  // back.
  void OnAuthoritiesChange(std::function<void(const std::string& bundle)> action);

  const AuthenticationSources& sources() const { return sources_; }
  const CertificateVerifier& client_verifier() const { return client_verifier_; }
  const PublishedRequestHeaderConfig& request_header() const { return request_header_; }
  const kube::Clock& clock() const { return clock_; }

 private:
  // Rules (null: as they were) and authorities ("" beside rules: as they were) at once.
  absl::Status UpdateRequestHeader(const RequestHeaderRules* rules, std::string_view pem_bundle);
  void AnnounceIfChanged();
  std::string BundleLocked() const;

  const AuthenticationSources sources_;
  const kube::Clock& clock_;
  spdlog::logger& log_;
  CertificateVerifier client_verifier_;
  PublishedRequestHeaderConfig request_header_;

  mutable std::mutex mutex_;  // of writers
  std::function<void(const std::string&)> on_change_;
  std::string announced_;
};

// The authenticators that delegate to the cluster, in upstream's order (wire.md B.1): front proxy,
// client certificate, bearer token, bearer token of a WebSocket. Those of a half that is neither
// looked up nor read from a file are left out, and the latter two without `tokens`, which may be
// null. They keep references.
std::vector<std::unique_ptr<Authenticator>> DelegatedAuthenticators(
    const AuthenticationConfig& config, TokenAuthenticator* tokens);

}  // namespace kubegauge::apiservice
