#pragma once

#include <string_view>
#include <vector>

namespace kubegauge::autoscaler {

// The words that stand in `text` for each "{}" of `pattern`, such as "no {} in Pod {}", at the
// first place where all of it fits; none where it does not. A word has at least one character and
// no blank, and ends where the rest of the pattern begins, the last at a blank or the end.
// `pattern` begins with a text. The time is about that of reading `text` once, whatever stands in
// it.
std::vector<std::string_view> WordsOf(std::string_view text, std::string_view pattern);

}  // namespace kubegauge::autoscaler
