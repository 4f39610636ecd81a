#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "kube/clock.h"

namespace kubegauge::scraper {

// What is scraped again and again: it waits for its turn, or its scrape is under way, and is in the
// list of the one or of the other.
class RecurringScrape : public boost::intrusive::list_base_hook<
                            boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  virtual ~RecurringScrape() = default;
  // Its turn has come; it is in no list.
  virtual void Begin() = 0;

  int64_t began_at_ns = 0;  // monotonic; of the last scrape
};
// The oldest first.
using ScrapeList =
    boost::intrusive::list<RecurringScrape, boost::intrusive::constant_time_size<false>>;

// Scrapes that wait for their turns. Those of one turn share a timer and begin one right after the
// other: a timer for each of thousands costs more than to keep them in a list. For one executor's
// thread. May end before the scrapes that wait, which then have no turn. Keeps a reference.
class ScrapeTurns {
 public:
  ScrapeTurns(boost::asio::any_io_executor executor, const kube::Clock& clock)
      : executor_(std::move(executor)), clock_(clock) {}

  // `scrape` begins at `due_ns`, on the monotonic clock, unless it is unlinked or ends before.
  void Await(RecurringScrape& scrape, int64_t due_ns);

 private:
  struct Turn {
    explicit Turn(const boost::asio::any_io_executor& executor) : timer(executor) {}
    boost::asio::steady_timer timer;
    ScrapeList waiting;
  };
  std::shared_ptr<Turn> MakeTurn(int64_t due_ns);

  const boost::asio::any_io_executor executor_;
  const kube::Clock& clock_;
  // By their times. Each is kept by its timer until that has fired.
  std::map<int64_t, std::weak_ptr<Turn>> turns_;
};

}  // namespace kubegauge::scraper
