#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace kubegauge::apiservice {

// `Mon, 02 Jan 2006 15:04:05 GMT`, of seconds since the Unix epoch.
std::string FormatHttpDate(int64_t unix_seconds);

// The same the other way round; nullopt for other text.
std::optional<int64_t> ParseHttpDate(const std::string& text);

}  // namespace kubegauge::apiservice
