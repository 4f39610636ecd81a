#include "scraper/scrape_turns.h"

#include <chrono>

namespace kubegauge::scraper {

void ScrapeTurns::Await(RecurringScrape& scrape, int64_t due_ns) {
  std::weak_ptr<Turn>& known = turns_[due_ns];
  std::shared_ptr<Turn> turn = known.lock();
  if (turn == nullptr) known = turn = MakeTurn(due_ns);
  turn->waiting.push_back(scrape);
}

std::shared_ptr<ScrapeTurns::Turn> ScrapeTurns::MakeTurn(int64_t due_ns) {
  // They end in the order of their times; the one of `due_ns` is about to be replaced.
  while (turns_.begin()->second.expired() && turns_.begin()->first != due_ns) {
    turns_.erase(turns_.begin());
  }
  auto turn = std::make_shared<Turn>(executor_);
  turn->timer.expires_after(std::chrono::nanoseconds(due_ns - clock_.MonotonicNs()));
  turn->timer.async_wait([turn](const boost::system::error_code&) mutable {
    ScrapeList due;
    due.swap(turn->waiting);
    turn.reset();  // who asks for this time from now on gets another
    while (!due.empty()) {
      RecurringScrape& next = due.front();
      due.pop_front();
      next.Begin();
    }
  });
  return turn;
}

}  // namespace kubegauge::scraper
