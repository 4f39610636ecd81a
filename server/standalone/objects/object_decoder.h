#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/standalone/core_objects.h"
#include "server/standalone/objects/schema.h"

namespace kubegauge::server {

// What kube-apiserver's decoder would say of an object.
struct DecodeFaults {
  // `unknown field "spec.template.spec.containers[0].foo"`, `duplicate field "spec.replicas"`, in
  // the order of the text.
  std::vector<std::string> strict_errors = {};
  // The paths of the fields among them that nobody knows.
  std::vector<std::string> unknown_fields = {};
  // The first value of a wrong type, in Go's words; the object cannot be read then.
  std::optional<std::string> mismatch = std::nullopt;
  // The same in the words of the decoder of what a strategic merge patch left.
  std::string conversion = {};
};

// The object as a Go client would read and write it again: known fields only, in their order, nulls
// left out, quantities and times in their normal text.
Json DecodeObject(const SchemaStruct& structure, const Json& object, DecodeFaults& faults);

// The object without what Go leaves out: lists and maps that are empty, zeros of fields that omit
// them, and the empty texts of its metadata.
Json WithoutEmpties(const SchemaStruct& structure, Json object);

}  // namespace kubegauge::server
