#include "server/autoscaler/program.h"

#include <utility>

#include "kube/group_version.h"
#include "server/autoscaler/candidate_identity.h"
#include "server/autoscaler/election_check.h"

namespace kubegauge::server {
namespace {

using apiservice::HealthCheck;

HpaEnvironment EnvironmentOf(SecureFront& front, const kube::Clock& clock, spdlog::logger& log,
                             MetricsRegistry& registry) {
  return {.client = front.api().direct_client(),
          .clock = clock,
          .sleeper = front.sleeper(),
          .random = front.random(),
          .log = log,
          .registry = registry,
          .identity = CandidateIdentity(front.random())};
}

HealthChecks ChecksOf(const HealthState& state, const HpaService& hpas) {
  const HealthCheck ping = {.name = "ping", .check = [] { return absl::OkStatus(); }};
  const HealthCheck synced = {.name = "informer-sync", .check = [&hpas] {
                                return hpas.synced() ? absl::OkStatus()
                                                     : absl::UnavailableError(
                                                           "the API server has not listed the "
                                                           "HPAs and pods yet");
                              }};
  const HealthCheck stays = {.name = "shutdown", .check = [&state] {
                               return state.shutting_down
                                          ? absl::UnavailableError("process is shutting down")
                                          : absl::OkStatus();
                             }};
  const HealthCheck election = ElectionCheck(hpas);
  return {.healthz = {ping, election}, .livez = {ping, election}, .readyz = {ping, synced, stays}};
}

}  // namespace

AutoscalerProgram::AutoscalerProgram(const AutoscalerOptions& options,
                                     std::unique_ptr<SecureFront> front, const kube::Clock& clock,
                                     spdlog::logger& log)
    : log_(log),
      front_(std::move(front)),
      hpas_(front_->working(), options.autoscaler, EnvironmentOf(*front_, clock, log, registry_)),
      api_({.decisions = hpas_.decisions(),
            .leader = {.leads = [this] { return hpas_.leads(); },
                       .leader = [this] { return hpas_.Leader(); }},
            .hpa_group = kube::ParseGroupVersion(options.autoscaler.hpa.hpa_api)->group,
            .authenticator = front_->access().authenticator(),
            .authorizer = front_->access().authorizer(),
            .registry = registry_,
            .clock = clock,
            .log = log},
           ChecksOf(health_, hpas_)) {
  registry_.Append(front_->client_metrics());
  front_->SetFarewell([this] { return hpas_.Retire(); });
}

absl::StatusOr<std::unique_ptr<AutoscalerProgram>> AutoscalerProgram::Create(
    const AutoscalerOptions& options, kube::Environment environment, const kube::Clock& clock,
    spdlog::logger& log) {
  auto front = SecureFront::Create({.kubeconfig = options.kubeconfig,
                                    .serving = options.serving,
                                    .access = options.AccessByMainKubeconfig()},
                                   std::move(environment), clock, log);
  if (!front.ok()) return front.status();
  return std::unique_ptr<AutoscalerProgram>(
      new AutoscalerProgram(options, *std::move(front), clock, log));
}

absl::Status AutoscalerProgram::Run() {
  hpas_.Start();
  return front_->Run(api_, health_, [this](const std::string& address) {
    log_.info("Serving address=\"{}\"", address);
  });
}

}  // namespace kubegauge::server
