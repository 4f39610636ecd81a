#pragma once

#include <spdlog/logger.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "apiservice/http.h"
#include "kube/clock.h"
#include "kube/config_map_watch.h"
#include "kube/environment.h"
#include "kube/random_source.h"
#include "kube/reflector.h"
#include "kube/sleeper.h"
#include "server/cluster/access_control.h"
#include "server/cluster/api_accesses.h"
#include "server/cluster/secure_front_options.h"
#include "server/cluster/serving_certificates.h"
#include "server/health_checks.h"
#include "server/late_service.h"
#include "server/listener/https_listener.h"
#include "server/listener/serving_threads.h"

namespace kubegauge::server {

// What every server of a cluster has in front: an HTTPS listener with the certificates that the
// flags name, clients that the cluster vouches for, and the threads behind both: one that works in
// the background, where the API server is talked to, and two that serve. Keeps references.
class SecureFront {
 public:
  // Reads the files that the flags name and binds the port. An error is one line for the operator.
  static absl::StatusOr<std::unique_ptr<SecureFront>> Create(SecureFrontOptions options,
                                                             kube::Environment environment,
                                                             const kube::Clock& clock,
                                                             spdlog::logger& log);
  ~SecureFront();

  // The API server, by the main kubeconfig.
  ApiAccess& api() { return *api_; }
  // Of the requests to API servers.
  std::shared_ptr<const prometheus::Collectable> client_metrics() const {
    return api_accesses_.metrics();
  }
  AccessControl& access() { return *access_; }
  ServingCertificates& certificates() { return *certificates_; }
  kube::Sleeper& sleeper() { return sleeper_; }
  kube::RandomSource& random() { return random_; }
  kube::ReflectorEnvironment ReflectorEnvironmentOf(kube::ApiClient& client);
  // Of the thread that works in the background.
  boost::asio::any_io_executor working() { return working_.get_executor(); }
  uint16_t bound_port() const { return listener_->bound_port(); }

  // Looks at the files again and again, in the background.
  void Watch(std::vector<std::unique_ptr<apiservice::WatchedFiles>>& files);

  // What is to be done in the background when the server ends, such as giving a Lease back. It
  // begins with the signal, as the requests in flight may take long and others may wait for it; it
  // is given a few seconds more than those.
  void SetFarewell(std::function<boost::asio::awaitable<void>()> farewell) {
    farewell_ = std::move(farewell);
  }

  // Serves until SIGINT or SIGTERM has come and what was in flight is answered, or until whom to
  // trust cannot be learned, which is an error. `service` outlives the call; `on_serving` is called
  // once requests are answered.
  absl::Status Run(apiservice::HttpService& service, HealthState& health,
                   const std::function<void(const std::string& address)>& on_serving);

 private:
  SecureFront(SecureFrontOptions options, kube::Environment environment, const kube::Clock& clock,
              spdlog::logger& log);
  absl::Status Prepare();
  absl::Status Listen();
  void BeginFarewell();
  void AwaitFarewell();
  boost::asio::awaitable<void> LearnWhomToTrust(HealthState& health);
  void FollowWhomToTrust(ApiAccess& api);
  boost::asio::awaitable<void> ServeToTheEnd(HealthState& health);

  const SecureFrontOptions options_;
  const kube::Environment environment_;
  const kube::Clock& clock_;
  spdlog::logger& log_;
  kube::TimerSleeper sleeper_;
  kube::SystemRandom random_;
  absl::Status end_;
  std::function<boost::asio::awaitable<void>()> farewell_;
  std::future<void> said_farewell_;

  boost::asio::io_context working_{1};
  ServingThreads serving_;
  boost::asio::signal_set signals_;

  ApiAccesses api_accesses_;
  ApiAccess* api_ = nullptr;
  std::unique_ptr<AccessControl> access_;
  std::unique_ptr<ServingCertificates> certificates_;
  std::unique_ptr<kube::ConfigMapWatch> trust_watch_;
  LateService entrance_;
  std::unique_ptr<HttpsListener> listener_;
};

}  // namespace kubegauge::server
