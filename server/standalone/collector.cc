#include "server/standalone/collector.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <utility>

#include "kube/time_units.h"
#include "scraper/pacer.h"
#include "server/standalone/objects/replica_set_plan.h"

namespace kubegauge::server {
namespace {

constexpr int64_t kFailureLogIntervalNs = 60 * kube::kNsPerSecond;
constexpr char kReadingFailed[] = "reading";

kube::ObjectMetaRef MetaOf(std::string_view namespace_name, std::string_view name,
                           const Labels& labels) {
  std::vector<kube::Label> views(labels.begin(), labels.end());
  return kube::ObjectMeta::Create(namespace_name, name, views);
}

}  // namespace

std::shared_ptr<const scraper::Catalog> CatalogOf(const Inventory& inventory,
                                                  std::vector<kube::ObjectMetaRef> simulated_pods) {
  const NodeRecord& node = inventory.node;
  std::vector<kube::ObjectMetaRef> nodes = {MetaOf("", node.name, node.labels)};
  if (!simulated_pods.empty()) nodes.push_back(MetaOf("", kSimulatedNode, {}));
  std::vector<kube::ObjectMetaRef> pods = std::move(simulated_pods);
  pods.reserve(pods.size() + inventory.pods.size());
  for (const PodRecord& pod : inventory.pods) {
    pods.push_back(MetaOf(pod.namespace_name, pod.name, pod.labels));
  }
  return std::make_shared<const scraper::Catalog>(std::move(nodes), std::move(pods));
}

Collector::Collector(const CollectorParts& parts, int64_t resolution_ns)
    : parts_(parts),
      resolution_ns_(resolution_ns),
      store_(scraper::StoreOptions::ForResolution(resolution_ns), parts.clock),
      failures_(kFailureLogIntervalNs, 1, parts.clock) {
  store_.SetCatalog(CatalogOf(*parts_.inventory.Get()));
}

bool Collector::UpdateInventory() {
  const std::shared_ptr<const Inventory> current = parts_.inventory.Get();
  std::shared_ptr<const Inventory> next =
      NextInventory(current, current->node, parts_.list_pods(), current->resource_version);
  if (next == current) return false;
  parts_.log.debug("Pods changed pods={} resource_version={}", next->pods.size(),
                   next->resource_version);
  if (parts_.show_inventory) parts_.show_inventory(*next);
  parts_.inventory.Set(std::move(next));
  return true;
}

void Collector::MeasureSimulated(bool has_new_inventory) {
  if (parts_.simulated == nullptr) {
    if (has_new_inventory) store_.SetCatalog(CatalogOf(*parts_.inventory.Get()));
    return;
  }
  const scraper::Sample& sample = parts_.simulated->Measure();
  const uint64_t version = parts_.simulated->pods_version();
  if (has_new_inventory || version != simulated_version_) {
    store_.SetCatalog(CatalogOf(*parts_.inventory.Get(), parts_.simulated->Pods()));
    simulated_version_ = version;
  }
  store_.Apply(kSimulatedNode, sample);
}

boost::asio::awaitable<void> Collector::Tick() {
  parts_.health.last_tick_began_ns = parts_.clock.MonotonicNs();
  const absl::StatusOr<const scraper::Sample*> sample = co_await parts_.source.Collect();
  MeasureSimulated(sample.ok() && UpdateInventory());
  if (sample.ok()) {
    store_.Apply(parts_.inventory.Get()->node.name, **sample);
  } else if (const auto held_back = failures_.Admit(kReadingFailed)) {
    parts_.log.error("Cannot measure this machine held_back={} error=\"{}\"", *held_back,
                     std::string(sample.status().message()));
  }
  parts_.snapshot.Set(store_.MakeSnapshot());
}

boost::asio::awaitable<void> Collector::Run() {
  scraper::Pacer pacer(resolution_ns_, parts_.clock);
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
  for (;;) {
    timer.expires_after(std::chrono::nanoseconds(pacer.UntilDueNs()));
    co_await timer.async_wait(boost::asio::use_awaitable);
    pacer.Begin();
    co_await Tick();
  }
}

}  // namespace kubegauge::server
