#pragma once

#include <string>
#include <string_view>

namespace kubegauge::kube {

// What Go's json.Marshal makes of `json`, which is JSON already: it can stand in HTML.
std::string EscapeJsonForHtml(std::string_view json);

// A text as json.Marshal writes it. Bytes that are not UTF-8 become U+FFFD.
std::string GoJsonQuote(std::string_view text);

}  // namespace kubegauge::kube
