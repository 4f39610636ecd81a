#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kubegauge::autoscaler {

// Of an error or a name that is kept for `explain` and the log: who makes an HPA decides how long
// it is.
inline constexpr size_t kMaxKeptText = 2048;

// `text` where it has no more than `limit` bytes; else what fits of its beginning, in whole
// characters, and how much follows: "aaaa… (97952 bytes more)".
std::string Shorten(std::string_view text, size_t limit = kMaxKeptText);

}  // namespace kubegauge::autoscaler
