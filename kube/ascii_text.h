#pragma once

#include <string>
#include <string_view>

namespace kubegauge::kube {

// What is done to text that is ASCII where it matters, whatever the locale; other bytes stay as
// they are. Abseil has the same, but takes a std::string_view for neither.

// Letters in lower case.
std::string AsciiLower(std::string_view text);

// Without the white space around it, as Go's strings.TrimSpace of ASCII: blanks, tabs, line ends,
// vertical tabs and form feeds.
std::string_view TrimAsciiSpace(std::string_view text);

}  // namespace kubegauge::kube
