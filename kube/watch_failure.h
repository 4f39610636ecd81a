#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "kube/api_client.h"
#include "kube/api_status.h"

namespace kubegauge::kube {

// Why a list or a watch ended, by what helps.
enum class WatchFailureKind {
  kConnection,       // there was no whole response
  kMalformed,        // the response cannot be read
  kExpired,          // the server no longer knows the resource version: list anew
  kVersionTooLarge,  // the server does not know the resource version yet: list anew
  kUnauthorized,
  kForbidden,
  kNotFound,
  kUnavailable,  // 429 and 5xx
  kRejected,     // any other status
};

struct WatchFailure {
  WatchFailureKind kind;
  std::string message;  // for the log
  std::optional<std::chrono::seconds> retry_after;
};

WatchFailure FailureOfConnection(const absl::Status& error);
WatchFailure FailureOfBody(const absl::Status& error);
// Of a response, or of an event of type ERROR.
WatchFailure FailureOfStatus(const ApiStatus& status);
// Of a response that is no success; `body` may be only the beginning of it.
WatchFailure FailureOfResponse(const ApiResponseHead& head, std::string_view body);

}  // namespace kubegauge::kube
