#pragma once

#include "server/explain/options.h"

namespace kubegauge::server {

// `kubegauge explain`: prints why an HPA did or did not scale, gives the process's exit code.
int RunExplain(const ExplainOptions& options);

}  // namespace kubegauge::server
