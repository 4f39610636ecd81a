#include "apiservice/authentication.h"

#include <fmt/format.h>

#include <algorithm>

namespace kubegauge::apiservice {
namespace {

SharedUser WithAuthenticatedGroup(SharedUser user) {
  if (user->InGroup(kAuthenticatedGroup) || user->InGroup(kUnauthenticatedGroup) ||
      user->is_anonymous()) {
    return user;
  }
  auto member = std::make_shared<UserInfo>(*user);
  member->groups.emplace_back(kAuthenticatedGroup);
  return member;
}

// What authenticators have said of one request.
class Outcomes {
 public:
  // Whether the user is known by that.
  bool Add(SharedAuthentication outcome) {
    if (!outcome.ok()) {
      errors_.append(fmt::format("{}{}", errors_.empty() ? "" : "; ",
                                 std::string(outcome.status().message())));
      return false;
    }
    user_ = *std::move(outcome);
    return user_ != nullptr;
  }

  // Never null.
  SharedAuthentication Take() {
    if (user_ != nullptr) return WithAuthenticatedGroup(std::move(user_));
    if (!errors_.empty()) return absl::UnauthenticatedError(errors_);
    return std::make_shared<const UserInfo>(UserInfo{.name = std::string(kAnonymousUser),
                                                     .uid = {},
                                                     .groups = {std::string(kUnauthenticatedGroup)},
                                                     .extra = {}});
  }

 private:
  SharedUser user_;
  std::string errors_;
};

}  // namespace

bool UserInfo::InGroup(std::string_view group) const {
  return std::find(groups.begin(), groups.end(), group) != groups.end();
}

SharedAuthentication Shared(Authentication authentication) {
  if (!authentication.ok()) return authentication.status();
  if (!authentication->has_value()) return nullptr;
  return std::make_shared<const UserInfo>(**std::move(authentication));
}

UnionAuthenticator::UnionAuthenticator(std::vector<std::unique_ptr<Authenticator>> authenticators)
    : authenticators_(std::move(authenticators)) {}

boost::asio::awaitable<absl::StatusOr<UserInfo>> UnionAuthenticator::Authenticate(
    const Request& request) const {
  Outcomes outcomes;
  for (const auto& authenticator : authenticators_) {
    if (outcomes.Add(Shared(co_await authenticator->Authenticate(request)))) break;
  }
  const SharedAuthentication user = outcomes.Take();
  if (!user.ok()) co_return user.status();
  co_return **user;
}

std::optional<SharedAuthentication> UnionAuthenticator::AuthenticateAtOnce(
    const Request& request) const {
  Outcomes outcomes;
  for (const auto& authenticator : authenticators_) {
    std::optional<SharedAuthentication> outcome = authenticator->AuthenticateAtOnce(request);
    if (!outcome) return std::nullopt;
    if (outcomes.Add(*std::move(outcome))) break;
  }
  return outcomes.Take();
}

}  // namespace kubegauge::apiservice
