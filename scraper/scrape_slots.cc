#include "scraper/scrape_slots.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace kubegauge::scraper {

namespace asio = boost::asio;

asio::awaitable<ScrapeSlots::Slot> ScrapeSlots::Take() {
  if (free_ > 0) {
    --free_;
    co_return Slot(this);
  }
  Waiter waiter(executor_);
  waiting_.push_back(waiter);
  boost::system::error_code given;
  co_await waiter.timer.async_wait(asio::redirect_error(asio::use_awaitable, given));
  co_return Slot(this);
}

void ScrapeSlots::Give() {
  if (waiting_.empty()) {
    ++free_;
    return;
  }
  waiting_.front().timer.cancel();
  waiting_.pop_front();
}

}  // namespace kubegauge::scraper
