#include "server/cluster/secure_front.h"

#include <algorithm>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <csignal>
#include <future>
#include <limits>
#include <thread>
#include <utility>

#include "apiservice/authentication_config_map.h"
#include "apiservice/authentication_lookup.h"
#include "server/background.h"
#include "server/host_port.h"
#include "server/resident_memory.h"
#include "server/shutdown.h"

namespace kubegauge::server {

namespace asio = boost::asio;

namespace {

constexpr int kServingThreads = 2;
constexpr std::chrono::seconds kLookUpRetry(2);
constexpr std::chrono::seconds kFileInterval(2);
constexpr std::chrono::seconds kFarewellTime(5);

ListenerLimits LimitsOf(const ServingFlags& serving) {
  ListenerLimits limits;
  constexpr int64_t kMost = std::numeric_limits<int32_t>::max();
  if (const int64_t streams = serving.http2_max_streams_per_connection; streams > 0) {
    limits.max_streams = static_cast<uint32_t>(std::min(streams, kMost));
  }
  return limits;
}

// Whether asking again may help.
bool IsPassing(const absl::Status& status) {
  return status.code() == absl::StatusCode::kUnavailable ||
         status.code() == absl::StatusCode::kDeadlineExceeded ||
         status.code() == absl::StatusCode::kAborted;
}

}  // namespace

SecureFront::SecureFront(SecureFrontOptions options, kube::Environment environment,
                         const kube::Clock& clock, spdlog::logger& log)
    : options_(std::move(options)),
      environment_(std::move(environment)),
      clock_(clock),
      log_(log),
      serving_(kServingThreads),
      signals_(serving_.first(), SIGINT, SIGTERM),
      api_accesses_(working_.get_executor(), environment_, clock, sleeper_) {}

SecureFront::~SecureFront() = default;

absl::StatusOr<std::unique_ptr<SecureFront>> SecureFront::Create(SecureFrontOptions options,
                                                                 kube::Environment environment,
                                                                 const kube::Clock& clock,
                                                                 spdlog::logger& log) {
  std::unique_ptr<SecureFront> front(
      new SecureFront(std::move(options), std::move(environment), clock, log));
  absl::Status status = front->Prepare();
  if (status.ok()) status = front->Listen();
  if (!status.ok()) return status;
  return front;
}

kube::ReflectorEnvironment SecureFront::ReflectorEnvironmentOf(kube::ApiClient& client) {
  return {
      .client = client, .clock = clock_, .sleeper = sleeper_, .random = random_, .logger = log_};
}

absl::Status SecureFront::Prepare() {
  const auto main = api_accesses_.Open(options_.kubeconfig);
  if (!main.ok()) return main.status();
  api_ = *main;
  const auto authentication = api_accesses_.Open(options_.access.authentication_kubeconfig);
  if (!authentication.ok()) return authentication.status();
  const auto authorization = api_accesses_.Open(options_.access.authorization_kubeconfig);
  if (!authorization.ok()) return authorization.status();

  const auto transport = [this](kube::ApiClient& client) {
    return apiservice::ReviewTransport{client, sleeper_, random_, clock_};
  };
  auto access =
      AccessControl::Create(options_.access, transport((*authentication)->token_review_client()),
                            transport((*authorization)->access_review_client()), log_);
  if (!access.ok()) return access.status();
  access_ = *std::move(access);
  auto certificates =
      ServingCertificates::Create(options_.serving, options_.awaits_certificate, clock_, log_);
  if (!certificates.ok()) return certificates.status();
  certificates_ = *std::move(certificates);
  return absl::OkStatus();
}

absl::Status SecureFront::Listen() {
  ServingTlsBuilder& tls = certificates_->builder();
  access_->config().OnAuthoritiesChange([this, &tls](const std::string& bundle) {
    const absl::Status taken = tls.SetClientAuthorities(bundle);
    if (!taken.ok()) {
      log_.error("Cannot advertise client CAs error=\"{}\"", std::string(taken.message()));
    }
  });
  auto listener =
      HttpsListener::Bind(serving_.executors(),
                          {.ip = options_.serving.bind_address,
                           .port = options_.serving.secure_port,
                           .share_port = options_.serving.permit_port_sharing},
                          tls.tls(), entrance_, LimitsOf(options_.serving), clock_, log_);
  if (!listener.ok()) return listener.status();
  listener_ = *std::move(listener);
  return absl::OkStatus();
}

void SecureFront::Watch(std::vector<std::unique_ptr<apiservice::WatchedFiles>>& files) {
  for (const auto& watched : files) {
    RunInBackground(working_.get_executor(), watched->Run(sleeper_, kFileInterval));
  }
}

absl::Status SecureFront::Run(apiservice::HttpService& service, HealthState& health,
                              const std::function<void(const std::string&)>& on_serving) {
  entrance_.Set(service);
  Watch(access_->files());
  Watch(certificates_->files());
  health.trust_known = !access_->LooksUp();
  RunInBackground(working_.get_executor(), LearnWhomToTrust(health));
  RunInBackground(working_.get_executor(), KeepResidentMemorySmall(sleeper()));
  RunInBackground(serving_.first().get_executor(), ServeToTheEnd(health));
  listener_->Start();
  on_serving(HostPort(options_.serving.bind_address, listener_->bound_port()));
  {
    const std::jthread worker([this] { working_.run(); });
    serving_.Run();
    AwaitFarewell();
    working_.stop();
  }
  api_accesses_.Stop();
  log_.info("Stopped");
  return end_;
}

void SecureFront::BeginFarewell() {
  if (!farewell_) return;
  said_farewell_ = asio::co_spawn(working_.get_executor(), farewell_(), asio::use_future);
}

void SecureFront::AwaitFarewell() {
  if (!said_farewell_.valid()) BeginFarewell();
  if (!said_farewell_.valid()) return;
  if (said_farewell_.wait_for(kFarewellTime) == std::future_status::timeout) {
    log_.warn("Shutdown timed out before background work had ended seconds={}",
              kFarewellTime.count());
  }
}

asio::awaitable<void> SecureFront::LearnWhomToTrust(HealthState& health) {
  if (!access_->LooksUp()) co_return;
  ApiAccess& api = **api_accesses_.Open(options_.access.authentication_kubeconfig);
  absl::Status logged;
  for (;;) {
    const absl::Status learned = co_await apiservice::LookUpAuthenticationConfig(
        api.client(), access_->config(), options_.access.tolerate_lookup_failure, log_);
    if (learned.ok()) break;
    if (!IsPassing(learned)) {
      end_ = learned;
      serving_.Stop();
      co_return;
    }
    if (learned != std::exchange(logged, learned)) {
      log_.warn("Cannot learn yet from the API server whom to trust error=\"{}\"",
                std::string(learned.message()));
    }
    co_await sleeper_.SleepFor(kLookUpRetry);
  }
  health.trust_known = true;
  FollowWhomToTrust(api);
}

void SecureFront::FollowWhomToTrust(ApiAccess& api) {
  trust_watch_ = std::make_unique<kube::ConfigMapWatch>(
      apiservice::kAuthenticationConfigMapNamespace, apiservice::kAuthenticationConfigMapName,
      ReflectorEnvironmentOf(api.client()));
  trust_watch_->SetOnChange([this] {
    const std::shared_ptr<const kube::ConfigMap> now = trust_watch_->Current();
    if (now == nullptr) return;
    access_->config().OnConfigMap({now->data.begin(), now->data.end()}).IgnoreError();  // logged
  });
  RunInBackground(working_.get_executor(), trust_watch_->Run());
}

asio::awaitable<void> SecureFront::ServeToTheEnd(HealthState& health) {
  co_await ServeUntilSignal(
      signals_, *listener_, health,
      {.delay = std::chrono::nanoseconds(options_.shutdown_delay_ns),
       .grace = std::chrono::duration_cast<std::chrono::milliseconds>(options_.drain_grace)},
      log_, [this] { BeginFarewell(); });
  serving_.Stop();
}

}  // namespace kubegauge::server
