#include "apiservice/token_review_authenticator.h"

#include <utility>

#include "apiservice/json_members.h"
#include "apiservice/json_text.h"

namespace kubegauge::apiservice {
namespace {

constexpr const char* kPath = "/apis/authentication.k8s.io/v1/tokenreviews";

UserInfo UserOfReview(const nlohmann::json& reviewed) {
  UserInfo user{.name = StringMember(reviewed, "username"),
                .uid = StringMember(reviewed, "uid"),
                .groups = StringsMember(reviewed, "groups"),
                .extra = {}};
  const nlohmann::json& extra = ObjectMember(reviewed, "extra");
  for (const auto& item : extra.items()) {
    user.extra.emplace_back(item.key(), StringsMember(extra, item.key().c_str()));
  }
  return user;
}

// An API server that cannot read a request may repeat it in its answer.
std::string WithoutToken(std::string message, std::string_view token) {
  if (message.find(token) == std::string::npos) return message;
  return "the API server's message repeats the token, so it is not shown";
}

}  // namespace

std::string TokenReviewJson(std::string_view token) {
  std::string json(R"({"kind":"TokenReview","apiVersion":"authentication.k8s.io/v1",)"
                   R"("metadata":{"creationTimestamp":null},"spec":{"token":)");
  AppendJsonString(token, json);
  json.append(R"(},"status":{"user":{}}})");
  return json;
}

boost::asio::awaitable<absl::StatusOr<std::optional<UserInfo>>>
TokenReviewAuthenticator::AuthenticateToken(std::string token) {
  const absl::StatusOr<nlohmann::json> status =
      co_await PostReview(transport_, kPath, TokenReviewJson(token), kReviewTimeout);
  if (!status.ok()) {
    const std::string message = WithoutToken(std::string(status.status().message()), token);
    log_.Write(spdlog::level::err, "Cannot ask the API server whose a bearer token is", message);
    co_return absl::Status(status.status().code(), message);
  }
  if (!BoolMember(*status, "authenticated")) {
    const std::string error = StringMember(*status, "error");
    if (error.empty()) co_return std::nullopt;
    co_return absl::UnauthenticatedError(WithoutToken(error, token));
  }
  co_return UserOfReview(ObjectMember(*status, "user"));
}

}  // namespace kubegauge::apiservice
