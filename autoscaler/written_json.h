#pragma once

#include <string>
#include <string_view>

#include "autoscaler/go_json_reader.h"

namespace kubegauge::autoscaler {

// JSON with its numbers as somebody wrote them: Go reads quantities from the text ("1e3", "1.50"),
// and names it where it does not fit. A number that nlohmann::json would write in another way is a
// binary value that holds its text here; GoJsonReader reads such values.

// `text` is a number of JSON.
Json WrittenNumber(std::string_view text);

bool IsNumber(const Json& json);
// As it was written; `json` is a number.
std::string NumberText(const Json& json);

// The same with numbers only, for what is not read as Go does.
Json WithPlainNumbers(Json json);

// Parses a text, with all members that an object has twice; discarded where it is no JSON, or more
// than 256 levels deep.
Json ParseWrittenJson(std::string_view text);

}  // namespace kubegauge::autoscaler
