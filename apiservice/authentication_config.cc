#include "apiservice/authentication_config.h"

#include <utility>

#include "apiservice/authentication_config_map.h"
#include "apiservice/x509_authenticator.h"

namespace kubegauge::apiservice {

AuthenticationConfig::AuthenticationConfig(AuthenticationSources sources, const kube::Clock& clock,
                                           spdlog::logger& log)
    : sources_(std::move(sources)),
      clock_(clock),
      log_(log),
      client_verifier_(clock),
      request_header_(std::make_shared<const RequestHeaderConfig>(RequestHeaderConfig{
          .rules = sources_.request_header_from_file ? sources_.request_header_rules
                                                     : RequestHeaderRules(),
          .authorities = nullptr})) {}

absl::Status AuthenticationConfig::ReplaceClientAuthorities(std::string_view pem_bundle) {
  const std::lock_guard lock(mutex_);
  absl::Status replaced = client_verifier_.ReplaceAuthorities(pem_bundle);
  if (replaced.ok()) AnnounceIfChanged();
  return replaced;
}

absl::Status AuthenticationConfig::ReplaceRequestHeaderAuthorities(std::string_view pem_bundle) {
  return UpdateRequestHeader(nullptr, pem_bundle);
}

absl::Status AuthenticationConfig::OnConfigMap(const std::map<std::string, std::string>& data) {
  AuthenticationConfigMap told = ReadAuthenticationConfigMap(data);
  absl::Status result;
  const auto note = [&](const absl::Status& status, const char* what) {
    if (status.ok()) return;
    log_.error("Authentication configuration of the cluster not taken part={} error=\"{}\"", what,
               std::string(status.message()));
    result.Update(status);
  };
  if (sources_.LooksUpRequestHeader()) {
    note(told.rules.status(), "requestheader");
    const RequestHeaderRules* rules = told.rules.ok() ? &*told.rules : nullptr;
    if (rules != nullptr || !told.request_header_ca.empty()) {
      note(UpdateRequestHeader(rules, told.request_header_ca), "requestheader-client-ca-file");
    }
  }
  if (sources_.LooksUpClientCa() && !told.client_ca.empty()) {
    note(ReplaceClientAuthorities(told.client_ca), "client-ca-file");
  }
  return result;
}

void AuthenticationConfig::OnAuthoritiesChange(std::function<void(const std::string&)> action) {
  const std::lock_guard lock(mutex_);
  on_change_ = std::move(action);
  if (on_change_ && !announced_.empty()) on_change_(announced_);
}

absl::Status AuthenticationConfig::UpdateRequestHeader(const RequestHeaderRules* rules,
                                                       std::string_view pem_bundle) {
  const std::lock_guard lock(mutex_);
  const std::shared_ptr<const RequestHeaderConfig> current = request_header_.Get();
  RequestHeaderConfig next = *current;
  if (rules != nullptr) next.rules = *rules;
  const bool is_known =
      current->authorities != nullptr && current->authorities->pem() == pem_bundle;
  absl::Status result;
  if ((rules == nullptr || !pem_bundle.empty()) && !is_known) {
    auto authorities = ClientAuthorities::FromPem(pem_bundle);
    if (authorities.ok()) next.authorities = *std::move(authorities);
    result = authorities.status();
  }
  request_header_.Set(std::make_shared<const RequestHeaderConfig>(std::move(next)));
  AnnounceIfChanged();
  return result;
}

void AuthenticationConfig::AnnounceIfChanged() {
  std::string bundle = BundleLocked();
  if (bundle == announced_) return;
  announced_ = std::move(bundle);
  log_.info("Authorities for client certificates loaded");
  if (on_change_) on_change_(announced_);
}

std::string AuthenticationConfig::BundleLocked() const {
  std::string bundle;
  const std::shared_ptr<const RequestHeaderConfig> request_header = request_header_.Get();
  for (const auto& authorities : {client_verifier_.authorities(), request_header->authorities}) {
    if (authorities == nullptr) continue;
    bundle.append(authorities->pem());
    if (!bundle.ends_with('\n')) bundle.push_back('\n');
  }
  return bundle;
}

std::vector<std::unique_ptr<Authenticator>> DelegatedAuthenticators(
    const AuthenticationConfig& config, TokenAuthenticator* tokens) {
  const AuthenticationSources& sources = config.sources();
  std::vector<std::unique_ptr<Authenticator>> authenticators;
  if (sources.request_header_from_file || sources.LooksUpRequestHeader()) {
    authenticators.push_back(
        std::make_unique<RequestHeaderAuthenticator>(config.request_header(), config.clock()));
  }
  if (sources.client_ca_from_file || sources.LooksUpClientCa()) {
    authenticators.push_back(std::make_unique<X509Authenticator>(config.client_verifier()));
  }
  if (tokens != nullptr) {
    authenticators.push_back(std::make_unique<BearerAuthenticator>(*tokens));
    authenticators.push_back(std::make_unique<WebSocketBearerAuthenticator>(*tokens));
  }
  return authenticators;
}

}  // namespace kubegauge::apiservice
