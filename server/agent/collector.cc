#include "server/agent/collector.h"

#include <chrono>
#include <string_view>
#include <utility>

#include "kube/time_units.h"

namespace kubegauge::server {
namespace {

constexpr int64_t kLogIntervalNs = 60 * kube::kNsPerSecond;
constexpr size_t kMaxLogKeys = 1000;
// A name is found moments after the first container of its pod, where it is found at all.
constexpr int64_t kNamelessForLongNs = kLogIntervalNs;
// Not the path of a file, as those of failures are.
constexpr std::string_view kNamelessKey = "nameless pods";

// The path in front of a failure's message.
std::string_view PathIn(std::string_view message) { return message.substr(0, message.find(':')); }

}  // namespace

AgentCollector::AgentCollector(std::unique_ptr<cgroup::NodeReader> reader, std::string node_name,
                               cgroup::Machine machine, int64_t resolution_ns,
                               const kube::Clock& clock, kube::Sleeper& sleeper,
                               spdlog::logger& log)
    : reader_(std::move(reader)),
      node_name_(std::move(node_name)),
      machine_(std::make_shared<const cgroup::Machine>(std::move(machine))),
      clock_(clock),
      sleeper_(sleeper),
      log_(log),
      limiter_(kLogIntervalNs, kMaxLogKeys, clock),
      pacer_(resolution_ns, clock),
      state_(std::make_shared<const AgentState>(AgentState{
          .node_name = node_name_, .read_at_ns = clock.MonotonicNs(), .machine = machine_})) {}

void AgentCollector::Tick() {
  auto reading = std::make_shared<cgroup::NodeReading>();
  reader_->Read(*reading);
  LogFailures(*reading);
  LogNamelessPods(reading->nameless_pods);
  state_.Set(std::make_shared<const AgentState>(AgentState{.node_name = node_name_,
                                                           .last = std::move(reading),
                                                           .previous = state_.Get()->last,
                                                           .read_at_ns = clock_.MonotonicNs(),
                                                           .machine = machine_}));
}

void AgentCollector::LogFailures(const cgroup::NodeReading& reading) {
  for (const cgroup::ReadFailure& failure : reading.failures) {
    const std::string message(failure.status.message());
    if (const auto held_back = limiter_.Admit(PathIn(message))) {
      log_.warn("Cgroup reading failed pod=\"{}\" held_back={} error=\"{}\"", failure.pod,
                *held_back, message);
    }
  }
}

void AgentCollector::LogNamelessPods(size_t pods) {
  if (pods == 0) return nameless_since_ns_.reset();
  const int64_t now_ns = clock_.MonotonicNs();
  if (!nameless_since_ns_) nameless_since_ns_ = now_ns;
  if (now_ns - *nameless_since_ns_ < kNamelessForLongNs) return;
  if (const auto held_back = limiter_.Admit(kNamelessKey)) {
    log_.warn("Pods are not served, as no log names them pods={} folder=/var/log/pods held_back={}",
              pods, *held_back);
  }
}

boost::asio::awaitable<void> AgentCollector::Run() {
  for (;;) {
    co_await sleeper_.SleepFor(std::chrono::nanoseconds(pacer_.UntilDueNs()));
    pacer_.Begin();
    Tick();
  }
}

}  // namespace kubegauge::server
