#pragma once

#include <spdlog/logger.h>

#include <functional>

#include "absl/status/status.h"
#include "server/logging.h"

namespace kubegauge::server {

// Runs a verb to its end. What it returns or throws becomes one line on standard error and the
// process's exit code, which is given.
int RunVerb(const LogOptions& options, const std::function<absl::Status(spdlog::logger& log)>& run);

}  // namespace kubegauge::server
