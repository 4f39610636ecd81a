#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/standalone/core_objects.h"
#include "server/standalone/objects/schema.h"

namespace kubegauge::server {

// What kube-apiserver's decoder would say of an object.
struct DecodeFaults {
  std::vector<std::string> unknown_fields;  // their paths: "spec.template.spec.containers[0].foo"
  // The first value of a wrong type, in Go's words; the object cannot be read then.
  std::optional<std::string> mismatch = std::nullopt;
};

// The object as a Go client would read and write it again: known fields only, in their order, nulls
// left out, quantities and times in their normal text.
Json DecodeObject(const SchemaStruct& structure, const Json& object, DecodeFaults& faults);

}  // namespace kubegauge::server
