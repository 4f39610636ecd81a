#include "server/cli/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "kube/dns_name.h"
#include "kube/go_duration.h"
#include "kube/time_units.h"
#include "server/cluster/flags.h"
#include "server/flags/flag_set.h"

namespace kubegauge::server {
namespace {

constexpr int64_t kFinestResolutionNs = 100'000'000;
constexpr int64_t kCoarsestResolutionNs = 3600 * kube::kNsPerSecond;
constexpr int64_t kMaxStartDelayNs = 3600 * kube::kNsPerSecond;
constexpr char kServerVerb[] = "server";
constexpr char kAgentVerb[] = "agent";
constexpr char kAutoscalerVerb[] = "autoscaler";
constexpr char kVersionText[] = "kubegauge " KUBEGAUGE_VERSION "\n";

// Options as text, before they are checked.
struct RawStandalone {
  std::string state_dir;
  std::string bind_address = "127.0.0.1";
  uint16_t secure_port = 6443;
  std::string metric_resolution = "1s";
  std::string root = "/";
  std::string node_name;
  std::string simulated_load_dir;
  std::string simulated_start_delay = "2s";
  bool runs_autoscaler = true;
  std::string sync_period = "5s";
  std::string downscale_stabilization = "5m0s";
  std::string log_format = "text";
  int verbosity = 0;
};

void AddStandaloneOptions(CLI::App& app, RawStandalone& raw) {
  app.add_option("--state-dir", raw.state_dir,
                 "Directory for the certificates, the token and the kubeconfig [default: "
                 "$STATE_DIRECTORY, $XDG_STATE_HOME/kubegauge, or ~/.local/state/kubegauge]");
  app.add_option("--bind-address", raw.bind_address, "IP address to listen on")
      ->capture_default_str();
  app.add_option("--secure-port", raw.secure_port, "Port to serve HTTPS on; 0 takes any free one")
      ->capture_default_str();
  app.add_option("--metric-resolution", raw.metric_resolution,
                 "How often usage is measured, as 1s, 500ms or 1m30s")
      ->capture_default_str();
  app.add_option("--root", raw.root, "Directory under which the machine's /sys and /proc are")
      ->capture_default_str();
  app.add_option("--node-name", raw.node_name, "Name of the node [default: the host name]");
  app.add_option("--simulated-load-dir", raw.simulated_load_dir,
                 "Directory of the files that Deployments name in the annotation "
                 "kubegauge.io/simulated-load=csv:FILE");
  app.add_option("--simulated-start-delay", raw.simulated_start_delay,
                 "How long after their creation the pods of Deployments are ready")
      ->capture_default_str();
  app.add_option("--autoscaler", raw.runs_autoscaler,
                 "Whether Deployments are scaled as HorizontalPodAutoscalers say")
      ->capture_default_str();
  app.add_option("--horizontal-pod-autoscaler-sync-period", raw.sync_period,
                 "How often each HorizontalPodAutoscaler is reconciled at most, unless its "
                 "annotation kubegauge.io/sync-period says otherwise")
      ->capture_default_str();
  app.add_option("--horizontal-pod-autoscaler-downscale-stabilization", raw.downscale_stabilization,
                 "How far back recommendations count: scaling down stops at the highest of them")
      ->capture_default_str();
  app.add_option("--log-format", raw.log_format, "Format of the log on standard error")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  app.add_option("-v,--v", raw.verbosity, "Log verbosity: 0 is info, 4 debug, 6 trace")
      ->check(CLI::Range(0, 10))
      ->capture_default_str();
}

std::optional<std::filesystem::path> DefaultStateDir(const kube::Environment& environment) {
  const auto get = [&](std::string_view name) { return kube::Lookup(environment, name); };
  if (const std::string_view systemd = get("STATE_DIRECTORY"); !systemd.empty()) {
    return systemd.substr(0, systemd.find(':'));  // systemd gives a list
  }
  if (const std::string_view state_home = get("XDG_STATE_HOME"); !state_home.empty()) {
    return std::filesystem::path(state_home) / "kubegauge";
  }
  if (const std::string_view home = get("HOME"); !home.empty()) {
    return std::filesystem::path(home) / ".local/state/kubegauge";
  }
  return std::nullopt;
}

void AddReplayOptions(CLI::App& app, ReplayOptions& options) {
  app.add_option(
         "FILE", options.file,
         "Recorded reconciles, one JSON object per line, plain or compressed with xz; - reads "
         "standard input")
      ->required();
  app.add_flag(
      "--check", options.check,
      "Compare the decisions with those that the file expects, and print only what differs");
  app.add_flag("--trace", options.trace, "Print with each step how it was decided, too");
}

UsageError StandaloneUsage(std::string_view what) {
  return {fmt::format("kubegauge: {}; see kubegauge standalone --help", what)};
}

std::optional<UsageError> CheckSimulation(const RawStandalone& raw, StandaloneOptions& options) {
  const absl::StatusOr<int64_t> delay_ns = kube::ParseGoDuration(raw.simulated_start_delay);
  if (!delay_ns.ok() || *delay_ns < 0 || *delay_ns > kMaxStartDelayNs) {
    return StandaloneUsage(fmt::format("--simulated-start-delay: {} is not between 0s and 1h",
                                       raw.simulated_start_delay));
  }
  options.simulated_start_delay_ns = *delay_ns;
  options.simulated_load_dir = raw.simulated_load_dir;
  return std::nullopt;
}

std::optional<UsageError> CheckScaling(const RawStandalone& raw, StandaloneOptions& options) {
  options.runs_autoscaler = raw.runs_autoscaler;
  const auto period_ns = kube::ParseGoDuration(raw.sync_period);
  if (!period_ns.ok() || *period_ns <= 0) {
    return StandaloneUsage(fmt::format(
        "--horizontal-pod-autoscaler-sync-period: {} is no positive duration", raw.sync_period));
  }
  const auto window_ns = kube::ParseGoDuration(raw.downscale_stabilization);
  if (!window_ns.ok() || *window_ns < 0) {
    return StandaloneUsage(
        fmt::format("--horizontal-pod-autoscaler-downscale-stabilization: {} is no duration",
                    raw.downscale_stabilization));
  }
  options.autoscaler.hpa.sync_period_ns = *period_ns;
  options.autoscaler.hpa.tuning.downscale_stabilization_ns = *window_ns;
  return std::nullopt;
}

Command CheckStandalone(const RawStandalone& raw, const kube::Environment& environment) {
  StandaloneOptions options;
  const std::optional<std::filesystem::path> state_dir =
      raw.state_dir.empty() ? DefaultStateDir(environment) : raw.state_dir;
  if (!state_dir) return StandaloneUsage("no state directory: set --state-dir");
  options.state_dir = *state_dir;

  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(raw.bind_address, error);
  if (error) {
    return StandaloneUsage(
        fmt::format("--bind-address: \"{}\" is not an IP address", raw.bind_address));
  }
  options.bind_ip = address.to_string();
  options.secure_port = raw.secure_port;

  const absl::StatusOr<int64_t> resolution_ns = kube::ParseGoDuration(raw.metric_resolution);
  if (!resolution_ns.ok()) {
    return StandaloneUsage(
        fmt::format("--metric-resolution: {}", std::string(resolution_ns.status().message())));
  }
  if (*resolution_ns < kFinestResolutionNs || *resolution_ns > kCoarsestResolutionNs) {
    return StandaloneUsage(
        fmt::format("--metric-resolution: {} is not between 100ms and 1h", raw.metric_resolution));
  }
  options.metric_resolution_ns = *resolution_ns;

  if (!raw.node_name.empty() && !kube::IsObjectName(raw.node_name)) {
    return StandaloneUsage(
        fmt::format("--node-name: \"{}\" is not a DNS name in lower case", raw.node_name));
  }
  options.node_name = raw.node_name;
  if (auto wrong = CheckSimulation(raw, options)) return *std::move(wrong);
  if (auto wrong = CheckScaling(raw, options)) return *std::move(wrong);
  options.root = raw.root;
  options.log = {.format = raw.log_format == "json" ? LogFormat::kJson : LogFormat::kText,
                 .verbosity = raw.verbosity};
  return options;
}

// The command line of a verb that takes the place of a Kubernetes component, in pflag's grammar and
// words. `add_flags(flags, options, show_version)`.
template <class Options, class AddFlags>
Command ParseComponent(std::string_view verb, std::string_view what_it_does,
                       std::span<const char* const> arguments, AddFlags add_flags) {
  Options options;
  bool show_version = false;
  FlagSet flags;
  add_flags(flags, options, show_version);
  const std::string usage = fmt::format("Usage:\n  kubegauge {} [flags]\n", verb);
  const auto usage_error = [&](const absl::Status& status) {
    return UsageError{fmt::format("Error: {}\n{}See kubegauge {} --help for the flags.",
                                  std::string(status.message()), usage, verb)};
  };
  const auto parsed = flags.Parse({arguments.begin(), arguments.end()});
  if (!parsed.ok()) return usage_error(parsed.status());
  if (parsed->help) return PrintText{fmt::format("{}\n\n{}{}", what_it_does, usage, flags.Help())};
  if (show_version) return PrintText{kVersionText};
  if (absl::Status status = Validate(options); !status.ok()) return usage_error(status);
  return options;
}

constexpr char kServerDoes[] = "Takes metrics-server's place in a cluster.";
constexpr char kAutoscalerDoes[] =
    "Scales workloads as their HorizontalPodAutoscalers say, in place of kube-controller-manager.";
constexpr char kExplainDoes[] = "Says why a HorizontalPodAutoscaler did or did not scale.";
constexpr char kValidateDoes[] = "Checks HPA manifests as the API server would.";
constexpr char kReplayDoes[] =
    "Replays recorded HPA reconciles and prints or checks the decisions.";
constexpr char kAgentDoes[] =
    "Serves the kubelet's metrics endpoints on a node, sampled every second.";

// The verbs that do not go by CLI11; nullopt for others.
std::optional<Command> ParseComponents(std::span<const char* const> arguments) {
  const std::string_view verb = arguments.empty() ? "" : arguments.front();
  if (verb == kServerVerb) {
    return ParseComponent<ServerOptions>(verb, kServerDoes, arguments.subspan(1), AddServerFlags);
  }
  if (verb == kAgentVerb) {
    return ParseComponent<AgentOptions>(verb, kAgentDoes, arguments.subspan(1), AddAgentFlags);
  }
  if (verb == kAutoscalerVerb) {
    return ParseComponent<AutoscalerOptions>(verb, kAutoscalerDoes, arguments.subspan(1),
                                             AddAutoscalerFlags);
  }
  return std::nullopt;
}

// The first argument where it is neither a verb nor an option: CLI11 only says that a verb is
// missing.
std::optional<std::string_view> UnknownVerb(const CLI::App& app,
                                            std::span<const char* const> arguments) {
  if (arguments.empty()) return std::nullopt;
  const std::string_view first = arguments.front();
  const auto is_first = [&](const CLI::App* verb) { return verb->get_name() == first; };
  const std::vector<const CLI::App*> verbs =
      app.get_subcommands([](const CLI::App*) { return true; });
  if (first.starts_with('-') || std::any_of(verbs.begin(), verbs.end(), is_first)) {
    return std::nullopt;
  }
  return first;
}

// The verb that stands on the command line, nullptr where there is none.
const CLI::App* GivenVerb(const CLI::App& app) {
  const std::vector<CLI::App*> given = app.get_subcommands();
  return given.empty() ? nullptr : given.front();
}

// CLI11's messages may have several lines.
std::string FirstLine(std::string text) {
  text.erase(std::min(text.find('\n'), text.size()));
  return text;
}

// Lets CLI11 read the arguments into what the verbs of `app` are bound to. What is to be printed
// where they ask for help, or for nothing that can be understood.
std::optional<Command> ParseInto(CLI::App& app, std::span<const char* const> arguments) {
  if (const auto verb = UnknownVerb(app, arguments)) {
    return UsageError{
        fmt::format("kubegauge: unknown command \"{}\"; see kubegauge --help", *verb)};
  }
  // CLI11 wants them last first.
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::CallForHelp&) {
    const CLI::App* const verb = GivenVerb(app);
    return PrintText{verb != nullptr ? verb->help("kubegauge") : app.help()};
  } catch (const CLI::CallForVersion&) {
    return PrintText{kVersionText};
  } catch (const CLI::ParseError& error) {
    const CLI::App* const verb = GivenVerb(app);
    return UsageError{fmt::format("kubegauge: {}; see kubegauge{} --help", FirstLine(error.what()),
                                  verb != nullptr ? " " + verb->get_name() : "")};
  }
  return std::nullopt;
}

Command CheckExplain(ExplainOptions options) {
  const absl::Status split = SplitName(options);
  if (split.ok()) return options;
  return UsageError{
      fmt::format("kubegauge: {}; see kubegauge explain --help", std::string(split.message()))};
}

}  // namespace

