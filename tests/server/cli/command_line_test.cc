#include "server/cli/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace kubegauge::server {
namespace {

using ::testing::HasSubstr;

Command Parse(std::vector<const char*> arguments,
              const kube::Environment& environment = {{"HOME", "/home/me"}}) {
  return ParseCommandLine(arguments, environment);
}

std::string UsageOf(std::vector<const char*> arguments,
                    const kube::Environment& environment = {{"HOME", "/h"}}) {
  const Command command = Parse(std::move(arguments), environment);
  const auto* error = std::get_if<UsageError>(&command);
  return error == nullptr ? "" : error->message;
}

TEST(CommandLine, HasDefaults) {
  const auto options = std::get<StandaloneOptions>(Parse({"standalone"}));
  EXPECT_EQ(options.state_dir, "/home/me/.local/state/kubegauge");
  EXPECT_EQ(options.bind_ip, "127.0.0.1");
  EXPECT_EQ(options.secure_port, 6443);
  EXPECT_EQ(options.metric_resolution_ns, 1'000'000'000);
  EXPECT_EQ(options.root, "/");
  EXPECT_EQ(options.node_name, "");
  EXPECT_EQ(options.log.format, LogFormat::kText);
  EXPECT_EQ(options.log.verbosity, 0);
}

TEST(CommandLine, TakesEveryOption) {
  const auto options = std::get<StandaloneOptions>(
      Parse({"standalone", "--state-dir=/s", "--bind-address", "::1", "--secure-port", "0",
             "--metric-resolution=1m30s", "--root", "/host", "--node-name", "box-1.example",
             "--simulated-load-dir=/loads", "--simulated-start-delay=250ms", "--log-format=json",
             "--v=4"}));
  EXPECT_EQ(options.state_dir, "/s");
  EXPECT_EQ(options.bind_ip, "::1");
  EXPECT_EQ(options.secure_port, 0);
  EXPECT_EQ(options.metric_resolution_ns, 90'000'000'000);
  EXPECT_EQ(options.root, "/host");
  EXPECT_EQ(options.node_name, "box-1.example");
  EXPECT_EQ(options.simulated_load_dir, "/loads");
  EXPECT_EQ(options.simulated_start_delay_ns, 250'000'000);
  EXPECT_EQ(options.log.format, LogFormat::kJson);
  EXPECT_EQ(options.log.verbosity, 4);
  EXPECT_EQ(std::get<StandaloneOptions>(Parse({"standalone", "-v", "6"})).log.verbosity, 6);
}

TEST(CommandLine, FindsTheStateDirectory) {
  const auto state_dir = [](const kube::Environment& environment) {
    return std::get<StandaloneOptions>(Parse({"standalone"}, environment)).state_dir;
  };
  EXPECT_EQ(state_dir({{"STATE_DIRECTORY", "/var/lib/kubegauge"}, {"HOME", "/h"}}),
            "/var/lib/kubegauge");
  EXPECT_EQ(state_dir({{"STATE_DIRECTORY", "/a:/b"}}), "/a");
  EXPECT_EQ(state_dir({{"XDG_STATE_HOME", "/x"}, {"HOME", "/h"}}), "/x/kubegauge");
  EXPECT_EQ(state_dir({{"STATE_DIRECTORY", ""}, {"XDG_STATE_HOME", ""}, {"HOME", "/h"}}),
            "/h/.local/state/kubegauge");
  EXPECT_EQ(UsageOf({"standalone"}, {}),
            "kubegauge: no state directory: set --state-dir; see kubegauge standalone --help");
}

TEST(CommandLine, SaysInOneLineWhatIsWrong) {
  const struct {
    std::vector<const char*> arguments;
    const char* message;
  } kCases[] = {
      {{}, "A subcommand is required"},
      {{"serve"}, "unknown command \"serve\""},
      {{"standalone", "--no-such-flag"}, "--no-such-flag"},
      {{"standalone", "extra"}, "extra"},
      {{"standalone", "--secure-port"}, "--secure-port"},
      {{"standalone", "--secure-port=65536"}, "65536"},
      {{"standalone", "--secure-port=-1"}, "-1"},
      {{"standalone", "--secure-port=abc"}, "abc"},
      {{"standalone", "--bind-address=localhost"}, R"("localhost" is not an IP address)"},
      {{"standalone", "--metric-resolution=1"}, R"(missing unit in duration "1")"},
      {{"standalone", "--metric-resolution=99ms"}, "99ms is not between 100ms and 1h"},
      {{"standalone", "--metric-resolution=61m"}, "61m is not between 100ms and 1h"},
      {{"standalone", "--node-name=Box"}, R"("Box" is not a DNS name in lower case)"},
      {{"standalone", "--simulated-start-delay=-1s"}, "-1s is not between 0s and 1h"},
      {{"standalone", "--node-name=-box"}, "is not a DNS name"},
      {{"standalone", "--node-name=box-.a"}, "is not a DNS name"},
      {{"standalone", "--node-name=box..a"}, "is not a DNS name"},
      {{"standalone", "--log-format=xml"}, "xml"},
      {{"standalone", "--v=11"}, "11"},
  };
  for (const auto& [arguments, message] : kCases) {
    const std::string usage = UsageOf(arguments);
    EXPECT_THAT(usage, ::testing::StartsWith("kubegauge: ")) << message;
    EXPECT_THAT(usage, HasSubstr(message));
    EXPECT_THAT(usage, ::testing::EndsWith("--help"));
    EXPECT_EQ(usage.find('\n'), std::string::npos) << usage;
  }
}

TEST(CommandLine, PrintsHelpAndVersion) {
  const auto text = [](std::vector<const char*> arguments) {
    return std::get<PrintText>(Parse(std::move(arguments))).text;
  };
  EXPECT_EQ(text({"version"}), "kubegauge " KUBEGAUGE_VERSION "\n");
  EXPECT_EQ(text({"--version"}), text({"version"}));
  EXPECT_THAT(text({"--help"}), HasSubstr("standalone"));
  const std::string help = text({"standalone", "--help"});
  for (const char* option :
       {"--state-dir", "--bind-address", "--secure-port", "--metric-resolution", "--root",
        "--node-name", "--log-format", "--v"}) {
    EXPECT_THAT(help, HasSubstr(option));
  }
}

}  // namespace
}  // namespace kubegauge::server
