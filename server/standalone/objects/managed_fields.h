#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "server/standalone/objects/field_set.h"
#include "server/standalone/objects/or_status.h"
#include "server/standalone/objects/schema.h"

namespace kubegauge::server {

// Who writes, as metadata.managedFields names it.
struct FieldManager {
  std::string name;
  std::string api_version;  // that the write came in
  std::string subresource;  // "status", "scale", or empty
  int64_t now_ns = 0;       // wall clock
};

// The fields of an object with their optional holders, as the clients of a version see them; none
// in a version that is not served.
using FieldsInVersion =
    std::function<std::map<FieldPath, Json>(std::string_view api_version, const Json& object)>;

// Notes in `object.metadata.managedFields` that `manager` made `object` of `old` (null for a new
// one): it owns what changed, and nobody else does any more, each in its own version. Nobody owns
// the status but who writes it as such.
void TrackUpdate(const FieldsInVersion& fields_in, const FieldManager& manager, const Json& old,
                 Json& object);

// Server-side apply: `live` (an object of that structure; may be empty) with what `applied` says,
// without what the same manager had applied before and nobody else owns. The 409 of a field that
// another manager has set to something else, unless `force`.
OrStatus<Json> ApplyConfiguration(const SchemaStruct& structure, const FieldManager& manager,
                                  const Json& live, const Json& applied, bool force);

}  // namespace kubegauge::server
