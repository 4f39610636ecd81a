#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "scraper/kubelet_source.h"
#include "scraper/kubelet_target.h"
#include "scraper/scrape_environment.h"
#include "scraper/scrape_slots.h"
#include "scraper/scrape_state_log.h"

namespace kubegauge::scraper {

// Scrapes one node again and again: at once, then once a resolution, in one of many turns, which
// the node's name decides so that the work of all nodes is even. Where the kubelet tells no rates,
// usage needs a second reading of its, and a few scrapes follow sooner. Scrapes of one node never
// overlap. Shared by the coroutine of a scrape. For one executor's thread.
class NodeScraper final : public std::enable_shared_from_this<NodeScraper>,
                          private RecurringScrape {
 public:
  NodeScraper(boost::asio::any_io_executor executor, KubeletTarget target,
              std::shared_ptr<ScrapeEnvironment> environment);

  // Called once; later scrapes follow by themselves.
  void Begin() override;
  // Ends what is under way, and scrapes no more.
  void Stop();
  // From the next scrape on.
  void SetTarget(KubeletTarget target) { target_ = std::move(target); }

  // Of the scrapes under way, ends those that take too long, and gives back the slots of those that
  // wait for a slow kubelet. To be called several times a second.
  static void SweepRunning(ScrapeEnvironment& environment);

 private:
  boost::asio::awaitable<void> Run();
  void AwaitTurn();
  boost::asio::awaitable<void> ScrapeOnce();
  boost::asio::awaitable<absl::Status> CollectAndApply();
  boost::asio::awaitable<const Sample*> CollectFirstRates(const Sample& sample,
                                                          ScrapeKits::Lease& kit);

  const boost::asio::any_io_executor executor_;
  const std::shared_ptr<ScrapeEnvironment> environment_;
  KubeletTarget target_;
  KubeletSource source_;
  ScrapeStateLog log_;
  ScrapeSlots::Slot slot_;
  bool overdue_ = false;
  bool scraped_before_ = false;
  bool is_hasty_ = false;
  size_t hasty_scrapes_ = 0;
  bool stopped_ = false;
};

// When the next turn is of a node that was scraped at `scraped_at_ns`: at least half a resolution
// after that, and not before `now_ns`. The turns of a node are a resolution apart.
int64_t NextDueNs(std::string_view node, int64_t scraped_at_ns, int64_t now_ns,
                  int64_t resolution_ns);

// When a node without usage, of which `hasty_scrapes` have been sent after the first, is scraped
// again that was scraped at `scraped_at_ns`: some seconds after that, and not before `now_ns`. No
// value when that has been tried often enough.
std::optional<int64_t> HastyDueNs(size_t hasty_scrapes, int64_t scraped_at_ns, int64_t now_ns,
                                  int64_t resolution_ns);

}  // namespace kubegauge::scraper
