#pragma once

#include "server/validate/options.h"

namespace kubegauge::server {

// `kubegauge validate`: answers to HPAs as an API server would, gives the process's exit code: 1
// where one is refused or cannot be read.
int RunValidate(const ValidateOptions& options);

}  // namespace kubegauge::server
