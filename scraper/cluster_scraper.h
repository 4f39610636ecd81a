#pragma once

#include <spdlog/logger.h>

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <string>

#include "kube/clock.h"
#include "kube/credentials.h"
#include "kube/node_info.h"
#include "scraper/node_scraper.h"
#include "scraper/published.h"
#include "scraper/scrape_observer.h"
#include "scraper/snapshot.h"
#include "scraper/store.h"

namespace kubegauge::scraper {

struct ClusterScraperOptions {
  KubeletAddressing addressing;
  KubeletClientOptions client;
  KubeletSourceOptions source;
  int64_t resolution_ns = 0;
  int64_t timeout_ns = 0;  // of one scrape
};

// Scrapes the kubelets of a cluster and publishes what they say: a node that is new is scraped at
// once, the others each at a time of their own; a snapshot follows the samples within
// a fifth of a second. A node that fails keeps its last points until they are stale, and costs no
// other node anything. For one executor's thread; keeps references.
class ClusterScraper {
 public:
  // `credentials` null: plain HTTP without any.
  ClusterScraper(boost::asio::any_io_executor executor, ClusterScraperOptions options,
                 kube::CredentialSource* credentials, Published<Snapshot>& snapshot,
                 ScrapeObserver& observer, const kube::Clock& clock, spdlog::logger& log);
  ~ClusterScraper();

  // The nodes to scrape. Those that are gone are forgotten, their connections closed.
  void SetNodes(const kube::NodeList& nodes);
  // What exists, whether it can be scraped or not.
  void SetCatalog(std::shared_ptr<const Catalog> catalog);

  // Publishes, and ends scrapes that take too long, until the executor stops. When each tick began
  // is told to `tick_began_ns`, on the monotonic clock.
  boost::asio::awaitable<void> Run(std::atomic<int64_t>& tick_began_ns);

 private:
  void Apply(const std::string& node, const Sample* history, const Sample& sample);
  void Publish();
  void BeginTick(std::atomic<int64_t>& tick_began_ns);

  // Passes on what NodeScrapers observe, and notes the longest scrape of the tick.
  class TickObserver;

  const boost::asio::any_io_executor executor_;
  const ClusterScraperOptions options_;
  Published<Snapshot>& snapshot_;
  const kube::Clock& clock_;
  spdlog::logger& log_;
  Store store_;
  KubeletAccess access_;
  ScrapeKits kits_;
  ScrapeSlots slots_;
  std::unique_ptr<TickObserver> observer_;
  ScrapeEnvironment environment_;
  std::map<std::string, std::shared_ptr<NodeScraper>, std::less<>> nodes_;
  std::map<std::string, std::string, std::less<>> unresolved_;  // node: why, as it was logged
  bool changed_ = false;                                        // since the last snapshot
  int64_t tick_due_ns_ = 0;
};

}  // namespace kubegauge::scraper
