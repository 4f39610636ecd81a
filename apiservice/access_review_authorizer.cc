#include "apiservice/access_review_authorizer.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apiservice/access_review_json.h"
#include "apiservice/json_members.h"

namespace kubegauge::apiservice {
namespace {

constexpr const char* kPath = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
// No request waits longer.
constexpr std::chrono::seconds kPatience{60};
constexpr size_t kUsualQuestionBytes = 512;

size_t AttributeBytes(const RequestInfo& info) {
  return info.namespace_name.size() + info.verb.size() + info.api_group.size() +
         info.api_version.size() + info.resource.size() + info.subresource.size() +
         info.name.size() + info.path.size();
}

// Takes in parts of a text so that no two sequences of parts give the same text.
class PartsText {
 public:
  PartsText() { text_.reserve(kUsualQuestionBytes); }

  void Add(std::string_view part) {
    AddSize(part.size());
    text_.append(part);
  }
  void AddAll(const std::vector<std::string>& parts) {
    AddSize(parts.size());
    for (const std::string& part : parts) Add(part);
  }
  void AddSize(size_t size) { text_.append(reinterpret_cast<const char*>(&size), sizeof size); }
  std::string Take() { return std::move(text_); }

 private:
  std::string text_;
};

// All that the question depends on; costs less than the question itself. Of selectors that is their
// spelling: to parse them would cost each request more than the few more reviews and kept answers
// that others of the same meaning cost.
std::string QuestionText(const UserInfo& user, const RequestInfo& info) {
  PartsText parts;
  parts.Add(info.verb);
  parts.AddSize(info.is_resource_request ? 1 : 0);
  if (info.is_resource_request) {
    for (const std::string_view part :
         {std::string_view(info.namespace_name), std::string_view(info.api_group),
          std::string_view(info.api_version), std::string_view(info.resource),
          std::string_view(info.subresource), std::string_view(info.name),
          ReviewedSelector(info.field_selector), ReviewedSelector(info.label_selector)}) {
      parts.Add(part);
    }
  } else {
    parts.Add(info.path);
  }
  parts.Add(user.name);
  parts.Add(user.uid);
  parts.AddAll(user.groups);
  for (const auto& [key, values] : user.extra) {
    parts.Add(key);
    parts.AddAll(values);
  }
  return parts.Take();
}

}  // namespace

std::optional<Authorization> AccessReviewAuthorizer::AuthorizeAtOnce(const UserInfo& user,
                                                                     const RequestInfo& info) {
  const auto known = cache_.Find(digest_.Of(QuestionText(user, info)));
  if (known == nullptr) return std::nullopt;
  return Decide(*known);
}

boost::asio::awaitable<Authorization> AccessReviewAuthorizer::Authorize(const UserInfo& user,
                                                                        const RequestInfo& info) {
  const KeyedDigest::Value key = digest_.Of(QuestionText(user, info));
  if (const auto known = cache_.Find(key)) co_return Decide(*known);
  std::string spec = AccessReviewSpecJson(user, info);
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
    log_.Write(spdlog::level::err, "Cannot ask the API server what a user may do",
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