Command ParseCommandLine(std::span<const char* const> arguments,
                         const kube::Environment& environment) {
  if (std::optional<Command> command = ParseComponents(arguments)) return *std::move(command);
  RawStandalone raw;
  CLI::App app(
      "Measures and serves the CPU and memory usage of Kubernetes nodes and pods, and scales "
      "workloads by it.",
      "kubegauge");
  app.require_subcommand(1);
  app.set_version_flag("--version", kVersionText);
  CLI::App* standalone = app.add_subcommand(
      "standalone", "Serves this machine's own usage through a small Kubernetes API of its own.");
  AddStandaloneOptions(*standalone, raw);
  app.add_subcommand(kServerVerb, kServerDoes);
  app.add_subcommand(kAgentVerb, kAgentDoes);
  app.add_subcommand(kAutoscalerVerb, kAutoscalerDoes);
  ExplainOptions explain;
  CLI::App* explain_verb = app.add_subcommand("explain", kExplainDoes);
  AddExplainOptions(*explain_verb, explain);
  ValidateOptions validate;
  CLI::App* validate_verb = app.add_subcommand("validate", kValidateDoes);
  AddValidateOptions(*validate_verb, validate);
  ReplayOptions replay;
  CLI::App* replay_verb = app.add_subcommand("replay", kReplayDoes);
  AddReplayOptions(*replay_verb, replay);
  CLI::App* version = app.add_subcommand("version", "Prints the version.");

  if (std::optional<Command> command = ParseInto(app, arguments)) return *std::move(command);
  if (version->parsed()) return PrintText{kVersionText};
  if (replay_verb->parsed()) return replay;
  if (validate_verb->parsed()) return validate;
  if (explain_verb->parsed()) return CheckExplain(std::move(explain));
  return CheckStandalone(raw, environment);
}

}  // namespace kubegauge::server
