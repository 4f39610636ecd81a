#include "server/verb_standalone.h"

#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>

#include "kube/clock.h"
#include "server/cli/command_line.h"
#include "server/logging.h"
#include "server/standalone/program.h"

namespace kubegauge::server {
namespace {

int Fail(const std::string& reason) {
  std::fprintf(stderr, "kubegauge: %s\n", reason.c_str());
  return kExitFailure;
}

// Each connection is a descriptor, and many systems start programs with room for 1024.
void RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int Run(const StandaloneOptions& options, spdlog::logger& log) {
  const kube::SystemClock clock;
  const auto program = StandaloneProgram::Create(options, clock, log);
  if (!program.ok()) return Fail(std::string(program.status().message()));
  (*program)->Run([&] {
    std::fputs(CommandsToTry((*program)->kubeconfig()).c_str(), stdout);
    std::fflush(stdout);
  });
  return kExitOk;
}

}  // namespace

int RunStandalone(const StandaloneOptions& options) {
  // A reader of our output that has gone away is no reason to stop serving.
  std::signal(SIGPIPE, SIG_IGN);
  RaiseDescriptorLimit();
  const std::shared_ptr<spdlog::logger> log = MakeLogger(options.log, stderr);
  try {
    return Run(options, *log);
  } catch (const std::exception& error) {
    return Fail(error.what());
  }
}

}  // namespace kubegauge::server
