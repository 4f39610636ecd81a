#include "apiservice/access_review_authorizer.h"

#include <utility>

#include "apiservice/access_review_json.h"
#include "apiservice/json_members.h"

namespace kubegauge::apiservice {
namespace {

constexpr const char* kPath = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
// No request waits longer.
constexpr std::chrono::seconds kPatience{60};

size_t AttributeBytes(const RequestInfo& info) {
  return info.namespace_name.size() + info.verb.size() + info.api_group.size() +
         info.api_version.size() + info.resource.size() + info.subresource.size() +
         info.name.size() + info.path.size();
}

}  // namespace

std::optional<Authorization> AccessReviewAuthorizer::AuthorizeAtOnce(const UserInfo& user,
                                                                     const RequestInfo& info) {
  const auto known = cache_.Find(digest_.Of(AccessReviewSpecJson(user, info)));
  if (known == nullptr) return std::nullopt;
  return Decide(*known);
}

boost::asio::awaitable<Authorization> AccessReviewAuthorizer::Authorize(const UserInfo& user,
                                                                        const RequestInfo& info) {
  std::string spec = AccessReviewSpecJson(user, info);
  const KeyedDigest::Value key = digest_.Of(spec);
  if (const auto known = cache_.Find(key)) co_return Decide(*known);
  const bool may_keep = AttributeBytes(info) < kMaxCachedAttributeBytes;
  const size_t bytes = spec.size();
  const auto ask = [this, key, spec = std::move(spec), may_keep] {
    return Ask(key, spec, may_keep);
  };
  const SingleFlight<Answer>::Result answer = co_await flights_.Do(key, bytes, ask);
  if (!answer.ok()) co_return answer.status();
  co_return Decide(**answer);
}

boost::asio::awaitable<SingleFlight<AccessReviewAuthorizer::Answer>::Result>
AccessReviewAuthorizer::Ask(KeyedDigest::Value key, std::string spec, bool may_keep) {
  // Another flight may have landed between our look into the cache and the start of this one.
  if (auto known = cache_.Find(key)) co_return known;
  const absl::StatusOr<nlohmann::json> status =
      co_await PostReview(transport_, kPath, AccessReviewJson(spec), kPatience);
  if (!status.ok()) {
    log_.error("Cannot ask the API server what a user may do error=\"{}\"",
               std::string(status.status().message()));
    co_return status.status();
  }
  auto answer = std::make_shared<const Answer>(Answer{.allowed = BoolMember(*status, "allowed"),
                                                      .denied = BoolMember(*status, "denied"),
                                                      .reason = StringMember(*status, "reason")});
  if (may_keep) {
    cache_.Insert(key, answer, answer->allowed ? ttls_.allowed_ns : ttls_.not_allowed_ns);
  }
  co_return answer;
}

Authorization AccessReviewAuthorizer::Decide(const Answer& answer) {
  if (answer.allowed && answer.denied) {
    return absl::InternalError(
        "webhook subject access review returned both allow and deny response");
  }
  return AuthorizationDecision{.allowed = answer.allowed, .reason = answer.reason};
}

}  // namespace kubegauge::apiservice
