#pragma once

#include "server/agent/options.h"

namespace kubegauge::server {

// `kubegauge agent`: runs until a signal ends it. Gives the process's exit code.
int RunAgent(const AgentOptions& options);

}  // namespace kubegauge::server
