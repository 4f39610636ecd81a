#pragma once

#include <string_view>

namespace kubegauge::apiservice {

// Whether go-yaml, and so upstream, writes the key `a` of a mapping before `b`: letters stand
// behind everything else, and digits count as numbers, so that `cpu2` comes before `cpu10`. Not
// transitive where digits and letters meet: `2` < `10` < `1b` < `2`.
bool YamlKeyLess(std::string_view a, std::string_view b);

}  // namespace kubegauge::apiservice
