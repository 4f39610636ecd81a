#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <variant>

#include "server/cli/command_line.h"
#include "server/verb_standalone.h"

namespace {

using kubegauge::server::Command;
using kubegauge::server::PrintText;
using kubegauge::server::StandaloneOptions;
using kubegauge::server::UsageError;

std::optional<std::string> GetEnvironment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

int Execute(const Command& command) {
  if (const auto* text = std::get_if<PrintText>(&command)) {
    std::fputs(text->text.c_str(), stdout);
    return kubegauge::server::kExitOk;
  }
  if (const auto* usage = std::get_if<UsageError>(&command)) {
    std::fprintf(stderr, "%s\n", usage->message.c_str());
    return kubegauge::server::kExitUsage;
  }
  return kubegauge::server::RunStandalone(std::get<StandaloneOptions>(command));
}

}  // namespace

int main(int argc, char** argv) {
  const std::span<const char* const> arguments(argv, static_cast<size_t>(argc));
  return Execute(kubegauge::server::ParseCommandLine(arguments.subspan(1), &GetEnvironment));
}
