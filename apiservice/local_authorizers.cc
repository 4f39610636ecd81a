#include "apiservice/local_authorizers.h"

#include <fmt/format.h>

#include <algorithm>

#include "kube/go_quote.h"

namespace kubegauge::apiservice {
namespace {

// What authorizers have said of one request.
class Decisions {
 public:
  // Whether that allows the request.
  bool Add(Authorization decision) {
    if (!decision.ok()) {
      error_ = decision.status();
      return false;
    }
    if (decision->allowed) {
      decision_ = *std::move(decision);
      return true;
    }
    if (!decision->reason.empty()) {
      if (!decision_.reason.empty()) decision_.reason.push_back('\n');
      decision_.reason.append(decision->reason);
    }
    return false;
  }

  Authorization Take() {
    if (!decision_.allowed && !error_.ok()) return error_;
    return std::move(decision_);
  }

 private:
  AuthorizationDecision decision_;
  absl::Status error_;
};

std::string_view WithoutSlash(std::string_view path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  return path;
}

}  // namespace

boost::asio::awaitable<Authorization> UnionAuthorizer::Authorize(const UserInfo& user,
                                                                 const RequestInfo& info) {
  Decisions decisions;
  for (const auto& authorizer : authorizers_) {
    if (decisions.Add(co_await authorizer->Authorize(user, info))) break;
  }
  co_return decisions.Take();
}

std::optional<Authorization> UnionAuthorizer::AuthorizeAtOnce(const UserInfo& user,
                                                              const RequestInfo& info) {
  Decisions decisions;
  for (const auto& authorizer : authorizers_) {
    std::optional<Authorization> decision = authorizer->AuthorizeAtOnce(user, info);
    if (!decision) return std::nullopt;
    if (decisions.Add(*std::move(decision))) break;
  }
  return decisions.Take();
}

Authorization PrivilegedGroupAuthorizer::AuthorizeLocally(const UserInfo& user,
                                                          const RequestInfo&) {
  return AuthorizationDecision{.allowed = user.InGroup(group_), .reason = {}};
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

Authorization PathAuthorizer::AuthorizeLocally(const UserInfo&, const RequestInfo& info) {
  return AuthorizationDecision{.allowed = !info.is_resource_request && Allows(info.path),
                               .reason = {}};
}

}  // namespace kubegauge::apiservice
