#pragma once

#include <spdlog/logger.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "apiservice/watched_files.h"
#include "kube/credentials.h"
#include "server/cluster/account_token.h"
#include "server/cluster/options.h"

namespace kubegauge::server {

// What the server shows to kubelets and holds them to: what it shows to the API server, but for the
// files and the service account that the flags name (wire.md C.2). Thread-safe but for files();
// keeps references.
class KubeletCredentials final : public kube::CredentialSource {
 public:
  // Reads the files. `token` takes the place of all that proves who we are to the API server; may
  // be null. An error is one line for the operator: files that hold nothing that could be used are
  // refused, now and when they change.
  static absl::StatusOr<std::unique_ptr<KubeletCredentials>> Create(const KubeletFlags& flags,
                                                                    kube::CredentialSource& api,
                                                                    AccountToken* token,
                                                                    spdlog::logger& log);

  boost::asio::awaitable<absl::StatusOr<kube::CredentialsPtr>> Get() override;
  void Refuse(const kube::CredentialsPtr& refused) override;

  // The files to look at again and again.
  std::vector<std::unique_ptr<apiservice::WatchedFiles>>& files() { return files_; }

 private:
  // Replaces what is not empty.
  struct Overrides {
    std::string authority;
    std::string client_certificate;
    std::string client_key;
  };

  using Authorization = std::shared_ptr<const std::string>;

  KubeletCredentials(kube::CredentialSource& api, AccountToken* token) : api_(api), token_(token) {}
  absl::Status ReadFiles(const KubeletFlags& flags, spdlog::logger& log);
  kube::CredentialsPtr Merge(const kube::CredentialsPtr& api, const Authorization& authorization);

  kube::CredentialSource& api_;
  AccountToken* const token_;
  std::vector<std::unique_ptr<apiservice::WatchedFiles>> files_;
  std::mutex mutex_;  // of what follows
  Overrides overrides_;
  // What merged_ was made of.
  kube::CredentialsPtr from_api_;
  Authorization from_token_;
  kube::CredentialsPtr merged_;
};

}  // namespace kubegauge::server
