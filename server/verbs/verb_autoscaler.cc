#include "server/verbs/verb_autoscaler.h"

#include "kube/clock.h"
#include "kube/environment.h"
#include "server/autoscaler/program.h"
#include "server/verbs/run_verb.h"

namespace kubegauge::server {

int RunAutoscaler(const AutoscalerOptions& options) {
  return RunVerb(options.log, [&](spdlog::logger& log) {
    const kube::SystemClock clock;
    auto program = AutoscalerProgram::Create(options, kube::ProcessEnvironment(), clock, log);
    if (!program.ok()) return program.status();
    // Never destroyed: background tasks that wait refer to its parts until the process ends.
    return program->release()->Run();
  });
}

}  // namespace kubegauge::server
