#pragma once

#include <string_view>

namespace kubegauge::server {

// The types of the objects that the standalone API keeps, as Schema::Parse reads them.
std::string_view PodSchemaText();     // metadata and pod templates
std::string_view ObjectSchemaText();  // the resources themselves

}  // namespace kubegauge::server
