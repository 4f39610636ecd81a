#pragma once

#include <string_view>

namespace kubegauge::kube {

// Whether `text` may stand in an HTTP header field: it holds no control characters, so cannot end
// the field either.
bool IsHeaderText(std::string_view text);

}  // namespace kubegauge::kube
