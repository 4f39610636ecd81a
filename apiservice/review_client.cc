#include "apiservice/review_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "apiservice/object_client.h"
#include "kube/retrying_api_client.h"

namespace kubegauge::apiservice {
namespace {

using kube::ApiRequest;
using kube::ApiResponse;

// Lets attempts at the same thing take a time all together. An error after that time is
// kUnavailable, which is not worth another attempt.
class PatientClient final : public kube::ApiClient {
 public:
  PatientClient(kube::ApiClient& next, const kube::Clock& clock, std::chrono::nanoseconds patience)
      : next_(next), clock_(clock), deadline_ns_(clock.MonotonicNs() + patience.count()) {}

  boost::asio::awaitable<absl::StatusOr<ApiResponse>> Send(ApiRequest request) override {
    const int64_t left_ms = (deadline_ns_ - clock_.MonotonicNs()) / 1'000'000;
    if (left_ms <= 0) co_return absl::UnavailableError("no answer in time");
    request.timeout = std::min(request.timeout, std::chrono::milliseconds(left_ms));
    absl::StatusOr<ApiResponse> response = co_await next_.Send(std::move(request));
    if (!response.ok() && clock_.MonotonicNs() >= deadline_ns_) {
      co_return absl::UnavailableError(std::string(response.status().message()));
    }
    co_return response;
  }
  boost::asio::awaitable<absl::StatusOr<std::unique_ptr<kube::ApiStream>>> Open(
      ApiRequest request) override {
    return next_.Open(std::move(request));
  }

 private:
  kube::ApiClient& next_;
  const kube::Clock& clock_;
  const int64_t deadline_ns_;
};

}  // namespace

boost::asio::awaitable<absl::StatusOr<nlohmann::json>> PostReview(const ReviewTransport& transport,
                                                                  std::string path,
                                                                  std::string body,
                                                                  std::chrono::seconds patience) {
  PatientClient client(transport.client, transport.clock, patience);
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
        fmt::format("the answer to {} is not a review in JSON: is the address in the kubeconfig "
                    "that of an API server?",
                    path));
  }
  co_return std::move(answer["status"]);
}

}  // namespace kubegauge::apiservice
