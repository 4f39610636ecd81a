#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace kubegauge::apiservice {

// RFC 4648. The decoders are strict: other characters, missing padding or bits behind the last byte
// are InvalidArgument, and the message does not repeat the text, which may be a secret.

std::string EncodeBase64(std::string_view bytes);
// With padding, as Kubernetes writes the data of Secrets and CA bundles.
absl::StatusOr<std::string> DecodeBase64(std::string_view text);
// The alphabet for URLs, without padding.
absl::StatusOr<std::string> DecodeBase64Url(std::string_view text);

}  // namespace kubegauge::apiservice
