#pragma once

#include <string>
#include <string_view>

namespace kubegauge::kube {

// Whether `text` may stand in an HTTP header field: it holds no control characters, so cannot end
// the field either.
bool IsHeaderText(std::string_view text);

// Without the blanks and line ends around it.
std::string_view TrimBlanks(std::string_view text);

// ASCII letters in lower case.
std::string AsciiLower(std::string_view text);

}  // namespace kubegauge::kube
