#pragma once

#include <spdlog/logger.h>

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "apiservice/access_review_authorizer.h"
#include "apiservice/authentication_config.h"
#include "apiservice/cached_token_authenticator.h"
#include "apiservice/local_authorizers.h"
#include "apiservice/token_review_authenticator.h"
#include "apiservice/watched_files.h"
#include "server/cluster/options.h"

namespace kubegauge::server {

// Who may ask, as the flags want it: the authenticators and authorizers that delegate to the
// cluster, and the files they are configured by. Thread-safe but for Files; keeps references.
class AccessControl {
 public:
  // Reads the files that the flags name. An error is one line for the operator.
  static absl::StatusOr<std::unique_ptr<AccessControl>> Create(
      const AccessFlags& flags, const apiservice::ReviewTransport& authentication,
      const apiservice::ReviewTransport& authorization, spdlog::logger& log);

  apiservice::AuthenticationConfig& config() { return config_; }
  const apiservice::UnionAuthenticator& authenticator() const { return *authenticator_; }
  apiservice::Authorizer& authorizer() { return *authorizer_; }
  // The files to look at again and again.
  std::vector<std::unique_ptr<apiservice::WatchedFiles>>& files() { return files_; }
  // Whether the cluster's ConfigMap says anything that is wanted.
  bool LooksUp() const;

 private:
  AccessControl(const AccessFlags& flags, const apiservice::ReviewTransport& authentication,
                spdlog::logger& log);
  absl::Status ReadFiles(const AccessFlags& flags, spdlog::logger& log);

  apiservice::AuthenticationConfig config_;
  apiservice::TokenReviewAuthenticator token_reviews_;
  apiservice::CachedTokenAuthenticator tokens_;
  std::unique_ptr<apiservice::UnionAuthenticator> authenticator_;
  std::unique_ptr<apiservice::UnionAuthorizer> authorizer_;
  std::vector<std::unique_ptr<apiservice::WatchedFiles>> files_;
};

}  // namespace kubegauge::server
