#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kubegauge::server {

// Standard base64 with padding.
std::string Base64Encode(std::string_view bytes);

// The URL alphabet without padding.
std::string Base64UrlEncode(std::string_view bytes);
// nullopt for text that is not such.
std::optional<std::string> Base64UrlDecode(std::string_view text);

}  // namespace kubegauge::server
