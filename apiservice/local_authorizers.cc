#include "apiservice/local_authorizers.h"

#include <fmt/format.h>

#include <algorithm>

#include "kube/go_quote.h"

namespace kubegauge::apiservice {
namespace {

using Decision = absl::StatusOr<AuthorizationDecision>;

std::string_view WithoutSlash(std::string_view path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  return path;
}

}  // namespace

boost::asio::awaitable<Decision> UnionAuthorizer::Authorize(const UserInfo& user,
                                                            const RequestInfo& info) {
  absl::Status error;
  AuthorizationDecision refusal;
  for (const auto& authorizer : authorizers_) {
    Decision decision = co_await authorizer->Authorize(user, info);
    if (!decision.ok()) {
      error = decision.status();
    } else if (decision->allowed) {
      co_return decision;
    } else if (!decision->reason.empty()) {
      if (!refusal.reason.empty()) refusal.reason.push_back('\n');
      refusal.reason.append(decision->reason);
    }
  }
  if (!error.ok()) co_return error;
  co_return refusal;
}

boost::asio::awaitable<Decision> PrivilegedGroupAuthorizer::Authorize(const UserInfo& user,
                                                                      const RequestInfo&) {
  co_return AuthorizationDecision{.allowed = user.InGroup(group_), .reason = {}};
}

absl::StatusOr<std::unique_ptr<PathAuthorizer>> PathAuthorizer::Create(
    const std::vector<std::string>& paths) {
  std::unique_ptr<PathAuthorizer> authorizer(new PathAuthorizer());
  for (const std::string& entry : paths) {
    const std::string_view path = WithoutSlash(entry);
    const size_t star = path.find('*');
    if (star == std::string_view::npos) {
      authorizer->paths_.emplace(path);
    } else if (star + 1 == path.size()) {
      authorizer->prefixes_.emplace_back(path.substr(0, star));
    } else {
      return absl::InvalidArgumentError(
          fmt::format("only trailing * allowed in {}", kube::GoQuote(path)));
    }
  }
  return authorizer;
}

bool PathAuthorizer::Allows(std::string_view path) const {
  const std::string_view bare = WithoutSlash(path);
  return paths_.contains(bare) ||
         std::any_of(prefixes_.begin(), prefixes_.end(),
                     [&](const std::string& prefix) { return bare.starts_with(prefix); });
}

boost::asio::awaitable<Decision> PathAuthorizer::Authorize(const UserInfo&,
                                                           const RequestInfo& info) {
  co_return AuthorizationDecision{.allowed = !info.is_resource_request && Allows(info.path),
                                  .reason = {}};
}

}  // namespace kubegauge::apiservice
