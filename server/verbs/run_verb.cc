#include "server/verbs/run_verb.h"

#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>

#include "server/cli/command_line.h"

namespace kubegauge::server {
namespace {

int Fail(const std::string& reason) {
  std::fprintf(stderr, "kubegauge: %s\n", reason.c_str());
  return kExitFailure;
}

}  // namespace

int RunVerb(const LogOptions& options,
            const std::function<absl::Status(spdlog::logger& log)>& run) {
  // A reader of our output that has gone away is no reason to stop serving.
  std::signal(SIGPIPE, SIG_IGN);
  const std::shared_ptr<spdlog::logger> log = MakeLogger(options, stderr);
  try {
    const absl::Status status = run(*log);
    return status.ok() ? kExitOk : Fail(std::string(status.message()));
  } catch (const std::exception& error) {
    return Fail(error.what());
  }
}

}  // namespace kubegauge::server
