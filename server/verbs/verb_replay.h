#pragma once

#include "server/replay/options.h"

namespace kubegauge::server {

// `kubegauge replay`: decides what a file recorded again. Gives the process's exit code: failure
// for a file that cannot be replayed, and for differences that were looked for and found.
int RunReplay(const ReplayOptions& options);

}  // namespace kubegauge::server
