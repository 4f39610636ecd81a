#include "kube/retrying_api_client.h"

#include <chrono>
#include <optional>
#include <utility>

#include "kube/retry_after.h"

namespace kubegauge::kube {
namespace {

namespace asio = boost::asio;

constexpr int kMaxRepeats = 10;
constexpr std::chrono::seconds kWaitAfterLostConnection{1};
// Who asks has to know that a server wants to be left alone for longer.
constexpr std::chrono::minutes kLongestWait{1};

const ApiResponseHead& HeadOf(const ApiResponse& response) { return response.head; }
const ApiResponseHead& HeadOf(const std::unique_ptr<ApiStream>& stream) { return stream->head(); }

// How long to wait before the request is repeated; nullopt when it is not.
template <class Answer>
std::optional<std::chrono::nanoseconds> WaitToRepeat(const absl::StatusOr<Answer>& answer,
                                                     const ApiRequest& request) {
  if (!answer.ok()) {
    const bool repeatable = request.method == "GET" || request.method == "HEAD";
    if (!repeatable || !absl::IsAborted(answer.status())) return std::nullopt;
    return kWaitAfterLostConnection;
  }
  const ApiResponseHead& head = HeadOf(*answer);
  if (head.status != 429 && head.status / 100 != 5) return std::nullopt;
  const std::optional<std::chrono::seconds> asked = RetryAfter(head);
  if (!asked || *asked > kLongestWait) return std::nullopt;
  return asked;
}

// `attempt` makes one of them.
template <class Answer, class Attempt>
asio::awaitable<absl::StatusOr<Answer>> Repeat(ApiRequest request, Sleeper& sleeper,
                                               Attempt attempt) {
  for (int repeats = 0;; ++repeats) {
    std::optional<std::chrono::nanoseconds> wait;
    {
      absl::StatusOr<Answer> answer = co_await attempt(request);
      if (repeats == kMaxRepeats) co_return answer;
      wait = WaitToRepeat(answer, request);
      if (!wait) co_return answer;
    }  // a stream ends before the wait, not after it
    co_await sleeper.SleepFor(*wait);
  }
}

bool IsPassingFailure(const absl::StatusOr<ApiResponse>& answer) {
  if (!answer.ok()) {
    return absl::IsAborted(answer.status()) || absl::IsDeadlineExceeded(answer.status());
  }
  const unsigned status = answer->head.status;
  return status == 429 || status == 500 || status == 504 ||
         (status >= 300 && RetryAfter(answer->head).has_value());
}

}  // namespace

asio::awaitable<absl::StatusOr<ApiResponse>> RetryingApiClient::Send(ApiRequest request) {
  return Repeat<ApiResponse>(std::move(request), sleeper_,
                             [this](const ApiRequest& again) { return next_.Send(again); });
}

asio::awaitable<absl::StatusOr<std::unique_ptr<ApiStream>>> RetryingApiClient::Open(
    ApiRequest request) {
  return Repeat<std::unique_ptr<ApiStream>>(
      std::move(request), sleeper_, [this](const ApiRequest& again) { return next_.Open(again); });
}

asio::awaitable<absl::StatusOr<ApiResponse>> SendWithBackoff(ApiClient& client, ApiRequest request,
                                                             BackoffPolicy policy, Sleeper& sleeper,
                                                             RandomSource& random) {
  Backoff backoff(policy, random);
  while (true) {
    absl::StatusOr<ApiResponse> answer = co_await client.Send(request);
    if (!IsPassingFailure(answer) || !backoff.MayRetry()) co_return answer;
    co_await sleeper.SleepFor(backoff.Next());
  }
}

}  // namespace kubegauge::kube
