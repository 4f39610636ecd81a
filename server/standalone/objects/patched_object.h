#pragma once

#include <string>
#include <vector>

#include "server/standalone/objects/or_status.h"
#include "server/standalone/objects/patches.h"
#include "server/standalone/objects/write_target.h"

namespace kubegauge::server {

// What a patch makes of a live object, both as the target's clients see it; of any kind but an
// apply. The Status of a patch that does not fit, or that leaves what cannot be read as such an
// object; unknown fields are refused or told in `warnings`, as the client asks.
OrStatus<Json> PatchedObject(const WriteTarget& target, PatchKind kind, const Json& live,
                             const Json& patch, std::vector<std::string>& warnings);

}  // namespace kubegauge::server
