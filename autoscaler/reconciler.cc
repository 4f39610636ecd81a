#include "autoscaler/reconciler.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "autoscaler/await_all.h"
#include "autoscaler/selector_check.h"
#include "autoscaler/spec_check.h"

namespace kubegauge::autoscaler {
namespace {

namespace asio = boost::asio;

std::vector<absl::StatusOr<MetricQuery>> QueriesOf(const HpaSpec& spec) {
  std::vector<absl::StatusOr<MetricQuery>> queries;
  queries.reserve(spec.metrics.size());
  for (const MetricSpec& metric : spec.metrics) queries.push_back(QueryOf(metric));
  return queries;
}

Observation ObservationOf(const TargetScales::Reading& scale) {
  Observation observation;
  if (const auto* const found = std::get_if<TargetScales::Found>(&scale)) {
    observation.scale = found->reading;
  } else {
    const auto& failure = std::get<TargetScales::Failure>(scale);
    observation.scale_stage = failure.stage;
    observation.scale = FetchError{failure.text};
  }
  return observation;
}

// Of one HPA, whose other reads wait for these: one with thousands of metrics holds up no other, as
// all share the limit of requests.
constexpr size_t kReadsAtOnce = 8;

bool AsksCustomMetrics(const absl::StatusOr<MetricQuery>& query) {
  return query.ok() && query->api != MetricQuery::Api::kResource;
}

// Reads the custom metrics of one HPA, kReadsAtOnce at the same time.
class CustomMetricReads {
 public:
  using Queries = std::vector<absl::StatusOr<MetricQuery>>;

  CustomMetricReads(CustomMetricsReader& reader, std::string_view namespace_name,
                    std::string_view selector, const Queries& queries,
                    std::vector<MetricReading>& readings)
      : reader_(reader),
        namespace_name_(namespace_name),
        selector_(selector),
        queries_(queries),
        readings_(readings) {}

  // All of them when these have ended. They refer to this object.
  void AddTasks(std::vector<asio::awaitable<void>>& tasks) {
    const size_t count = std::min(queries_.size(), kReadsAtOnce);
    for (size_t i = 0; i < count; ++i) tasks.push_back(ReadThoseLeft());
  }

 private:
  asio::awaitable<void> ReadThoseLeft() {
    while (next_ < queries_.size()) {
      const size_t i = next_++;
      if (!AsksCustomMetrics(queries_[i])) continue;
      readings_[i] = co_await reader_.Read(namespace_name_, selector_, *queries_[i]);
    }
  }

