#include "server/standalone/scaling.h"

#include <utility>

#include "kube/credential_loader.h"
#include "kube/environment.h"
#include "kube/kubeconfig.h"
#include "server/autoscaler/sample_feed.h"
#include "server/background.h"
#include "server/standalone/kubeconfig.h"

namespace kubegauge::server {
namespace {

constexpr char kSoleIdentity[] = "standalone";

absl::StatusOr<kube::ClientConfig> ConfigOf(const std::string& server_url,
                                            const StandaloneCredentials& credentials) {
  const auto kubeconfig =
      kube::ParseKubeconfig(KubeconfigText({.server_url = server_url,
                                            .ca_certificate = credentials.authority.certificate,
                                            .client_certificate = credentials.admin.certificate,
                                            .client_key = credentials.admin.private_key,
                                            .token = credentials.token}),
                            "");
  if (!kubeconfig.ok()) return kubeconfig.status();
  return kube::ClientConfigFromKubeconfig(*kubeconfig, "", {});
}

}  // namespace

absl::StatusOr<std::unique_ptr<StandaloneScaling>> StandaloneScaling::Create(
    const AutoscalerFlags& flags, const std::string& server_url,
    const StandaloneCredentials& credentials, const Sources& sources) {
  auto config = ConfigOf(server_url, credentials);
  if (!config.ok()) return config.status();
  std::unique_ptr<StandaloneScaling> scaling(
      new StandaloneScaling(flags, *std::move(config), sources));
  if (absl::Status status = scaling->Connect(flags); !status.ok()) return status;
  return scaling;
}

StandaloneScaling::StandaloneScaling(const AutoscalerFlags&, kube::ClientConfig config,
                                     const Sources& sources)
    : config_(std::move(config)),
      sources_(sources),
      measured_(sources.snapshot),
      credentials_(working_.get_executor(),
                   std::make_unique<kube::ConfigCredentialLoader>(config_, kube::Environment(),
                                                                  sources.clock),
                   sources.clock) {}

absl::Status StandaloneScaling::Connect(const AutoscalerFlags& flags) {
  auto client = kube::CurlApiClient::Create(
      working_.get_executor(), config_, credentials_,
      {.user_agent = kube::KubernetesUserAgent("kubegauge", KUBEGAUGE_VERSION, "unknown")});
  if (!client.ok()) return client.status();
  client_ = *std::move(client);
  hpas_ = std::make_unique<HpaService>(working_.get_executor(), flags,
                                       HpaEnvironment{.client = *client_,
                                                      .clock = sources_.clock,
                                                      .sleeper = sleeper_,
                                                      .random = sources_.random,
                                                      .log = sources_.log,
                                                      .registry = registry_,
                                                      .identity = kSoleIdentity,
                                                      .resource_metrics = &measured_});
  return absl::OkStatus();
}

void StandaloneScaling::Stop() {
  working_.stop();
  working_.join();
}

void StandaloneScaling::Start() {
  hpas_->Start();
  RunInBackground(working_.get_executor(),
                  FollowSamples(sources_.snapshot, sleeper_,
                                [this](auto pods) { hpas_->SamplesArrived(std::move(pods)); }));
}

}  // namespace kubegauge::server
