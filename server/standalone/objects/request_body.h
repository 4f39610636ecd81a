#pragma once

#include <string>
#include <vector>

#include "apiservice/handler.h"
#include "server/standalone/core_objects.h"
#include "server/standalone/objects/or_status.h"
#include "server/standalone/objects/patches.h"
#include "server/standalone/objects/schema.h"

namespace kubegauge::server {

// The media type of a request's body, without its parameters.
std::string MediaTypeOf(const apiservice::Request& request);

struct RequestBody {
  Json json;
  // Keys that a map has twice, of YAML: `line 6: key "a" already set in map`.
  std::vector<std::string> repeats = {};
};

// The body of a write by its Content-Type: JSON, YAML, or protobuf of `structure`; an object, with
// all of its members, those that JSON has twice too. The 400 or 415 of one that cannot be read.
OrStatus<RequestBody> ReadBody(const apiservice::Request& request, const SchemaStruct& structure);

// The body of a PATCH.
OrStatus<Json> ReadPatch(const apiservice::Request& request, PatchKind kind);

}  // namespace kubegauge::server
