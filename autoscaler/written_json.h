#pragma once

#include <string>
#include <string_view>

#include "autoscaler/go_json_reader.h"

namespace kubegauge::autoscaler {

// JSON with its numbers as somebody wrote them: Go reads quantities from the text ("1e3", "1.50"),
// and names it where it does not fit. A number that nlohmann::json would write in another way is
// here a value of its type `binary` that holds the text; all others are plain. No JSON text parses
// to that type, so nothing else can be taken for such a number, and trees, copies and comparisons
// stay those of the library. Who looks at numbers of such JSON asks the functions below, or reads
// it with GoJsonReader. dump() writes them as no number: WithPlainNumbers goes before it.

// The value of a number of JSON, written as `text`.
Json WrittenNumber(std::string_view text);

// Whether it is a number, plain or as it was written.
bool IsNumber(const Json& json);
// As it was written; `json` is a number.
std::string NumberText(const Json& json);

// The same with numbers only, for what is not read as Go does.
Json WithPlainNumbers(Json json);

// Parses a text, with all members that an object has twice; discarded where it is no JSON, or more
// than 256 levels deep.
Json ParseWrittenJson(std::string_view text);

}  // namespace kubegauge::autoscaler
