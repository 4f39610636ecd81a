#pragma once

#include <spdlog/logger.h>

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "apiservice/metrics_handler.h"
#include "kube/clock.h"
#include "scraper/catalog.h"
#include "scraper/log_limiter.h"
#include "scraper/source.h"
#include "scraper/store.h"
#include "server/health_checks.h"
#include "server/standalone/inventory.h"
#include "server/standalone/objects/simulated_usage.h"

namespace kubegauge::server {

// The node and the pods of an inventory, and simulated ones (on a node of their own, where there
// are any), as the metrics API wants them.
std::shared_ptr<const scraper::Catalog> CatalogOf(
    const Inventory& inventory, std::vector<kube::ObjectMetaRef> simulated_pods = {});

// Where a collector reads from and publishes to. All of it outlives the collector.
struct CollectorParts {
  scraper::Source& source;
  // The pods that the source's newest sample is of.
  std::function<std::vector<PodRecord>()> list_pods;
  PublishedInventory& inventory;
  // Where each new inventory is shown besides.
  std::function<void(const Inventory&)> show_inventory;
  SimulatedUsage* simulated;  // null: there are no simulated pods
  apiservice::PublishedSnapshot& snapshot;
  HealthState& health;
  const kube::Clock& clock;
  spdlog::logger& log;
};

// Measures the machine at a fixed interval and publishes what there is and what it uses. Not
// thread-safe: everything happens on the executor that runs it, and may block there to read files.
class Collector {
 public:
  // The inventory that is published already says which node this is.
  Collector(const CollectorParts& parts, int64_t resolution_ns);

  // Measures once and publishes. A reading that fails is logged; what was read before is served on
  // until it is stale.
  boost::asio::awaitable<void> Tick();

  // Ticks for ever: at once, then once each resolution.
  boost::asio::awaitable<void> Run();

 private:
  // Whether there is a new inventory.
  bool UpdateInventory();
  void MeasureSimulated(bool has_new_inventory);

  CollectorParts parts_;
  int64_t resolution_ns_;
  scraper::Store store_;
  uint64_t simulated_version_ = 0;
  scraper::LogLimiter failures_;
};

}  // namespace kubegauge::server
