#include <sys/resource.h>

#include <cstdio>
#include <span>
#include <variant>

#include "kube/environment.h"
#include "server/cli/command_line.h"
#include "server/heap.h"
#include "server/verbs/verb_agent.h"
#include "server/verbs/verb_autoscaler.h"
#include "server/verbs/verb_explain.h"
#include "server/verbs/verb_replay.h"
#include "server/verbs/verb_server.h"
#include "server/verbs/verb_standalone.h"
#include "server/verbs/verb_validate.h"

namespace kubegauge::server {
namespace {

// Each connection and each cgroup is a descriptor, and many systems start programs with room for
// 1024.
void RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

struct Execute {
  int operator()(const PrintText& text) const {
    std::fputs(text.text.c_str(), stdout);
    return kExitOk;
  }
  int operator()(const UsageError& usage) const {
    std::fprintf(stderr, "%s\n", usage.message.c_str());
    return kExitUsage;
  }
  int operator()(const ServerOptions& options) const { return RunServer(options); }
  int operator()(const AgentOptions& options) const { return RunAgent(options); }
  int operator()(const AutoscalerOptions& options) const { return RunAutoscaler(options); }
  int operator()(const ReplayOptions& options) const { return RunReplay(options); }
  int operator()(const ExplainOptions& options) const { return RunExplain(options); }
  int operator()(const ValidateOptions& options) const { return RunValidate(options); }
  int operator()(const StandaloneOptions& options) const { return RunStandalone(options); }
};

}  // namespace
}  // namespace kubegauge::server

int main(int argc, char** argv) {
  using namespace kubegauge::server;
  KeepHeapSmall();
  RaiseDescriptorLimit();
  const std::span<const char* const> arguments(argv, static_cast<size_t>(argc));
  return std::visit(Execute(),
                    ParseCommandLine(arguments.subspan(1), kubegauge::kube::ProcessEnvironment()));
}
