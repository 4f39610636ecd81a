#pragma once

#include <string_view>

#include "server/standalone/core_objects.h"

namespace kubegauge::server {

// `/api`: which versions of the core group there are, and where. `server_address` as "host:port".
Json ApiVersionsJson(std::string_view server_address);

// `/api/v1`: the resources of the core group.
Json CoreResourceListJson();

// The version of kubegauge in the form that a node reports of its kubelet.
std::string_view NodeAgentVersion();

}  // namespace kubegauge::server