  CustomMetricsReader& reader_;
  const std::string_view namespace_name_;
  const std::string_view selector_;
  const Queries& queries_;
  std::vector<MetricReading>& readings_;
  size_t next_ = 0;
};

}  // namespace

asio::awaitable<Reconciler::Result> Reconciler::Reconcile(HpaPtr hpa, History history) {
  if (parts_.checks_specs) {
    const std::string fault = SpecFault(hpa->spec);
    if (!fault.empty()) co_return co_await Refuse(*hpa, fault, history);
  }
  TargetScales::Reading scale = co_await parts_.scales.Read(*hpa, TargetScales::From::kKnown);
  for (;;) {
    Observation observation = ObservationOf(scale);
    const int64_t fetch_began_ns = parts_.clock.MonotonicNs();
    if (MetricsNeeded(*hpa, observation.scale, tuning_) && FindPods(*hpa, observation)) {
      co_await ReadMetrics(*hpa, observation);
    }
    const int64_t monotonic_ns = parts_.clock.MonotonicNs();
    Result result{.fetch_ns = monotonic_ns - fetch_began_ns, .now_ns = parts_.clock.WallNs()};
    const int64_t wall_ahead_ns = result.now_ns - monotonic_ns;
    History remembered = history;
    MoveTimes(wall_ahead_ns, remembered);
    Decision decision = Decide(*hpa, observation, std::move(remembered), tuning_, result.now_ns);
    std::optional<std::string> scale_error;
    if (decision.scale_to) {
      if (!co_await Confirm(*hpa, scale)) continue;
      scale_error = co_await parts_.scales.Write(std::get<TargetScales::Found>(std::move(scale)),
                                                 *decision.scale_to);
    }
    result.outcome = Conclude(*hpa, std::move(decision), scale_error, tuning_, result.now_ns);
    MoveTimes(-wall_ahead_ns, result.outcome.history);
    if (result.outcome.status || !result.outcome.events.empty()) {
      co_await WriteStatus(*hpa, result.outcome);
    }
    co_return result;
  }
}

asio::awaitable<bool> Reconciler::Confirm(const Hpa& hpa, TargetScales::Reading& scale) {
  const auto& decided_by = std::get<TargetScales::Found>(scale);
  if (decided_by.scale) co_return true;
  TargetScales::Reading read = co_await parts_.scales.Read(hpa, TargetScales::From::kApi);
  const auto* const found = std::get_if<TargetScales::Found>(&read);
  const bool is_as_known = found != nullptr && found->reading == decided_by.reading;
  scale = std::move(read);
  co_return is_as_known;
}

asio::awaitable<Reconciler::Result> Reconciler::Refuse(const Hpa& hpa, const std::string& fault,
                                                       const History& history) {
  Result result;
  result.now_ns = parts_.clock.WallNs();
  result.outcome = Conclude(hpa, RefuseSpec(hpa, fault, history, result.now_ns), std::nullopt,
                            tuning_, result.now_ns);
  co_await WriteStatus(hpa, result.outcome);
  co_return result;
}

bool Reconciler::FindPods(const Hpa& hpa, Observation& observation) {
  const std::string& namespace_name = hpa.meta.namespace_name;
  const PodSelector& selector = std::get<ScaleReading>(observation.scale).selector;
  const kube::LabelSelector& labels = *selector.parsed();  // for which MetricsNeeded() speaks
  selectors_.SetSelector(namespace_name, hpa.meta.name, labels);
  std::vector<PodPtr> pods = parts_.pods.Select(namespace_name, labels);
  observation.hpas_of_pods = selectors_.HpasSelecting(namespace_name, pods);
  observation.pods = std::move(pods);
  return !CheckSelectedPods(selector, observation);
}

asio::awaitable<void> Reconciler::ReadMetrics(const Hpa& hpa, Observation& observation) {
  const std::string& namespace_name = hpa.meta.namespace_name;
  const std::string& selector = std::get<ScaleReading>(observation.scale).selector.text();
  const Pods pods = std::get<std::vector<PodPtr>>(observation.pods);
  if (std::ranges::all_of(hpa.spec.metrics, IsOfPodUsage)) {
    // Nearly all HPAs, so that they are spared what queries and tasks take.
    if (hpa.spec.metrics.empty()) co_return;
    observation.pod_usage =
        co_await parts_.resource_metrics.PodUsage(namespace_name, selector, pods);
    co_return;
  }
  const std::vector<absl::StatusOr<MetricQuery>> queries = QueriesOf(hpa.spec);
  observation.metrics.resize(queries.size());
  std::vector<asio::awaitable<void>> tasks;
  if (std::ranges::any_of(hpa.spec.metrics, IsOfPodUsage)) {
    tasks.push_back([](auto usage, auto& fetched) -> asio::awaitable<void> {
      fetched = co_await std::move(usage);
    }(parts_.resource_metrics.PodUsage(namespace_name, selector, pods), observation.pod_usage));
  }
  CustomMetricReads reads(parts_.custom_metrics, namespace_name, selector, queries,
                          observation.metrics);
  reads.AddTasks(tasks);
  co_await AwaitAll(std::move(tasks));
}

asio::awaitable<void> Reconciler::WriteStatus(const Hpa& hpa, Outcome& outcome) {
  size_t next = 0;
  for (; next < outcome.events_after_status; ++next) {
    parts_.events.Record(hpa, outcome.events[next]);
  }
  if (outcome.status) {
    const absl::Status written = co_await parts_.statuses.Write(hpa, *outcome.status);
    if (!written.ok()) {
      const std::string text(written.message());
      parts_.events.Record(hpa, {.warning = true, .reason = "FailedUpdateStatus", .message = text});
      // Who leads no more is not to write: nothing is wrong then.
      parts_.log.log(absl::IsCancelled(written) ? spdlog::level::debug : spdlog::level::warn,
                     "Could not write an HPA's status hpa=\"{}/{}\" error=\"{}\"",
                     hpa.meta.namespace_name, hpa.meta.name, text);
      if (!outcome.failed) {
        outcome.error = fmt::format("failed to update status for {}: {}", hpa.meta.name, text);
        outcome.error_kind = ErrorKind::kInternal;
      }
    }
  }
  for (; next < outcome.events.size(); ++next) parts_.events.Record(hpa, outcome.events[next]);
}

}  // namespace kubegauge::autoscaler
