#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "kube/encoded_object.h"

namespace kubegauge::kube {

// What is read of the Status that an API server answers failures with (wire.md A.12, G.7).
struct ApiStatus {
  int32_t code = 0;  // as in HTTP
  std::string reason;
  std::string message;
  int32_t retry_after_seconds = 0;
  // The server does not know yet of the resource version that was asked for.
  bool resource_version_too_large = false;
};

// Error: kInvalidArgument, also for one that is larger than any that says something: its tree would
// take many times its size.
absl::StatusOr<ApiStatus> DecodeApiStatus(const EncodedObject& object);

// From a response that is no success. One whose body is no Status, such as a proxy's page, gives
// its HTTP code and the beginning of its text as message.
ApiStatus ReadErrorResponse(unsigned http_status, std::string_view content_type,
                            std::string_view body);

}  // namespace kubegauge::kube
