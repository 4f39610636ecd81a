#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "server/standalone/core_objects.h"
#include "server/standalone/objects/schema.h"

namespace kubegauge::server {

enum class PatchKind : uint8_t { kJson, kMerge, kStrategic, kApply };

// The three kinds of patches that say how to change an object. InvalidArgument for a patch that is
// none, FailedPrecondition for one that does not fit the object.

// RFC 6902; at most 10,000 operations, which together copy at most 3 MiB.
absl::StatusOr<Json> ApplyJsonPatch(Json object, const Json& patch);

// The object as Go writes maps; what its members hold stays in its order.
Json WithSortedMembers(const Json& object);

// RFC 7386. Objects that it goes through come out sorted.
Json ApplyMergePatch(Json object, const Json& patch);

// Kubernetes' strategic merge patch: lists of objects are merged by their keys, with the directives
// $patch (replace, delete, merge), $setElementOrder, $deleteFromPrimitiveList and $retainKeys.
absl::StatusOr<Json> ApplyStrategicPatch(const SchemaStruct& structure, Json object,
                                         const Json& patch);

}  // namespace kubegauge::server
