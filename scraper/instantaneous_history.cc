#include "scraper/instantaneous_history.h"

#include <algorithm>
#include <optional>
#include <span>
#include <tuple>

#include "kube/time_units.h"

namespace kubegauge::scraper {
namespace {

// By then a kubelet has read a container twice, though its readings may be 30 s apart.
constexpr int64_t kReadTwiceAgeNs = 60 * kube::kNsPerSecond;
// What has used less than a millicore since its start is idle.
constexpr uint64_t kIdleShare = 1000;

std::optional<UsagePoint> PointBefore(const UsagePoint& point, std::optional<uint64_t> nanocores) {
  const int64_t timestamp_ns = point.timestamp_ns - kInstantaneousWindowNs;
  if (!nanocores || timestamp_ns <= 0 || point.start_time_ns >= timestamp_ns) return std::nullopt;
  const auto used_ns = static_cast<unsigned __int128>(*nanocores) *
                       static_cast<uint64_t>(kInstantaneousWindowNs) / kube::kNsPerSecond;
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

// Kubelets write 0 for a rate that they do not know, and some know none of their containers.
std::optional<uint64_t> UnlessUnknown(std::optional<uint64_t> nanocores) {
  return nanocores.value_or(0) != 0 ? nanocores : std::nullopt;
}

bool IsIdle(const UsagePoint& point) {
  const int64_t age_ns = point.timestamp_ns - point.start_time_ns;
  return point.start_time_ns > 0 && age_ns >= kReadTwiceAgeNs &&
         point.cpu_ns < static_cast<uint64_t>(age_ns) / kIdleShare;
}

std::optional<uint64_t> RateOf(const Sample& rates, const PodSample* pod,
                               const ContainerSample& wanted) {
  if (pod == nullptr) return std::nullopt;
  const std::span<const ContainerSample> containers = rates.ContainersOf(*pod);
  const auto found = std::ranges::lower_bound(containers, wanted.name, {}, &ContainerSample::name);
  if (found == containers.end() || found->name != wanted.name) return std::nullopt;
  return found->instantaneous_nanocores == 0 && IsIdle(*wanted.point)
             ? found->instantaneous_nanocores
             : UnlessUnknown(found->instantaneous_nanocores);
}

}  // namespace

void FillInstantaneousHistory(const Sample& sample, const Sample& rates, Sample& history) {
  history.Clear();
  if (sample.node)
    history.node = PointBefore(*sample.node, UnlessUnknown(rates.node_instantaneous_nanocores));
  for (const PodSample& pod : sample.pods) {
    const PodSample* pod_rates = FindPod(rates, pod);
    PodSample before = pod;
    before.first_container = static_cast<uint32_t>(history.containers.size());
    for (const ContainerSample& container : sample.ContainersOf(pod)) {
      if (!container.point) continue;
      const auto point = PointBefore(*container.point, RateOf(rates, pod_rates, container));
      if (point) {
        history.containers.push_back(
            {.name = container.name, .identity = container.identity, .point = point});
      }
    }
    before.container_count =
        static_cast<uint32_t>(history.containers.size()) - before.first_container;
    if (before.container_count > 0) history.pods.push_back(before);
  }
}

}  // namespace kubegauge::scraper
