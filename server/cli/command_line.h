#pragma once

#include <span>
#include <string>
#include <variant>

#include "kube/environment.h"
#include "server/agent/options.h"
#include "server/autoscaler/options.h"
#include "server/cluster/options.h"
#include "server/explain/options.h"
#include "server/replay/options.h"
#include "server/standalone/options.h"
#include "server/validate/options.h"

namespace kubegauge::server {

// Process exit codes.
inline constexpr int kExitOk = 0;
inline constexpr int kExitFailure = 1;
inline constexpr int kExitUsage = 2;

// The command line asked for a text: help or the version.
struct PrintText {
  std::string text;
};

// The command line cannot be understood; one line that says what is wrong and where to read more.
struct UsageError {
  std::string message;
};

using Command = std::variant<StandaloneOptions, ServerOptions, AgentOptions, AutoscalerOptions,
                             ExplainOptions, ValidateOptions, ReplayOptions, PrintText, UsageError>;

// Reads the arguments behind the program's name. Pure: prints nothing and never exits.
Command ParseCommandLine(std::span<const char* const> arguments,
                         const kube::Environment& environment);

}  // namespace kubegauge::server
