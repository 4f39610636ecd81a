#include "server/cluster/account_token.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "kube/api_error.h"
#include "kube/backoff.h"
#include "kube/header_text.h"
#include "kube/json_object.h"
#include "kube/path_segment.h"
#include "kube/status_context.h"

namespace kubegauge::server {
namespace {

using boost::asio::awaitable;
using Authorization = std::shared_ptr<const std::string>;

constexpr int64_t kTokenSecondNs = 1'000'000'000;
constexpr int64_t kLifeSeconds = 3600;
constexpr int64_t kMaxLifeSeconds = 24 * 3600;
constexpr std::chrono::seconds kTokenRequestTimeout{10};
// How often it is looked whether the token is old, and whether the first one has come.
constexpr std::chrono::seconds kTokenLookInterval{10};
constexpr std::chrono::milliseconds kFirstTokenLookInterval{10};
constexpr kube::BackoffPolicy kTokenRetries{.initial = std::chrono::milliseconds(500),
                                            .factor = 2,
                                            .jitter = 0.2,
                                            .steps = 100,
                                            .cap = std::chrono::seconds(60)};
// Between two that were asked for because one was refused.
constexpr int64_t kTokenRefusalRestNs = 60 * kTokenSecondNs;

// Renewed when between 75 and 80 % of its life are over, so that replicas do not ask at once.
int64_t StaleAfterNs(int64_t life_ns, double chance) {
  return life_ns / 100 * 80 - static_cast<int64_t>(chance * static_cast<double>(life_ns / 100 * 5));
}

kube::ApiRequest TokenRequest(const ServiceAccountName& account) {
  const nlohmann::json body = {{"apiVersion", "authentication.k8s.io/v1"},
                               {"kind", "TokenRequest"},
                               {"spec", {{"expirationSeconds", kLifeSeconds}}}};
  return {.method = "POST",
          .target = fmt::format("/api/v1/namespaces/{}/serviceaccounts/{}/token",
                                kube::EncodePathSegment(account.namespace_name),
                                kube::EncodePathSegment(account.name)),
          .content_type = "application/json",
          .body = body.dump(),
          .timeout = kTokenRequestTimeout};
}

struct TokenAnswer {
  std::string token;
  int64_t life_ns;
};

// How long a token lives is told as a span as well as a time; a span needs no clock that is right.
// The errors say nothing of the text, as it may hold the token.
absl::StatusOr<TokenAnswer> ReadTokenAnswer(std::string_view text) {
  const auto answer = kube::ParseJsonObject("TokenRequest", text);
  if (!answer.ok()) return absl::FailedPreconditionError("the API server answered no JSON object");
  const std::string_view token = kube::JsonText(kube::JsonMember(*answer, "status"), "token");
  if (token.empty() || !kube::IsHeaderText(token)) {
    return absl::FailedPreconditionError("the API server answered without a token");
  }
  const nlohmann::json& told =
      kube::JsonMember(kube::JsonMember(*answer, "spec"), "expirationSeconds");
  const int64_t seconds = told.is_number_integer() ? told.get<int64_t>() : kLifeSeconds;
  return TokenAnswer{.token = std::string(token),
                     .life_ns = std::clamp<int64_t>(seconds, 1, kMaxLifeSeconds) * kTokenSecondNs};
}

}  // namespace

absl::StatusOr<ServiceAccountName> ParseServiceAccountName(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    const std::string_view namespace_name = text.substr(0, slash);
    const std::string_view name = text.substr(slash + 1);
    const bool good = kube::CheckPathSegment("namespace", namespace_name).ok() &&
                      kube::CheckPathSegment("resource name", name).ok();
    if (good && !namespace_name.empty() && !name.empty()) {
      return ServiceAccountName{std::string(namespace_name), std::string(name)};
    }
  }
  return absl::InvalidArgumentError(fmt::format("must be NAMESPACE/NAME, but is \"{}\"", text));
}

AccountToken::AccountToken(ServiceAccountName account, kube::ApiClient& client,
                           const kube::Clock& clock, kube::Sleeper& sleeper,
                           kube::RandomSource& random, spdlog::logger& log)
    : account_(std::move(account)),
      what_(fmt::format("token of the service account {}/{}", account_.namespace_name,
                        account_.name)),
      client_(client),
      clock_(clock),
      sleeper_(sleeper),
      random_(random),
      log_(log) {}

awaitable<void> AccountToken::Run() {
  for (;;) {
    if (IsDue()) co_await Renew();
    co_await sleeper_.SleepFor(kTokenLookInterval);
  }
}

bool AccountToken::IsDue() const {
  const std::lock_guard lock(mutex_);
  const int64_t now_ns = clock_.MonotonicNs();
  return grant_.authorization == nullptr || now_ns >= grant_.stale_at_ns ||
         (refused_ && now_ns - grant_.asked_at_ns >= kTokenRefusalRestNs);
}

awaitable<void> AccountToken::Renew() {
  kube::Backoff backoff(kTokenRetries, random_);
  std::string logged;
  for (;;) {
    absl::StatusOr<Grant> answer = co_await Ask();
    if (!answer.ok()) answer = kube::WithContext(answer.status(), what_);
    const absl::Status status = answer.status();
    Take(std::move(answer));
    if (status.ok()) break;
    std::string error(status.message());
    if (error != logged) {
      log_.warn("Cannot get the service account token for kubelets error=\"{}\"", error);
    }
    logged = std::move(error);
    co_await sleeper_.SleepFor(backoff.Next());
  }
  if (!logged.empty()) log_.info("Got the service account token for kubelets");
}

awaitable<absl::StatusOr<AccountToken::Grant>> AccountToken::Ask() {
  const int64_t asked_at_ns = clock_.MonotonicNs();
  kube::ApiRequest request = TokenRequest(account_);
  const absl::StatusOr<kube::ApiResponse> response = co_await client_.Send(std::move(request));
  if (!response.ok()) co_return response.status();
  if (!kube::IsSuccess(*response)) {
    co_return kube::ApiErrorOf(
        *response, {.method = "POST", .resource = "serviceaccounts", .name = account_.name});
  }
  const absl::StatusOr<TokenAnswer> answer = ReadTokenAnswer(response->body);
  if (!answer.ok()) co_return answer.status();
  co_return Grant{.authorization = std::make_shared<const std::string>("Bearer " + answer->token),
                  .asked_at_ns = asked_at_ns,
                  .stale_at_ns = asked_at_ns + StaleAfterNs(answer->life_ns, random_.Unit()),
                  .ends_at_ns = asked_at_ns + answer->life_ns};
}

void AccountToken::Take(absl::StatusOr<Grant> answer) {
  const std::lock_guard lock(mutex_);
  last_ = answer.status();
  if (!answer.ok()) return;
  grant_ = *std::move(answer);
  refused_ = false;
}

awaitable<absl::StatusOr<Authorization>> AccountToken::Get() {
  for (;;) {
    {
      const std::lock_guard lock(mutex_);
      if (clock_.MonotonicNs() < grant_.ends_at_ns) co_return grant_.authorization;
      if (!last_.ok()) co_return last_;
    }
    co_await sleeper_.SleepFor(kFirstTokenLookInterval);
  }
}

void AccountToken::Refuse(std::string_view authorization) {
  const std::lock_guard lock(mutex_);
  if (grant_.authorization != nullptr && *grant_.authorization == authorization) refused_ = true;
}

}  // namespace kubegauge::server
