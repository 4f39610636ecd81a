#pragma once

#include "server/standalone/options.h"

namespace kubegauge::server {

// `kubegauge standalone`: runs until a signal ends it. Gives the process's exit code.
int RunStandalone(const StandaloneOptions& options);

}  // namespace kubegauge::server
