#pragma once

#include <optional>
#include <string_view>

#include "apiservice/status.h"

namespace kubegauge::apiservice {

// What stands in the `object` of a Table's rows.
enum class IncludeObject { kNone, kMetadata, kObject };

// Sets `include` to what the query's includeObject asks for, kMetadata where it asks for nothing. A
// Status, and no change, for another value.
std::optional<Status> ParseIncludeObject(std::string_view query, IncludeObject& include);

}  // namespace kubegauge::apiservice
