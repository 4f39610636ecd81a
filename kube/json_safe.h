#pragma once

#include <algorithm>
#include <string_view>

namespace kubegauge::kube {

// Whether every byte may stand in a JSON string as it is, as Go writes them.
inline bool IsJsonSafe(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&';
  });
}

}  // namespace kubegauge::kube
