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
#include "scraper/log_limiter.h"
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
// once, the others each at a time of their own. A snapshot follows within a fifth of a second, or
// in large clusters within a second unless nodes or the catalog are new. A node that fails keeps
// its last points until they are stale, and costs no other node anything. Points carry the time of
// their kubelet's clock, however wrong; staleness goes by ours.
//
// For one executor's thread; keeps references. It may end before the executor does, but not while
// that runs.
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
  // Passes on what NodeScrapers observe, and notes the longest scrape of the tick.
  class TickObserver;

  using Reasons = std::map<std::string, std::string, std::less<>>;  // by node

  void SetTarget(const std::string& name, KubeletTarget target);
  std::shared_ptr<const NodeLayout> Apply(const std::string& node, const Sample* history,
                                          const Sample& sample);
  bool IsPublishingDue() const;
  void Publish();
  void LogContests();
  void BeginTick(std::atomic<int64_t>& tick_began_ns);

  const boost::asio::any_io_executor executor_;
  const ClusterScraperOptions options_;
  Published<Snapshot>& snapshot_;
  const kube::Clock& clock_;
  spdlog::logger& log_;
  Store store_;
  std::unique_ptr<TickObserver> observer_;
  std::shared_ptr<ScrapeEnvironment> environment_;
  std::map<std::string, std::shared_ptr<NodeScraper>, std::less<>> nodes_;
  LogLimiter contest_limiter_;
  Reasons unresolved_;  // why nodes cannot be scraped at all, as it was logged
  // Since the last snapshot: whether there is something new, and whether it must not wait.
  bool changed_ = false;
  bool urgent_ = false;
  size_t sweeps_waited_ = 0;
  int64_t tick_due_ns_ = 0;
};

}  // namespace kubegauge::scraper
