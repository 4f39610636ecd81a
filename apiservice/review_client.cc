#include "apiservice/review_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "apiservice/object_client.h"
#include "kube/retry_after.h"
#include "kube/retrying_api_client.h"

namespace kubegauge::apiservice {
namespace {

using kube::ApiRequest;
using kube::ApiResponse;

constexpr int64_t kNsPerMs = 1'000'000;

// As client-go repeats within one attempt.
constexpr int kMaxRepeats = 10;

// How long an overloaded API server asks to be left alone.
std::optional<std::chrono::nanoseconds> AskedToWait(const absl::StatusOr<ApiResponse>& response) {
  if (!response.ok()) return std::nullopt;
  const unsigned status = response->head.status;
  if (status != 429 && status / 100 != 5) return std::nullopt;
  return kube::RetryAfter(response->head);
}

// Lets attempts at the same thing take a time all together, the waits that the API server asks for
// among it. An error after that time is kUnavailable, which is not worth another attempt.
class PatientClient final : public kube::ApiClient {
 public:
  PatientClient(const ReviewTransport& transport, std::chrono::nanoseconds patience)
      : transport_(transport), deadline_ns_(transport.clock.MonotonicNs() + patience.count()) {}

  boost::asio::awaitable<absl::StatusOr<ApiResponse>> Send(ApiRequest request) override {
    const std::chrono::milliseconds timeout = request.timeout;
    for (int repeats = 0;; ++repeats) {
      if (LeftNs() < kNsPerMs) co_return absl::UnavailableError("no answer in time");
      request.timeout = std::min(timeout, std::chrono::milliseconds(LeftNs() / kNsPerMs));
      absl::StatusOr<ApiResponse> response = co_await transport_.client.Send(request);
      if (!response.ok() && LeftNs() <= 0) {
        co_return absl::UnavailableError(std::string(response.status().message()));
      }
      const std::optional<std::chrono::nanoseconds> wait = AskedToWait(response);
      if (!wait || repeats == kMaxRepeats || wait->count() >= LeftNs()) co_return response;
      co_await transport_.sleeper.SleepFor(*wait);
    }
  }
  boost::asio::awaitable<absl::StatusOr<std::unique_ptr<kube::ApiStream>>> Open(
      ApiRequest request) override {
    return transport_.client.Open(std::move(request));
  }

 private:
  int64_t LeftNs() const { return deadline_ns_ - transport_.clock.MonotonicNs(); }

  const ReviewTransport& transport_;
  const int64_t deadline_ns_;
};

}  // namespace

boost::asio::awaitable<absl::StatusOr<nlohmann::json>> PostReview(const ReviewTransport& transport,
                                                                  std::string path,
                                                                  std::string body,
                                                                  std::chrono::seconds patience) {
  PatientClient client(transport, patience);
  ApiRequest request;
  request.method = "POST";
  request.target = path;
  request.content_type = "application/json";
  request.accept = "application/json, */*";
  request.body = std::move(body);
  request.timeout = kReviewTimeout;
  const absl::StatusOr<ApiResponse> response = co_await kube::SendWithBackoff(
      client, std::move(request), kube::kReviewBackoff, transport.sleeper, transport.random);
  if (!response.ok()) {
    co_return absl::UnavailableError(
        fmt::format("Post \"{}\": {}", path, std::string(response.status().message())));
  }
  if (response->head.status / 100 != 2) co_return absl::UnavailableError(FailureMessage(*response));
  nlohmann::json answer = nlohmann::json::parse(response->body, nullptr, false);
  if (!answer.is_object() || !answer.contains("status") || !answer["status"].is_object()) {
    co_return absl::UnavailableError(
        fmt::format("the answer to {} is not a review in JSON: is the address "
                    "in the kubeconfig "
                    "that of an API server?",
                    path));
  }
  co_return std::move(answer["status"]);
}

}  // namespace kubegauge::apiservice
