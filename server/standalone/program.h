#pragma once

#include <spdlog/logger.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "kube/clock.h"
#include "kube/random_source.h"
#include "kube/sleeper.h"
#include "scraper/local_source.h"
#include "server/late_service.h"
#include "server/listener/https_listener.h"
#include "server/listener/serving_threads.h"
#include "server/standalone/api.h"
#include "server/standalone/collector.h"
#include "server/standalone/objects/inventory_mirror.h"
#include "server/standalone/objects/object_store.h"
#include "server/standalone/objects/simulated_usage.h"
#include "server/standalone/objects/simulation.h"
#include "server/standalone/options.h"
#include "server/standalone/scaling.h"
#include "server/standalone/state_dir.h"

namespace kubegauge::server {

// The commands to try, one a line, for the kubeconfig at `path`.
std::string CommandsToTry(const std::filesystem::path& kubeconfig);

// `kubegauge standalone` from its options to its end: measures the machine on a thread of its own
// and serves what it finds over HTTPS. Keeps references to `clock` and `log`.
class StandaloneProgram {
 public:
  // Takes the state directory, makes what is missing in it, and binds the port. An error is one
  // line for the operator.
  static absl::StatusOr<std::unique_ptr<StandaloneProgram>> Create(const StandaloneOptions& options,
                                                                   const kube::Clock& clock,
                                                                   spdlog::logger& log);
  ~StandaloneProgram();

  const std::filesystem::path& kubeconfig() const { return kubeconfig_; }

  // Measures and serves; calls `on_serving` once requests are answered. SIGTERM or SIGINT drains
  // and ends it; a second one ends the process at once with exit code 1.
  void Run(const std::function<void()>& on_serving);

 private:
  StandaloneProgram(const StandaloneOptions& options, StateDir state, NodeRecord node,
                    std::unique_ptr<cgroup::NodeReader> reader, const kube::Clock& clock,
                    spdlog::logger& log);
  absl::Status Listen(const StandaloneCredentials& credentials);
  absl::Status WriteKubeconfig(const StandaloneCredentials& credentials) const;
  boost::asio::awaitable<void> ServeToTheEnd();
  // Ends the scaling at the first signal, before the API that it works on goes away.
  boost::asio::awaitable<void> StopScaling();

  StandaloneOptions options_;
  const kube::Clock& clock_;
  spdlog::logger& log_;
  StateDir state_;
  std::filesystem::path kubeconfig_;

  PublishedInventory inventory_;
  apiservice::PublishedSnapshot snapshot_;
  HealthState health_;

  kube::SystemRandom random_;
  kube::TimerSleeper sleeper_;
  ObjectStore objects_;
  // These three run on the thread that measures.
  InventoryMirror mirror_;
  Simulation simulation_;
  SimulatedUsage simulated_;

  scraper::LocalSource source_;
  Collector collector_;
  // Reading files blocks, so it has a thread of its own.
  boost::asio::thread_pool collecting_{1};

  std::unique_ptr<ServingTls> tls_;
  std::unique_ptr<StandaloneApi> api_;
  std::unique_ptr<StandaloneScaling> scaling_;  // null without an autoscaler
  LateService entrance_;
  ServingThreads serving_;
  boost::asio::signal_set signals_;
  std::unique_ptr<HttpsListener> listener_;
};

}  // namespace kubegauge::server
