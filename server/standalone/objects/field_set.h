#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "server/standalone/core_objects.h"
#include "server/standalone/objects/schema.h"

namespace kubegauge::server {

// A field of an object, as managed fields name it: "f:spec", "f:containers", `k:{"name":"a"}`,
// `v:"x"`.
using FieldPath = std::vector<std::string>;
using FieldSet = std::set<FieldPath>;

// The fields that one owner each may have, with their values: scalars, atomic lists and maps, and
// the elements of keyed lists and sets. Not those that identify the object. With `kOptional`
// holders also the lists and maps of fields that an object may be without.
enum class Holders { kNone, kOptional };
std::map<FieldPath, Json> FieldsOf(const SchemaStruct& structure, const Json& object,
                                   Holders holders = Holders::kNone);

// The nested form in metadata.managedFields[].fieldsV1, and back.
Json FieldsV1(const FieldSet& fields);
FieldSet ParseFieldsV1(const Json& fields);

// ".spec.containers[name=\"a\"].image", as conflicts name a field.
std::string FieldText(const FieldPath& path);

// `object` with what `applied` says: objects by their members, keyed lists by their keys, sets by
// union, everything else replaced.
Json MergeApplied(const SchemaStruct& structure, Json object, const Json& applied);

// Takes a field out, and what was only there to hold it. The keys of a list's element go with it
// only.
void RemoveField(const FieldPath& path, Json& object);

}  // namespace kubegauge::server
