#include "server/autoscaler/snapshot_metrics_reader.h"

#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include "autoscaler/go_milli.h"
#include "autoscaler/wire_time.h"
#include "kube/quantity.h"
#include "kube/time_units.h"
#include "scraper/snapshot.h"

namespace kubegauge::server {
namespace {

using autoscaler::Fetched;
using autoscaler::PodUsageList;

// What a client would make of the texts that are served, which have all digits. The way over a
// Quantity is for what no machine has.
int64_t MilliOfNanocores(uint64_t nanocores) {
  constexpr uint64_t kPerMilli = 1'000'000;
  if (nanocores > std::numeric_limits<int64_t>::max()) {
    return autoscaler::GoMilli(kube::Quantity::FromNanocores(nanocores));
  }
  return static_cast<int64_t>(nanocores / kPerMilli + (nanocores % kPerMilli == 0 ? 0 : 1));
}

int64_t MilliOfBytes(uint64_t bytes) {
  constexpr int64_t kMilli = 1000;
  if (bytes > std::numeric_limits<int64_t>::max() / kMilli) {
    return autoscaler::GoMilli(kube::Quantity::FromBytes(bytes));
  }
  return static_cast<int64_t>(bytes) * kMilli;
}

autoscaler::ResourceAmounts AmountsOf(const scraper::Usage& usage) {
  return {MilliOfNanocores(usage.cpu_nanocores), MilliOfBytes(usage.working_set_bytes)};
}

// Finds pods of one namespace. Fast where they are asked for by name and in order, as those of one
// template lie side by side in the catalog.
class PodFinder {
 public:
  PodFinder(const scraper::Catalog& catalog, std::string_view namespace_name)
      : catalog_(catalog), namespace_name_(namespace_name) {}

  std::optional<size_t> Find(std::string_view name) {
    if (IsNext(name)) return next_++;
    const std::optional<size_t> found = catalog_.FindPod(namespace_name_, name);
    if (found) next_ = *found + 1;
    return found;
  }

 private:
  bool IsNext(std::string_view name) const {
    if (next_ >= catalog_.pods().size()) return false;
    const kube::ObjectMeta& meta = *catalog_.pods()[next_];
    return meta.name() == name && meta.namespace_name() == namespace_name_;
  }

  const scraper::Catalog& catalog_;
  const std::string_view namespace_name_;
  size_t next_ = 0;
};

void AddPod(const kube::ObjectMeta& meta, const scraper::PodUsage& usage, PodUsageList& list) {
  list.pods.push_back(
      {.name = meta.name(),
       .timestamp_ns = autoscaler::InstantOf(usage.timestamp_ns / kube::kNsPerSecond),
       .window_ns = autoscaler::DurationOf(usage.window_ns),
       .first_container = static_cast<uint32_t>(list.containers.size()),
       .container_count = static_cast<uint32_t>(usage.containers.size())});
  // Most pods of one template have as many containers.
  if (list.containers.empty())
    list.containers.reserve(list.pods.capacity() * usage.containers.size());
  for (const scraper::ContainerUsage& container : usage.containers) {
    list.containers.push_back({container.name, AmountsOf(container.usage)});
  }
}

PodUsageList UsageOf(std::shared_ptr<const scraper::Snapshot> snapshot,
                     std::string_view namespace_name, autoscaler::Pods pods) {
  PodUsageList list;
  list.pods.reserve(pods.size());
  list.places.reserve(pods.size());
  PodFinder finder(snapshot->catalog(), namespace_name);
  scraper::PodUsage usage;
  for (uint32_t i = 0; i < pods.size(); ++i) {
    const auto place = finder.Find(pods[i]->name);
    if (!place || !snapshot->GetPodUsage(*place, usage)) continue;
    AddPod(*snapshot->catalog().pods()[*place], usage, list);
    list.places.push_back(i);
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
