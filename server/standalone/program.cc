#include "server/standalone/program.h"

#include <fmt/format.h>

#include <csignal>
#include <utility>

#include "kube/time_units.h"
#include "server/background.h"
#include "server/host_port.h"
#include "server/shutdown.h"
#include "server/standalone/kubeconfig.h"
#include "server/standalone/machine.h"
#include "server/standalone/pod_records.h"

namespace kubegauge::server {
namespace {

constexpr int kStandaloneThreads = 2;
constexpr char kKubeconfigName[] = "kubeconfig";

std::shared_ptr<const Inventory> FirstInventory(NodeRecord node, const kube::Clock& clock) {
  const auto unix_time = static_cast<uint64_t>(clock.WallNs() / kube::kNsPerSecond);
  return NextInventory(nullptr, std::move(node), {}, unix_time);
}

// Every name under which clients on this machine or beside it may reach the server.
apiservice::ServingIdentity ServingIdentityOf(const NodeRecord& node, const std::string& bind_ip) {
  apiservice::ServingIdentity identity{
      .common_name = "kubegauge", .dns_names = {"localhost"}, .ip_addresses = {"127.0.0.1", "::1"}};
  if (node.hostname != "localhost") identity.dns_names.push_back(node.hostname);
  const bool unspecified = bind_ip == "0.0.0.0" || bind_ip == "::";
  const std::string& address = unspecified ? node.internal_ip : bind_ip;
  if (!address.empty() && address != "127.0.0.1" && address != "::1") {
    identity.ip_addresses.push_back(address);
  }
  return identity;
}

}  // namespace

std::string CommandsToTry(const std::filesystem::path& kubeconfig) {
  return fmt::format(
      "kubectl --kubeconfig {0} top node\n"
      "kubectl --kubeconfig {0} top pod -A\n"
      "kubectl --kubeconfig {0} top pod -A --containers --sum --sort-by=cpu\n",
      kubeconfig.native());
}

StandaloneProgram::StandaloneProgram(const StandaloneOptions& options, StateDir state,
                                     NodeRecord node, std::unique_ptr<cgroup::NodeReader> reader,
                                     const kube::Clock& clock, spdlog::logger& log)
    : options_(options),
      clock_(clock),
      log_(log),
      state_(std::move(state)),
      kubeconfig_(state_.PathOf(kKubeconfigName)),
      inventory_(FirstInventory(std::move(node), clock)),
      snapshot_(scraper::EmptySnapshot()),
      objects_(inventory_.Get()->resource_version),
      mirror_(objects_, clock),
      simulation_(objects_, clock, random_, {.start_delay_ns = options.simulated_start_delay_ns}),
      simulated_(objects_, options.simulated_load_dir, clock, log),
      source_(std::move(reader), clock, log),
      collector_(
          {.source = source_,
           .list_pods =
               [this] { return PodRecordsOf(source_.reading(), inventory_.Get()->node.name); },
           .inventory = inventory_,
           .show_inventory = [this](const Inventory& inventory) { mirror_.Show(inventory); },
           .simulated = &simulated_,
           .snapshot = snapshot_,
           .health = health_,
           .clock = clock,
           .log = log},
          options.metric_resolution_ns),
      serving_(kStandaloneThreads),
      signals_(serving_.first(), SIGINT, SIGTERM) {
  mirror_.Show(*inventory_.Get());
}

StandaloneProgram::~StandaloneProgram() = default;

absl::StatusOr<std::unique_ptr<StandaloneProgram>> StandaloneProgram::Create(
    const StandaloneOptions& options, const kube::Clock& clock, spdlog::logger& log) {
  absl::StatusOr<NodeRecord> node = DescribeMachine(options.root, options.node_name);
  if (!node.ok()) return node.status();
  absl::StatusOr<std::unique_ptr<cgroup::NodeReader>> reader = cgroup::NodeReader::Open(
      {.root = options.root.native()}, [&clock] { return clock.WallNs(); });
  if (!reader.ok()) return reader.status();
  absl::StatusOr<StateDir> state = StateDir::Open(options.state_dir);
  if (!state.ok()) return state.status();
  const absl::StatusOr<StandaloneCredentials> credentials =
      LoadOrMakeCredentials(*state, ServingIdentityOf(*node, options.bind_ip), clock.WallNs());
  if (!credentials.ok()) return credentials.status();

  std::unique_ptr<StandaloneProgram> program(new StandaloneProgram(
      options, *std::move(state), *std::move(node), *std::move(reader), clock, log));
  if (absl::Status status = program->Listen(*credentials); !status.ok()) return status;
  if (absl::Status status = program->WriteKubeconfig(*credentials); !status.ok()) return status;
  if (!credentials->made_files.empty()) {
    log.info("Made credentials directory=\"{}\" files={}", program->state_.path().native(),
             fmt::join(credentials->made_files, ","));
  }
  return program;
}

absl::Status StandaloneProgram::Listen(const StandaloneCredentials& credentials) {
  absl::StatusOr<std::shared_ptr<const TlsContext>> tls =
      TlsContext::FromPem({.certificate_chain = credentials.serving.certificate,
                           .private_key = credentials.serving.private_key,
                           .client_authorities = credentials.authority.certificate});
  if (!tls.ok()) return tls.status();
  tls_ = std::make_unique<ServingTls>(*std::move(tls));
  auto listener = HttpsListener::Bind(serving_.executors(),
                                      {.ip = options_.bind_ip, .port = options_.secure_port}, *tls_,
                                      entrance_, ListenerLimits(), clock_, log_);
  if (!listener.ok()) return listener.status();
  listener_ = *std::move(listener);

  if (options_.runs_autoscaler) {
    auto scaling = StandaloneScaling::Create(
        options_.autoscaler, LocalUrl(options_.bind_ip, listener_->bound_port()), credentials,
        {.snapshot = snapshot_, .clock = clock_, .random = random_, .log = log_});
    if (!scaling.ok()) return scaling.status();
    scaling_ = *std::move(scaling);
  }
  auto api =
      StandaloneApi::Create({.objects = objects_,
                             .random = random_,
                             .sleeper = sleeper_,
                             .snapshot = snapshot_,
                             .health = health_,
                             .clock = clock_,
                             .decisions = scaling_ ? &scaling_->decisions() : nullptr,
                             .resolution_ns = options_.metric_resolution_ns},
                            credentials, HostPort(options_.bind_ip, listener_->bound_port()), log_);
  if (!api.ok()) return api.status();
  api_ = *std::move(api);
  entrance_.Set(*api_);
  return absl::OkStatus();
}

absl::Status StandaloneProgram::WriteKubeconfig(const StandaloneCredentials& credentials) const {
  return state_.Write(
      kKubeconfigName,
      KubeconfigText({.server_url = LocalUrl(options_.bind_ip, listener_->bound_port()),
                      .ca_certificate = credentials.authority.certificate,
                      .client_certificate = credentials.admin.certificate,
                      .client_key = credentials.admin.private_key,
                      .token = credentials.token}));
}

void StandaloneProgram::Run(const std::function<void()>& on_serving) {
  RunInBackground(collecting_.get_executor(), collector_.Run());
  RunInBackground(collecting_.get_executor(), simulation_.Run(sleeper_));
  RunInBackground(serving_.first().get_executor(), ServeToTheEnd());
  listener_->Start();
  if (scaling_ != nullptr) {
    scaling_->Start();
    RunInBackground(serving_.first().get_executor(), StopScaling());
  }
  log_.info("Serving address=\"{}\" node={} metric_resolution_ms={}",
            HostPort(options_.bind_ip, listener_->bound_port()), inventory_.Get()->node.name,
            options_.metric_resolution_ns / 1'000'000);
  on_serving();
  serving_.Run();
  collecting_.stop();
  collecting_.join();
  log_.info("Stopped");
}

boost::asio::awaitable<void> StandaloneProgram::StopScaling() {
  boost::asio::signal_set signals(serving_.first(), SIGINT, SIGTERM);
  boost::system::error_code ignored;
  co_await signals.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
  // Never destroyed: its tasks that wait refer to its parts until the process ends.
  scaling_.release()->Stop();
}

boost::asio::awaitable<void> StandaloneProgram::ServeToTheEnd() {
  co_await ServeUntilSignal(signals_, *listener_, health_, ShutdownTimes(), log_);
  serving_.Stop();
}

}  // namespace kubegauge::server
