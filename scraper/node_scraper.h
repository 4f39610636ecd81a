#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>

#include "kube/clock.h"
#include "scraper/kubelet_source.h"
#include "scraper/kubelet_target.h"
#include "scraper/scrape_observer.h"
#include "scraper/scrape_slots.h"
#include "scraper/scrape_state_log.h"

namespace kubegauge::scraper {

// What the scrapers of all nodes share. All of it outlives them.
struct ScrapeEnvironment {
  KubeletAccess& access;
  ScrapeKits& kits;
  ScrapeSlots& slots;
  const KubeletSourceOptions& source_options;
  int64_t resolution_ns = 0;
  int64_t timeout_ns = 0;
  const kube::Clock& clock;
  ScrapeObserver& observer;
  spdlog::logger& log;
  // Takes in a sample; `history`, which may be null, is what came before it.
  std::function<void(const std::string& node, const Sample* history, const Sample& sample)> apply;
};

// Scrapes one node again and again: at once, then once a resolution at a time of its own, which is
// spread by the node's name so that the work of all nodes is even. Shared by its coroutine. For one
// executor's thread.
class NodeScraper : public std::enable_shared_from_this<NodeScraper> {
 public:
  NodeScraper(boost::asio::any_io_executor executor, KubeletTarget target,
              const ScrapeEnvironment& environment);

  // Begins. Called once.
  void Start();
  // Ends what is under way, and scrapes no more.
  void Stop();
  // From the next scrape on.
  void SetTarget(KubeletTarget target) { target_ = std::move(target); }
  // Ends a scrape that takes too long, and gives back the slot of one that is slow.
  void Sweep(int64_t now_ns);

 private:
  boost::asio::awaitable<void> Run();
  boost::asio::awaitable<void> WaitUntilDue();
  boost::asio::awaitable<void> ScrapeOnce();
  boost::asio::awaitable<absl::Status> CollectAndApply();

  const boost::asio::any_io_executor executor_;
  const ScrapeEnvironment& environment_;
  KubeletTarget target_;
  KubeletSource source_;
  ScrapeStateLog log_;
  boost::asio::steady_timer timer_;
  ScrapeSlots::Slot slot_;
  int64_t began_at_ns_ = 0;  // of the scrape under way; 0 between scrapes
  bool overdue_ = false;
  bool scraped_before_ = false;
  bool stopped_ = false;
};

// When the node is due next, on the grid of its own: at least half a resolution from now.
int64_t NextDueNs(std::string_view node, int64_t now_ns, int64_t resolution_ns);

}  // namespace kubegauge::scraper
