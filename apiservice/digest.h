#pragma once

#include <string>
#include <string_view>

namespace kubegauge::apiservice {

// The SHA-512 of a text as 128 upper-case hexadecimal digits, which documents have as their ETag.
std::string Sha512Hex(std::string_view text);

}  // namespace kubegauge::apiservice
