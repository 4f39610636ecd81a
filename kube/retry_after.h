#pragma once

#include <chrono>
#include <optional>

#include "kube/api_client.h"

namespace kubegauge::kube {

// How long a server asks its client to wait, by `Retry-After: <seconds>`. nullopt without such a
// field. (A date, which HTTP allows too, is not sent by API servers, nor read by client-go.)
std::optional<std::chrono::seconds> RetryAfter(const ApiResponseHead& head);

}  // namespace kubegauge::kube
