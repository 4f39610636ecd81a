#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace kubegauge::apiservice {

// Strict decoders of RFC 4648, where Abseil's pass over white space and bits behind the last byte:
// those, other characters and missing padding are InvalidArgument, and the message does not repeat
// the text, which may be a secret.

// With padding, as Kubernetes writes the data of Secrets and CA bundles.
absl::StatusOr<std::string> DecodeBase64(std::string_view text);
// The alphabet for URLs, without padding.
absl::StatusOr<std::string> DecodeBase64Url(std::string_view text);

}  // namespace kubegauge::apiservice
