#pragma once

#include <string_view>

namespace kubegauge::apiservice {

// Whether plain text would not be read as a string but as a truth value, null, a number (base 60
// ones too) or a time, by the rules of YAML 1.1 as go-yaml v2 has them.
bool YamlReadsAsOther(std::string_view text);

}  // namespace kubegauge::apiservice
