#include "server/explain/explanation.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "kube/api_error.h"
#include "kube/path_segment.h"

namespace kubegauge::server {
namespace {

namespace asio = boost::asio;

constexpr int kTries = 20;
constexpr std::chrono::milliseconds kWait{250};
constexpr unsigned kNotFound = 404;
constexpr unsigned kServiceUnavailable = 503;

kube::ApiRequest RequestOf(const ExplainOptions& options) {
  kube::ApiRequest request;
  request.target = fmt::format(
      "/apis/explain.kubegauge.io/v1/namespaces/{}/horizontalpodautoscalers/{}{}",
      kube::EncodePathSegment(options.namespace_name), kube::EncodePathSegment(options.hpa),
      options.output == "text" ? "?format=text" : "");
  request.accept = "application/json, text/plain";
  return request;
}

absl::Status ErrorOf(const kube::ApiResponse& response, const ExplainOptions& options) {
  const absl::Status error = kube::ApiErrorOf(response, {.group = "explain.kubegauge.io",
                                                         .resource = "horizontalpodautoscalers",
                                                         .name = options.hpa});
  const std::string message(error.message());
  if (response.head.status != kNotFound) return error;
  if (message.find("could not find the requested resource") != message.npos) {
    return absl::NotFoundError(
        "this API server has no explanations: run `kubegauge autoscaler` and apply its APIService "
        "v1.explain.kubegauge.io");
  }
  return absl::NotFoundError(
      fmt::format("nothing was decided yet for {}/{}: see `kubectl get hpa -n {} {}`, and wait for "
                  "one sync period",
                  options.namespace_name, options.hpa, options.namespace_name, options.hpa));
}

}  // namespace

asio::awaitable<absl::StatusOr<std::string>> FetchExplanation(kube::ApiClient& client,
                                                              kube::Sleeper& sleeper,
                                                              const ExplainOptions& options) {
  for (int tries = 1;; ++tries) {
    kube::ApiRequest request = RequestOf(options);
    auto response = co_await client.Send(std::move(request));
    if (!response.ok()) co_return response.status();
    if (kube::IsSuccess(*response)) co_return std::move(response->body);
    if (response->head.status != kServiceUnavailable || tries == kTries) {
      co_return ErrorOf(*response, options);
    }
    co_await sleeper.SleepFor(kWait);
  }
}

}  // namespace kubegauge::server
