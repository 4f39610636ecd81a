#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "server/standalone/core_objects.h"
#include "server/standalone/objects/schema.h"

namespace kubegauge::server {

// A Kubernetes protobuf body as JSON, with its kind and apiVersion. Texts and lists that are empty
// are left out, as protobuf does not tell them from absent ones. InvalidArgument for what is none,
// Unimplemented for a field that this API does not know in protobuf: it has to come as JSON.
absl::StatusOr<Json> ReadProtobufObject(const SchemaStruct& structure, std::string_view body);

}  // namespace kubegauge::server
