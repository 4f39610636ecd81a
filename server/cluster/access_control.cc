#include "server/cluster/access_control.h"

#include <utility>

namespace kubegauge::server {
namespace {

using apiservice::AuthenticationSources;

AuthenticationSources SourcesOf(const AccessFlags& flags) {
  return {
      .client_ca_from_file = !flags.client_ca_file.empty(),
      .request_header_from_file = !flags.requestheader_client_ca_file.empty(),
      .skip_lookup = flags.skip_lookup,
      .request_header_rules = {.username_headers = flags.requestheader_username_headers,
                               .uid_headers = flags.requestheader_uid_headers,
                               .group_headers = flags.requestheader_group_headers,
                               .extra_header_prefixes = flags.requestheader_extra_headers_prefixes,
                               .allowed_names = flags.requestheader_allowed_names}};
}

}  // namespace

AccessControl::AccessControl(const AccessFlags& flags,
                             const apiservice::ReviewTransport& authentication, spdlog::logger& log)
    : config_(SourcesOf(flags), authentication.clock, log),
      token_reviews_(authentication, log),
      tokens_(token_reviews_, flags.token_cache_ttl_ns, authentication.clock),
      authenticator_(std::make_unique<apiservice::UnionAuthenticator>(
          DelegatedAuthenticators(config_, &tokens_))) {}

bool AccessControl::LooksUp() const {
  return config_.sources().LooksUpClientCa() || config_.sources().LooksUpRequestHeader();
}

absl::Status AccessControl::ReadFiles(const AccessFlags& flags, spdlog::logger& log) {
  const auto watch = [&](const std::string& path, auto take) {
    if (path.empty()) return absl::OkStatus();
    files_.push_back(std::make_unique<apiservice::WatchedFiles>(
        std::vector<std::filesystem::path>{path},
        [take](const std::vector<std::string>& contents) { return take(contents.front()); }, log));
    return files_.back()->Check();
  };
  absl::Status status = watch(flags.client_ca_file, [this](const std::string& pem) {
    return config_.ReplaceClientAuthorities(pem);
  });
  if (!status.ok()) return status;
  return watch(flags.requestheader_client_ca_file, [this](const std::string& pem) {
    return config_.ReplaceRequestHeaderAuthorities(pem);
  });
}

absl::StatusOr<std::unique_ptr<AccessControl>> AccessControl::Create(
    const AccessFlags& flags, const apiservice::ReviewTransport& authentication,
    const apiservice::ReviewTransport& authorization, spdlog::logger& log) {
  std::unique_ptr<AccessControl> access(new AccessControl(flags, authentication, log));
  absl::StatusOr<std::unique_ptr<apiservice::PathAuthorizer>> paths =
      apiservice::PathAuthorizer::Create(flags.always_allow_paths);
  if (!paths.ok()) return paths.status();
  std::vector<std::unique_ptr<apiservice::Authorizer>> authorizers;
  authorizers.push_back(
      std::make_unique<apiservice::PrivilegedGroupAuthorizer>(apiservice::kMastersGroup));
  authorizers.push_back(*std::move(paths));
  authorizers.push_back(std::make_unique<apiservice::AccessReviewAuthorizer>(
      authorization,
      apiservice::AccessReviewTtls{.allowed_ns = flags.authorized_cache_ttl_ns,
                                   .not_allowed_ns = flags.unauthorized_cache_ttl_ns},
      log));
  access->authorizer_ = std::make_unique<apiservice::UnionAuthorizer>(std::move(authorizers));
  absl::Status read = access->ReadFiles(flags, log);
  if (!read.ok()) return read;
  return access;
}

}  // namespace kubegauge::server
