#include "scraper/instantaneous_history.h"

#include <algorithm>
#include <optional>
#include <tuple>

namespace kubegauge::scraper {
namespace {

std::optional<UsagePoint> PointBefore(const UsagePoint& point, std::optional<uint64_t> nanocores) {
  const int64_t timestamp_ns = point.timestamp_ns - kInstantaneousWindowNs;
  if (!nanocores || timestamp_ns <= 0 || point.start_time_ns >= timestamp_ns) return std::nullopt;
  const auto used_ns = static_cast<unsigned __int128>(*nanocores) *
                       static_cast<uint64_t>(kInstantaneousWindowNs) / 1'000'000'000;
  UsagePoint before = point;
  before.timestamp_ns = timestamp_ns;
  before.cpu_ns = used_ns < point.cpu_ns ? point.cpu_ns - static_cast<uint64_t>(used_ns) : 0;
  return before;
}

const PodSample* FindPod(const Sample& sample, const PodSample& wanted) {
  const auto key = [](const PodSample& pod) { return std::tie(pod.namespace_name, pod.name); };
  const auto found = std::ranges::lower_bound(sample.pods, key(wanted), {}, key);
  return found != sample.pods.end() && key(*found) == key(wanted) ? &*found : nullptr;
}

std::optional<uint64_t> RateOf(const Sample& rates, const PodSample* pod, std::string_view name) {
  if (pod == nullptr) return std::nullopt;
  for (const ContainerSample& container : rates.ContainersOf(*pod)) {
    if (container.name == name) return container.instantaneous_nanocores;
  }
  return std::nullopt;
}

}  // namespace

void FillInstantaneousHistory(const Sample& sample, const Sample& rates, Sample& history) {
  history.Clear();
  history.start_times = sample.start_times;
  if (sample.node) history.node = PointBefore(*sample.node, rates.node_instantaneous_nanocores);
  for (const PodSample& pod : sample.pods) {
    const PodSample* pod_rates = FindPod(rates, pod);
    PodSample before = pod;
    before.first_container = static_cast<uint32_t>(history.containers.size());
    for (const ContainerSample& container : sample.ContainersOf(pod)) {
      if (!container.point) continue;
      const auto point = PointBefore(*container.point, RateOf(rates, pod_rates, container.name));
      if (point) history.containers.push_back({.name = container.name, .point = point});
    }
    before.container_count =
        static_cast<uint32_t>(history.containers.size()) - before.first_container;
    if (before.container_count > 0) history.pods.push_back(before);
  }
}

}  // namespace kubegauge::scraper
