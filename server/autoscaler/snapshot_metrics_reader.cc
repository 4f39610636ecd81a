#include "server/autoscaler/snapshot_metrics_reader.h"

#include <memory>
#include <utility>

#include "autoscaler/go_milli.h"
#include "autoscaler/wire_time.h"
#include "kube/quantity.h"
#include "scraper/snapshot.h"

namespace kubegauge::server {
namespace {

using autoscaler::Fetched;
using autoscaler::PodUsageList;

constexpr int64_t kNanosecondsPerSecond = 1'000'000'000;

// The texts that are served have all digits, so that they round as the numbers do.
autoscaler::ResourceAmounts AmountsOf(const scraper::Usage& usage) {
  autoscaler::ResourceAmounts amounts;
  amounts.Set("cpu", autoscaler::GoMilli(kube::Quantity::FromNanocores(usage.cpu_nanocores)));
  amounts.Set("memory", autoscaler::GoMilli(kube::Quantity::FromBytes(usage.working_set_bytes)));
  return amounts;
}

void AddPod(const kube::ObjectMeta& meta, const scraper::PodUsage& usage, PodUsageList& list) {
  list.pods.push_back(
      {.name = meta.name(),
       .timestamp_ns = autoscaler::InstantOf(usage.timestamp_ns / kNanosecondsPerSecond),
       .window_ns = autoscaler::DurationOf(usage.window_ns),
       .first_container = static_cast<uint32_t>(list.containers.size()),
       .container_count = static_cast<uint32_t>(usage.containers.size())});
  for (const scraper::ContainerUsage& container : usage.containers) {
    list.containers.push_back({container.name, AmountsOf(container.usage)});
  }
}

PodUsageList UsageOf(std::shared_ptr<const scraper::Snapshot> snapshot,
                     std::string_view namespace_name, autoscaler::Pods pods) {
  PodUsageList list;
  list.pods.reserve(pods.size());
  scraper::PodUsage usage;
  for (const autoscaler::PodPtr& pod : pods) {
    const auto place = snapshot->catalog().FindPod(namespace_name, pod->name);
    if (!place || !snapshot->GetPodUsage(*place, usage)) continue;
    AddPod(*snapshot->catalog().pods()[*place], usage, list);
  }
  list.keep_alive = std::move(snapshot);
  return list;
}

}  // namespace

bool SnapshotMetricsReader::ready() const {
  const std::shared_ptr<const scraper::Snapshot> snapshot = snapshot_.Get();
  const size_t nodes = snapshot->catalog().nodes().size();
  return nodes > 0 && snapshot->CountServableNodes() >= nodes;
}

boost::asio::awaitable<Fetched<PodUsageList>> SnapshotMetricsReader::PodUsage(
    std::string_view namespace_name, std::string_view, autoscaler::Pods pods) {
  co_return UsageOf(snapshot_.Get(), namespace_name, pods);
}

}  // namespace kubegauge::server
