#include "apiservice/include_object.h"

#include <fmt/format.h>

#include <string>

#include "apiservice/request_info.h"
#include "kube/go_quote.h"

namespace kubegauge::apiservice {

std::optional<Status> ParseIncludeObject(std::string_view query, IncludeObject& include) {
  const std::string text = QueryValue(query, "includeObject");
  if (text.empty() || text == "Metadata") {
    include = IncludeObject::kMetadata;
  } else if (text == "Object") {
    include = IncludeObject::kObject;
  } else if (text == "None") {
    include = IncludeObject::kNone;
  } else {
    return BadRequest(
        fmt::format("Unable to convert to Table as requested: includeObject: Invalid value: "
                    "{}: must be 'Metadata', 'Object', 'None', or empty",
                    kube::GoQuote(text)));
  }
  return std::nullopt;
}

}  // namespace kubegauge::apiservice
