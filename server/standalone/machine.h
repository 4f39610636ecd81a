#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "server/standalone/inventory.h"

namespace kubegauge::server {

// A node name made of a host name: lower case, and only what Kubernetes lets a node be called.
std::string NodeNameOfHost(std::string_view host_name);

// The machine whose /proc, /sys and /etc lie under `root`, as a node. `node_name` is empty for the
// host name. An error when the machine's memory or processors cannot be read: the node would be
// nonsense.
absl::StatusOr<NodeRecord> DescribeMachine(const std::filesystem::path& root,
                                           std::string_view node_name);

}  // namespace kubegauge::server
