#pragma once

#include "server/autoscaler/options.h"

namespace kubegauge::server {

// `kubegauge autoscaler`: runs until SIGTERM or SIGINT, gives the process's exit code.
int RunAutoscaler(const AutoscalerOptions& options);

}  // namespace kubegauge::server
