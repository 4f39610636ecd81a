#pragma once

#include "autoscaler/go_json_reader.h"

namespace kubegauge::autoscaler {

// Reads a metav1.ObjectMeta as the API server's decoder does: gives its known fields, of the right
// types, in the order in which Go writes them. What is null or of a wrong type is left out.
Json ReadObjectMeta(GoJsonReader& reader, const Json& json);

}  // namespace kubegauge::autoscaler
