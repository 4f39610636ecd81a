#pragma once

#include <prometheus/registry.h>

#include <map>
#include <memory>
#include <string>

#include "server/cluster/api_access.h"

namespace kubegauge::server {

// The ways to the API server that the flags name, one for each kubeconfig however many flags name
// it, and what they count. Thread-safe once all are opened; keeps references.
class ApiAccesses {
 public:
  ApiAccesses(boost::asio::any_io_executor executor, const kube::Environment& environment,
              const kube::Clock& clock, kube::Sleeper& sleeper)
      : executor_(executor), environment_(environment), clock_(clock), sleeper_(sleeper) {}

  // Stays valid as long as this. Blocks on files.
  absl::StatusOr<ApiAccess*> Open(const std::string& kubeconfig_path) {
    std::unique_ptr<ApiAccess>& access = by_path_[kubeconfig_path];
    if (access != nullptr) return access.get();
    auto opened =
        ApiAccess::Create(executor_, kubeconfig_path, environment_, clock_, sleeper_, *registry_);
    if (!opened.ok()) return opened.status();
    access = *std::move(opened);
    return access.get();
  }

  // For when nothing is asked any more: see ApiAccess.
  void Stop() {
    for (const auto& [path, access] : by_path_) {
      if (access != nullptr) access->Stop();
    }
  }

  // For a program's own metrics.
  std::shared_ptr<const prometheus::Collectable> metrics() const { return registry_; }

 private:
  const boost::asio::any_io_executor executor_;
  const kube::Environment& environment_;
  const kube::Clock& clock_;
  kube::Sleeper& sleeper_;
  const std::shared_ptr<prometheus::Registry> registry_ = std::make_shared<prometheus::Registry>();
  std::map<std::string, std::unique_ptr<ApiAccess>> by_path_;
};

}  // namespace kubegauge::server
