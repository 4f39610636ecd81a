#pragma once

#include <string>
#include <string_view>

namespace kubegauge::kube {

// Texts in double quotes as Go's error messages show them, for messages that must equal upstream's.

// strconv.Quote, the verb %q. Of the code points outside ASCII, spaces, controls, format characters
// and private use are escaped; Go also escapes those that Unicode has not assigned.
std::string GoQuote(std::string_view text);

// The quoting of package time, which escapes controls and all that is not ASCII bytewise.
std::string GoTimeQuote(std::string_view text);

}  // namespace kubegauge::kube
