#include "server/verbs/verb_server.h"

#include "kube/clock.h"
#include "kube/environment.h"
#include "server/cluster/program.h"
#include "server/verbs/run_verb.h"

namespace kubegauge::server {

int RunServer(const ServerOptions& options) {
  return RunVerb(options.log, [&](spdlog::logger& log) {
    const kube::SystemClock clock;
    auto program = ServerProgram::Create(options, kube::ProcessEnvironment(), clock, log);
    if (!program.ok()) return program.status();
    // Never destroyed: background tasks that wait refer to its parts until the process ends.
    return program->release()->Run();
  });
}

}  // namespace kubegauge::server
