#include "kube/watch_failure.h"

#include <fmt/format.h>

#include "kube/retry_after.h"

namespace kubegauge::kube {
namespace {

bool IsExpired(const ApiStatus& status) {
  return status.code == 410 || status.reason == "Expired" || status.reason == "Gone" ||
         status.message.find("too old resource version") != std::string::npos;
}

WatchFailureKind KindOf(const ApiStatus& status) {
  if (IsExpired(status)) return WatchFailureKind::kExpired;
  if (status.resource_version_too_large) return WatchFailureKind::kVersionTooLarge;
  if (status.code == 401) return WatchFailureKind::kUnauthorized;
  if (status.code == 403) return WatchFailureKind::kForbidden;
  if (status.code == 404) return WatchFailureKind::kNotFound;
  if (status.code == 429 || status.code >= 500) return WatchFailureKind::kUnavailable;
  return WatchFailureKind::kRejected;
}

}  // namespace

WatchFailure FailureOfConnection(const absl::Status& error) {
  return {.kind = WatchFailureKind::kConnection, .message = std::string(error.message())};
}

WatchFailure FailureOfBody(const absl::Status& error) {
  return {.kind = WatchFailureKind::kMalformed, .message = std::string(error.message())};
}

WatchFailure FailureOfStatus(const ApiStatus& status) {
  WatchFailure failure{.kind = KindOf(status),
                       .message = fmt::format("the API server answered {} {}: {}", status.code,
                                              status.reason, status.message)};
  if (status.retry_after_seconds > 0) {
    failure.retry_after = std::chrono::seconds(status.retry_after_seconds);
  }
  return failure;
}

WatchFailure FailureOfResponse(const ApiResponseHead& head, std::string_view body) {
  WatchFailure failure =
      FailureOfStatus(ReadErrorResponse(head.status, head.Find("content-type"), body));
  if (const auto retry_after = RetryAfter(head)) failure.retry_after = retry_after;
  return failure;
}

}  // namespace kubegauge::kube
