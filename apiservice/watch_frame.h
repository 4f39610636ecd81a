#pragma once

#include <string>
#include <string_view>

#include "apiservice/accept.h"
#include "apiservice/status.h"

namespace kubegauge::apiservice {

// Appends one event of a watch: a line of JSON, or a length and a protobuf WatchEvent (wire.md
// A.12). `object` is a whole JSON object or Kubernetes protobuf body.
void AppendWatchEvent(std::string_view type, std::string_view object, Encoding encoding,
                      std::string& out);

// The last event of a watch that cannot go on.
void AppendWatchError(const Status& status, Encoding encoding, std::string& out);

}  // namespace kubegauge::apiservice
