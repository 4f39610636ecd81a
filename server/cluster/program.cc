#include "server/cluster/program.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "kube/group_version.h"
#include "server/autoscaler/candidate_identity.h"
#include "server/autoscaler/election_check.h"
#include "server/autoscaler/sample_feed.h"
#include "server/background.h"
#include "server/cluster/usage_wait.h"
#include "server/host_port.h"

namespace kubegauge::server {
namespace {

std::optional<scraper::KubeletEndpoint> FixedEndpoint(const std::string& source) {
  if (source == "resource") return scraper::KubeletEndpoint::kResource;
  if (source == "summary") return scraper::KubeletEndpoint::kSummary;
  if (source == "cadvisor") return scraper::KubeletEndpoint::kCadvisor;
  return std::nullopt;
}

scraper::ClusterScraperOptions ScraperOptionsOf(const ServerOptions& options) {
  const KubeletFlags& kubelet = options.kubelet;
  return {
      .addressing = {.address_types = kubelet.preferred_address_types,
                     .port = kubelet.port,
                     .use_node_status_port = kubelet.use_node_status_port,
                     .tls = !kubelet.completely_insecure},
      .client = {.user_agent = kube::KubernetesUserAgent("kubegauge", KUBEGAUGE_VERSION, "unknown"),
                 .insecure_tls = kubelet.insecure_tls},
      .source = {.fixed = FixedEndpoint(kubelet.source)},
      .resolution_ns = options.metric_resolution_ns,
      .timeout_ns = kubelet.request_timeout_ns};
}

// Where discovery says that the server is (wire.md A.4).
std::string AdvertisedAddress(const RequestFlags& flags, uint16_t port) {
  const std::string& host =
      flags.external_hostname.empty() ? flags.advertise_address : flags.external_hostname;
  return host.empty() ? fmt::format(":{}", port) : HostPort(host, port);
}

// A server outside of any pod has no service account to ask about its clients with, but it may have
// a kubeconfig.
AccessFlags AccessOf(const ServerOptions& options, const kube::Environment& environment) {
  const bool in_pod = !kube::Lookup(environment, "KUBERNETES_SERVICE_HOST").empty();
  return in_pod ? options.access : options.access.ByDefault(options.kubeconfig);
}

bool AllPass(const HealthChecks& checks) {
  return std::ranges::all_of(checks.readyz, [](const auto& check) { return check.check().ok(); });
}

absl::StatusOr<apiservice::GateOptions> GateOptionsOf(const RequestFlags& flags) {
  auto cors = apiservice::CorsPolicy::Create(flags.cors_allowed_origins);
  if (!cors.ok()) return cors.status();
  return apiservice::GateOptions{
      .request_timeout = std::chrono::nanoseconds(flags.request_timeout_ns),
      .max_reading_requests = static_cast<size_t>(flags.max_requests_inflight),
      .max_mutating_requests = static_cast<size_t>(flags.max_mutating_requests_inflight),
      .strict_transport_security =
          fmt::format("{}", fmt::join(flags.strict_transport_security, "; ")),
      .cors = *std::move(cors)};
}

}  // namespace

ServerProgram::ServerProgram(const ServerOptions& options, std::unique_ptr<SecureFront> front,
                             const kube::Clock& clock, spdlog::logger& log)
    : options_(options),
      clock_(clock),
      log_(log),
      snapshot_(scraper::EmptySnapshot()),
      own_metrics_(snapshot_, clock, options.metric_resolution_ns),
      front_(std::move(front)) {}

absl::StatusOr<std::unique_ptr<ServerProgram>> ServerProgram::Create(const ServerOptions& options,
                                                                     kube::Environment environment,
                                                                     const kube::Clock& clock,
                                                                     spdlog::logger& log) {
  const AccessFlags access = AccessOf(options, environment);
  auto front = SecureFront::Create(
      {.kubeconfig = options.kubeconfig,
       .serving = options.serving,
       .access = access,
       .awaits_certificate = options.registration.register_apiservice,
       .shutdown_delay_ns = options.requests.shutdown_delay_ns,
       .drain_grace = std::chrono::nanoseconds(options.requests.request_timeout_ns)},
      std::move(environment), clock, log);
  if (!front.ok()) return front.status();
  std::unique_ptr<ServerProgram> program(new ServerProgram(options, *std::move(front), clock, log));
  absl::Status status = program->PrepareScraping();
  if (!status.ok()) return status;
  if (options.registration.register_apiservice) program->PrepareRegistration();
  program->own_metrics_.registry().Append(program->front_->client_metrics());
  if (options.runs_autoscaler) program->PrepareAutoscaler();
  status = program->PrepareApi();
  if (!status.ok()) return status;
  return program;
}

absl::Status ServerProgram::PrepareScraping() {
  if (!options_.kubelet.service_account.empty()) {
    auto account = ParseServiceAccountName(options_.kubelet.service_account);
    if (!account.ok()) return account.status();
    kubelet_token_ =
        std::make_unique<AccountToken>(*std::move(account), front_->api().direct_client(), clock_,
                                       front_->sleeper(), front_->random(), log_);
  }
  auto credentials = KubeletCredentials::Create(options_.kubelet, front_->api().credentials(),
                                                kubelet_token_.get(), log_);
  if (!credentials.ok()) return credentials.status();
  kubelet_credentials_ = *std::move(credentials);
  auto selector = kube::LabelSelector::Parse(options_.kubelet.node_selector);
  if (!selector.ok()) return selector.status();
  scraper_ = std::make_unique<scraper::ClusterScraper>(
      front_->working(), ScraperOptionsOf(options_),
      options_.kubelet.completely_insecure ? nullptr : kubelet_credentials_.get(), snapshot_,
      own_metrics_.scrapes(), clock_, log_);
  watch_ = std::make_unique<ClusterWatch>(
      front_->working(), front_->ReflectorEnvironmentOf(front_->api().client()),
      *std::move(selector),
      ClusterWatch::Consumers{
          .take_nodes = [this](const auto& nodes) { scraper_->SetNodes(*nodes); },
          .take_catalog = [this](const auto& catalog) { scraper_->SetCatalog(catalog); },
          .health = health_});
  return absl::OkStatus();
}

HealthChecks ServerProgram::Checks() const {
  HealthChecks checks =
      ClusterHealthChecks(health_, snapshot_, clock_, options_.metric_resolution_ns,
                          clock_.MonotonicNs() + options_.requests.livez_grace_period_ns);
  if (hpas_ != nullptr) {
    checks.healthz.push_back(ElectionCheck(*hpas_));
    checks.livez.push_back(ElectionCheck(*hpas_));
  }
  return checks;
}

void ServerProgram::PrepareRegistration() {
  const RegistrationFlags& flags = options_.registration;
  apiservice::RegistrationOptions registration{
      .service = {.namespace_name = flags.service_namespace,
                  .name = flags.service_name,
                  .port = flags.service_port},
      .secret = {.namespace_name = flags.service_namespace, .name = flags.secret_name},
      .take_over = flags.take_over};
  registration_ = std::make_unique<apiservice::Registration>(
      std::move(registration),
      apiservice::Registration::Environment{
          .client = front_->api().client(),
          .clock = clock_,
          .sleeper = front_->sleeper(),
          .random = front_->random(),
          .log = log_,
          .is_ready = [checks = Checks()] { return AllPass(checks); }},
      [this](const apiservice::KeyPairPem& pair) {
        absl::Status taken =
            front_->certificates().builder().SetPair(pair.certificate, pair.private_key);
        if (taken.ok()) health_.certificate_known = true;
        return taken;
      });
  health_.certificate_known = false;
}

void ServerProgram::PrepareAutoscaler() {
  hpas_ =
      std::make_unique<HpaService>(front_->working(), options_.autoscaler,
                                   HpaEnvironment{.client = front_->api().direct_client(),
                                                  .clock = clock_,
                                                  .sleeper = front_->sleeper(),
                                                  .random = front_->random(),
                                                  .log = log_,
                                                  .registry = own_metrics_.registry(),
                                                  .identity = CandidateIdentity(front_->random()),
                                                  .resource_metrics = &measured_});
  front_->SetFarewell([this] { return hpas_->Retire(); });
}

absl::Status ServerProgram::PrepareApi() {
  auto gate = GateOptionsOf(options_.requests);
  if (!gate.ok()) return gate.status();
  api_ = std::make_unique<ClusterApi>(
      ClusterApi::Sources{
          .snapshot = snapshot_,
          .clock = clock_,
          .authenticator = front_->access().authenticator(),
          .authorizer = front_->access().authorizer(),
          .own_metrics = own_metrics_,
          .log = log_,
          .gate = *std::move(gate),
          .decisions = hpas_ == nullptr ? nullptr : &hpas_->decisions(),
          .leader = {.leads = [this] { return hpas_->leads(); },
                     .leader = [this] { return hpas_->Leader(); }},
          .hpa_group = kube::ParseGroupVersion(options_.autoscaler.hpa.hpa_api)->group,
          .watches = {.min_timeout =
                          std::chrono::seconds(options_.requests.min_request_timeout_s)}},
      Checks(), AdvertisedAddress(options_.requests, front_->bound_port()));
  return absl::OkStatus();
}

absl::Status ServerProgram::Run() {
  if (kubelet_token_ != nullptr) RunInBackground(front_->working(), kubelet_token_->Run());
  watch_->Start();
  RunInBackground(front_->working(), scraper_->Run(health_.last_tick_began_ns));
  RunInBackground(front_->working(), AwaitUsage(snapshot_, clock_, front_->sleeper(),
                                                options_.metric_resolution_ns, health_));
  front_->Watch(kubelet_credentials_->files());
  if (hpas_ != nullptr) {
    hpas_->Start();
  }
  if (hpas_ != nullptr && options_.autoscaler.hpa.react_to_samples) {
    RunInBackground(front_->working(),
                    FollowSamples(snapshot_, front_->sleeper(),
                                  [this](auto pods) { hpas_->SamplesArrived(std::move(pods)); }));
  }
  if (registration_ != nullptr) RunInBackground(front_->working(), registration_->Run());
  return front_->Run(*api_, health_, [this](const std::string& address) {
    log_.info("Serving address=\"{}\" metric_resolution_ms={}", address,
              options_.metric_resolution_ns / 1'000'000);
  });
}

}  // namespace kubegauge::server
