#include "scraper/kubelet_client.h"

#include <fmt/format.h>

#include <boost/beast/core/string.hpp>
#include <utility>

namespace kubegauge::scraper {

using boost::asio::awaitable;

namespace {

constexpr int kMostRedirections = 10;

bool IsRedirection(unsigned status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// Where a redirection leads to when it stays with the server that gave it.
std::optional<std::string> PathOnSameServer(std::string_view location, bool is_tls,
                                            std::string_view authority) {
  const std::string origin = fmt::format("{}://{}", is_tls ? "https" : "http", authority);
  if (boost::beast::iequals(location.substr(0, origin.size()), origin)) {
    location.remove_prefix(origin.size());
  }
  const bool is_path = location.starts_with('/') && !location.starts_with("//");
  if (!is_path) return std::nullopt;
  return std::string(location.substr(0, location.find('#')));
}

bool SameTls(const kube::Credentials& a, const kube::Credentials& b) {
  return a.authority == b.authority && a.client_certificate == b.client_certificate &&
         a.client_key == b.client_key;
}

}  // namespace

awaitable<absl::StatusOr<KubeletAccess::Grant>> KubeletAccess::Get() {
  if (credentials_ == nullptr) co_return Grant();
  absl::StatusOr<kube::CredentialsPtr> now = co_await credentials_->Get();
  if (!now.ok()) co_return now.status();
  if (last_.credentials == *now) co_return last_;
  Grant grant{.credentials = *std::move(now), .trust = last_.trust};
  if (last_.credentials == nullptr || !SameTls(*last_.credentials, *grant.credentials)) {
    auto trust = KubeletTrust::Create(*grant.credentials, options_.insecure_tls);
    if (trust.ok()) {
      grant.trust = *std::move(trust);
    } else if (last_.trust == nullptr) {
      co_return trust.status();
    } else {
      log_.error("New certificates for kubelets cannot be used error=\"{}\"",
                 std::string(trust.status().message()));
    }
  }
  last_ = grant;
  co_return grant;
}

void KubeletAccess::Refuse(const Grant& grant) {
  if (credentials_ != nullptr) credentials_->Refuse(grant.credentials);
}

awaitable<absl::StatusOr<ExchangeAnswer>> KubeletClient::Get(const KubeletTarget& target,
                                                             std::string_view path,
                                                             LeaseBuffers lease_buffers,
                                                             std::optional<ExchangeLimits> limits) {
  cancelled_ = false;
  const absl::StatusOr<KubeletAccess::Grant> grant = co_await access_.Get();
  if (!grant.ok()) co_return grant.status();
  // While there was no connection yet that could be.
  if (cancelled_) co_return absl::CancelledError("the scrape was cancelled");
  if (!limits) limits = access_.options().limits;
  std::string redirected_to;
  for (int redirections = 0; redirections <= kMostRedirections; ++redirections) {
    absl::StatusOr<ExchangeAnswer> answer =
        co_await Ask(target, *grant, path, lease_buffers, *limits);
    if (!answer.ok() || !IsRedirection(answer->status)) co_return answer;
    std::optional<std::string> next =
        PathOnSameServer(answer->location, grant->trust != nullptr, AuthorityOf(target));
    if (!next) co_return answer;
    redirected_to = *std::move(next);
    path = redirected_to;
  }
  co_return absl::FailedPreconditionError(
      fmt::format("stopped after {} redirects, the last one to {}", kMostRedirections, path));
}

awaitable<absl::StatusOr<ExchangeAnswer>> KubeletClient::Ask(const KubeletTarget& target,
                                                             const KubeletAccess::Grant& grant,
                                                             std::string_view path,
                                                             LeaseBuffers lease_buffers,
                                                             const ExchangeLimits& limits) {
  const std::string authority = AuthorityOf(target);
  const absl::StatusOr<std::string> request = GetRequestText(
      authority, path, access_.options().user_agent,
      grant.credentials == nullptr ? std::string_view() : grant.credentials->authorization);
  if (!request.ok()) co_return request.status();
  if (trust_ != grant.trust || authority_ != authority) connection_.Close();
  for (;;) {
    const bool was_kept = connection_.IsOpen();
    if (!was_kept) {
      absl::Status opened = co_await connection_.Open(target, grant.trust);
      if (!opened.ok()) co_return opened;
      trust_ = grant.trust;
      authority_ = authority;
    }
    absl::StatusOr<ExchangeAnswer> answer =
        co_await Exchange(connection_, *request, limits, lease_buffers);
    if (!answer.ok() || !answer->keep_alive) connection_.Close();
    if (answer.ok() && answer->status == 401) access_.Refuse(grant);
    if (was_kept && absl::IsAborted(answer.status())) continue;
    co_return answer;
  }
}

}  // namespace kubegauge::scraper
