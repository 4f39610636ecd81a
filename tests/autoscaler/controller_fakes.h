#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "autoscaler/controller.h"
#include "kube/sleeper.h"

namespace kubegauge::autoscaler::controller_testing {

inline constexpr int64_t kSecond = 1'000'000'000;

// Nobody is asked for metrics where the target has no replicas. An external metric is 1 for each
// replica wanted, and takes as long as its name says, in seconds.
class Metrics final : public ResourceMetricsReader, public CustomMetricsReader {
 public:
  explicit Metrics(kube::Sleeper& sleeper) : sleeper_(sleeper) {}

  boost::asio::awaitable<Fetched<PodUsageList>> PodUsage(std::string_view, std::string_view,
                                                         Pods) override {
    co_return PodUsageList();
  }
  boost::asio::awaitable<MetricReading> Read(std::string_view, std::string_view,
                                             const MetricQuery& query) override {
    const std::chrono::seconds wait(std::stoi(query.metric));
    const int64_t value = wanted;
    if (wait.count() > 0) co_await sleeper_.SleepFor(wait);
    co_return std::vector<int64_t>{value * 1000};
  }

  int64_t wanted = 1;

 private:
  kube::Sleeper& sleeper_;
};

// Notes when each HPA was reconciled, in seconds, and stops the controller after so many.
class NotingObserver final : public ReconcileObserver, public HpaEventSink {
 public:
  void Registered(const Hpa& hpa) override { registered.push_back("+" + hpa.meta.name.str()); }
  void Forgotten(const Hpa& hpa) override { registered.push_back("-" + hpa.meta.name.str()); }
  void Reconciled(const Hpa& hpa, const Outcome& outcome, int64_t, int64_t,
                  int64_t now_ns) override {
    reconciled.emplace_back(hpa.meta.name, (now_ns - began_ns) / kSecond);
    errors.push_back(outcome.error);
    scaled_to.push_back(outcome.scaled_to);
    if (on_reconciled) on_reconciled();
  }
  void Record(const Hpa&, const HpaEvent& event) override { events.push_back(event.reason); }

  int64_t began_ns = 0;
  std::vector<std::string> registered;
  std::vector<std::pair<std::string, int64_t>> reconciled;
  std::vector<std::string> errors;
  std::vector<std::optional<int32_t>> scaled_to;
  std::vector<std::string> events;
  std::function<void()> on_reconciled;
};

}  // namespace kubegauge::autoscaler::controller_testing
