#pragma once

#include <ostream>

#include "absl/status/statusor.h"
#include "server/replay/options.h"

namespace kubegauge::server::replay {

// Decides every step of the file again and prints one line of JSON for each, or with `check` a line
// for each difference and a summary. Scenarios are independent; within one, the status written and
// the history carry over from step to step. Reads line by line, holding one at a time. Notes, a
// line each, say of an HPA which of the API's rules it breaks; it is replayed all the same.
//
// Gives whether all was as expected. An error, with "FILE:LINE: " in front, ends the replay; what
// was decided of the lines before is printed, and nothing of the line that is broken.
absl::StatusOr<bool> Replay(const ReplayOptions& options, std::ostream& out, std::ostream& notes);

}  // namespace kubegauge::server::replay
