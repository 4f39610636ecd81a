#include "server/verbs/verb_standalone.h"

#include <cstdio>
#include <memory>

#include "kube/clock.h"
#include "server/standalone/program.h"
#include "server/verbs/run_verb.h"

namespace kubegauge::server {

int RunStandalone(const StandaloneOptions& options) {
  return RunVerb(options.log, [&](spdlog::logger& log) {
    const kube::SystemClock clock;
    const auto program = StandaloneProgram::Create(options, clock, log);
    if (!program.ok()) return program.status();
    (*program)->Run([&] {
      std::fputs(CommandsToTry((*program)->kubeconfig()).c_str(), stdout);
      std::fflush(stdout);
    });
    return absl::OkStatus();
  });
}

}  // namespace kubegauge::server
