#include "server/cluster/kubelet_credentials.h"

#include <filesystem>
#include <utility>

#include "scraper/kubelet_trust.h"

namespace kubegauge::server {

using apiservice::WatchedFiles;
using Contents = std::vector<std::string>;

namespace {

// An empty file would stand for the API server's authority, which the operator did not name.
absl::Status CheckAuthority(const std::string& authority) {
  if (authority.empty()) return absl::FailedPreconditionError("the file is empty");
  return scraper::KubeletTrust::Create({.authority = authority}, /*insecure=*/false).status();
}

absl::Status CheckClientPair(const std::string& certificate, const std::string& key) {
  if (certificate.empty()) return absl::FailedPreconditionError("the certificate's file is empty");
  return scraper::KubeletTrust::Create({.client_certificate = certificate, .client_key = key},
                                       /*insecure=*/true)
      .status();
}

}  // namespace

absl::StatusOr<std::unique_ptr<KubeletCredentials>> KubeletCredentials::Create(
    const KubeletFlags& flags, kube::CredentialSource& api, AccountToken* token,
    spdlog::logger& log) {
  std::unique_ptr<KubeletCredentials> credentials(new KubeletCredentials(api, token));
  absl::Status read = credentials->ReadFiles(flags, log);
  if (!read.ok()) return read;
  return credentials;
}

absl::Status KubeletCredentials::ReadFiles(const KubeletFlags& flags, spdlog::logger& log) {
  const auto watch = [&](std::vector<std::filesystem::path> paths, auto check, auto take) {
    files_.push_back(std::make_unique<WatchedFiles>(
        std::move(paths),
        [this, check, take](const Contents& contents) {
          absl::Status checked = check(contents);
          if (!checked.ok()) return checked;
          const std::lock_guard lock(mutex_);
          take(overrides_, contents);
          merged_ = nullptr;
          return absl::OkStatus();
        },
        log));
    return files_.back()->Check();
  };
  if (!flags.certificate_authority.empty()) {
    absl::Status status = watch(
        {flags.certificate_authority},
        [](const Contents& contents) { return CheckAuthority(contents[0]); },
        [](Overrides& overrides, const Contents& contents) { overrides.authority = contents[0]; });
    if (!status.ok()) return status;
  }
  if (flags.client_certificate.empty()) return absl::OkStatus();
  return watch(
      {flags.client_certificate, flags.client_key},
      [](const Contents& contents) { return CheckClientPair(contents[0], contents[1]); },
      [](Overrides& overrides, const Contents& contents) {
        overrides.client_certificate = contents[0];
        overrides.client_key = contents[1];
      });
}

boost::asio::awaitable<absl::StatusOr<kube::CredentialsPtr>> KubeletCredentials::Get() {
  const absl::StatusOr<kube::CredentialsPtr> api = co_await api_.Get();
  if (!api.ok()) co_return api.status();
  if (token_ == nullptr) co_return Merge(*api, nullptr);
  const absl::StatusOr<Authorization> authorization = co_await token_->Get();
  if (!authorization.ok()) co_return authorization.status();
  co_return Merge(*api, *authorization);
}

kube::CredentialsPtr KubeletCredentials::Merge(const kube::CredentialsPtr& api,
                                               const Authorization& authorization) {
  const std::lock_guard lock(mutex_);
  if (merged_ != nullptr && from_api_ == api && from_token_ == authorization) return merged_;
  auto merged = std::make_shared<kube::Credentials>(*api);
  if (!overrides_.authority.empty()) merged->authority = overrides_.authority;
  if (!overrides_.client_certificate.empty()) {
    merged->client_certificate = overrides_.client_certificate;
    merged->client_key = overrides_.client_key;
  }
  if (authorization != nullptr) {
    merged->authorization = *authorization;
    merged->client_certificate.clear();
    merged->client_key.clear();
  }
  from_api_ = api;
  from_token_ = authorization;
  merged_ = std::move(merged);
  return merged_;
}

void KubeletCredentials::Refuse(const kube::CredentialsPtr& refused) {
  if (token_ != nullptr) return token_->Refuse(refused->authorization);
  kube::CredentialsPtr of_api;
  {
    const std::lock_guard lock(mutex_);
    if (refused == merged_) of_api = from_api_;
  }
  if (of_api != nullptr) api_.Refuse(of_api);
}

}  // namespace kubegauge::server
