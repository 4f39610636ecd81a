#include "apiservice/authentication.h"

#include <fmt/format.h>

#include <algorithm>

namespace kubegauge::apiservice {
namespace {

constexpr std::string_view kAuthenticated = "system:authenticated";
constexpr std::string_view kUnauthenticated = "system:unauthenticated";

UserInfo WithAuthenticatedGroup(UserInfo user) {
  if (!user.is_anonymous() && !user.InGroup(kAuthenticated) && !user.InGroup(kUnauthenticated)) {
    user.groups.emplace_back(kAuthenticated);
  }
  return user;
}

// What authenticators have said of one request.
class Outcomes {
 public:
  // Whether the user is known by that.
  bool Add(Authentication outcome) {
    if (!outcome.ok()) {
      errors_.append(fmt::format("{}{}", errors_.empty() ? "" : "; ",
                                 std::string(outcome.status().message())));
      return false;
    }
    user_ = *std::move(outcome);
    return user_.has_value();
  }

  absl::StatusOr<UserInfo> Take() {
    if (user_.has_value()) return WithAuthenticatedGroup(*std::move(user_));
    if (!errors_.empty()) return absl::UnauthenticatedError(errors_);
    return UserInfo{.name = std::string(kAnonymousUser),
                    .uid = {},
                    .groups = {std::string(kUnauthenticated)},
                    .extra = {}};
  }

 private:
  std::optional<UserInfo> user_;
  std::string errors_;
};

}  // namespace

bool UserInfo::InGroup(std::string_view group) const {
  return std::find(groups.begin(), groups.end(), group) != groups.end();
}

UnionAuthenticator::UnionAuthenticator(std::vector<std::unique_ptr<Authenticator>> authenticators)
    : authenticators_(std::move(authenticators)) {}

boost::asio::awaitable<absl::StatusOr<UserInfo>> UnionAuthenticator::Authenticate(
    const Request& request) const {
  Outcomes outcomes;
  for (const auto& authenticator : authenticators_) {
    if (outcomes.Add(co_await authenticator->Authenticate(request))) break;
  }
  co_return outcomes.Take();
}

std::optional<absl::StatusOr<UserInfo>> UnionAuthenticator::AuthenticateAtOnce(
    const Request& request) const {
  Outcomes outcomes;
  for (const auto& authenticator : authenticators_) {
    std::optional<Authentication> outcome = authenticator->AuthenticateAtOnce(request);
    if (!outcome) return std::nullopt;
    if (outcomes.Add(*std::move(outcome))) break;
  }
  return outcomes.Take();
}

}  // namespace kubegauge::apiservice
