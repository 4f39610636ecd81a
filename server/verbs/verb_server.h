#pragma once

#include "server/cluster/options.h"

namespace kubegauge::server {

// `kubegauge server`: runs until a signal ends it. Gives the process's exit code.
int RunServer(const ServerOptions& options);

}  // namespace kubegauge::server
