#include "scraper/answer_ticks.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

namespace kubegauge::scraper {

namespace asio = boost::asio;

namespace {

constexpr int kSoonTicks = 8;
constexpr std::chrono::milliseconds kSoon(25);
constexpr std::chrono::milliseconds kLater(200);

}  // namespace

asio::awaitable<void> AnswerTicks::Next(int missed) {
  const bool soon = missed < kSoonTicks;
  asio::steady_timer& timer = soon ? soon_ : later_;
  // Who comes first sets the time for all that come until then.
  if (timer.expiry() <= std::chrono::steady_clock::now()) {
    timer.expires_after(soon ? kSoon : kLater);
  }
  boost::system::error_code moved;  // when a late tick is set anew: as good as a tick
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, moved));
}

}  // namespace kubegauge::scraper
