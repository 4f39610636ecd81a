#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace kubegauge::apiservice {

// The parameters of a path in the form of OpenAPI 2.0, by name: those in braces in the path itself
// and the query options (list_options.h), of which a list has more.
nlohmann::json ParametersOf(std::string_view path, bool is_list);

}  // namespace kubegauge::apiservice
