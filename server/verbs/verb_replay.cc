#include "server/verbs/verb_replay.h"

#include <iostream>

#include "server/cli/command_line.h"
#include "server/replay/replay.h"

namespace kubegauge::server {

int RunReplay(const ReplayOptions& options) {
  std::ios::sync_with_stdio(false);
  const absl::StatusOr<bool> as_expected = replay::Replay(options, std::cout, std::cerr);
  if (!as_expected.ok()) {
    std::cerr << "replay: " << std::string(as_expected.status().message()) << '\n';
    return kExitFailure;
  }
  return *as_expected ? kExitOk : kExitFailure;
}

}  // namespace kubegauge::server
