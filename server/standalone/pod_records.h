#pragma once

#include <string_view>
#include <vector>

#include "cgroup/node_reader.h"
#include "server/standalone/inventory.h"

namespace kubegauge::server {

// What a reading of this machine says of its pods, in the words of the Kubernetes API. What has no
// UID of its own, such as a systemd unit, gets one that stays the same.
std::vector<PodRecord> PodRecordsOf(const cgroup::NodeReading& reading, std::string_view node_name);

}  // namespace kubegauge::server
