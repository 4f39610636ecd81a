#include "apiservice/authentication.h"

#include <fmt/format.h>

#include <algorithm>

namespace kubegauge::apiservice {
namespace {

constexpr std::string_view kAnonymous = "system:anonymous";
constexpr std::string_view kAuthenticated = "system:authenticated";
constexpr std::string_view kUnauthenticated = "system:unauthenticated";

UserInfo WithAuthenticatedGroup(UserInfo user) {
  if (user.name != kAnonymous && !user.InGroup(kAuthenticated) && !user.InGroup(kUnauthenticated)) {
    user.groups.emplace_back(kAuthenticated);
  }
  return user;
}

}  // namespace

bool UserInfo::InGroup(std::string_view group) const {
  return std::find(groups.begin(), groups.end(), group) != groups.end();
}

UnionAuthenticator::UnionAuthenticator(std::vector<std::unique_ptr<Authenticator>> authenticators)
    : authenticators_(std::move(authenticators)) {}

boost::asio::awaitable<absl::StatusOr<UserInfo>> UnionAuthenticator::Authenticate(
    const Request& request) const {
  std::string errors;
  for (const auto& authenticator : authenticators_) {
    absl::StatusOr<std::optional<UserInfo>> user = co_await authenticator->Authenticate(request);
    if (!user.ok()) {
      errors.append(
          fmt::format("{}{}", errors.empty() ? "" : "; ", std::string(user.status().message())));
    } else if (user->has_value()) {
      co_return WithAuthenticatedGroup(**std::move(user));
    }
  }
  if (!errors.empty()) co_return absl::UnauthenticatedError(errors);
  co_return UserInfo{.name = std::string(kAnonymous),
                     .uid = {},
                     .groups = {std::string(kUnauthenticated)},
                     .extra = {}};
}

}  // namespace kubegauge::apiservice
