#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/strings/ascii.h"

namespace kubegauge::kube {

// What is done to text that is ASCII where it matters, whatever the locale; other bytes stay as
// they are. For std::string_view, which Abseil's own do not take where its string_view is another.

// Letters in lower case.
std::string AsciiLower(std::string_view text);

// Without the white space around it, as Go's strings.TrimSpace of ASCII: blanks, tabs, line ends,
// vertical tabs and form feeds.
std::string_view TrimAsciiSpace(std::string_view text);

// Takes the digits at the front of `text` off it.
inline std::string_view TakeDigits(std::string_view& text) {
  size_t size = 0;
  while (size < text.size() && absl::ascii_isdigit(text[size])) ++size;
  const std::string_view digits = text.substr(0, size);
  text.remove_prefix(size);
  return digits;
}

}  // namespace kubegauge::kube
