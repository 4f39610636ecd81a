#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "kube/api_client.h"

namespace kubegauge::kube {

// What a request was about, for the messages that client-go makes up itself. `group` and `name` may
// be empty; without a `resource` the messages say nothing of it.
struct RequestedResource {
  std::string_view method = "GET";
  std::string_view group;
  std::string_view resource;
  std::string_view name;
};

// Whether the server did what it was asked to (client-go: 200 to 206).
bool IsSuccess(const ApiResponse& response);

// The error of a response that is no success, with exactly the text that client-go's would have:
// the message of the Status in its body, or without one client-go's own, such as "the server could
// not find the requested resource (get pods.metrics.k8s.io)". Its code goes by the HTTP status:
//   400, 422 kInvalidArgument    401 kUnauthenticated    403 kPermissionDenied
//   404 kNotFound                409 kAborted, kAlreadyExists where that is the Status' reason
//   410 kOutOfRange              429, 5xx kUnavailable   others kFailedPrecondition
absl::Status ApiErrorOf(const ApiResponse& response, const RequestedResource& requested);

}  // namespace kubegauge::kube
