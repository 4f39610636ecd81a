#pragma once

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <list>

#include "kube/sleeper.h"
#include "tests/fakes/manual_clock.h"

namespace kubegauge::testing {

// A sleeper whose sleeps end when the test says so: for code that works while it waits. For one
// thread.
class PendingSleeper final : public kube::Sleeper {
 public:
  explicit PendingSleeper(ManualClock& clock) : clock_(clock) {}

  boost::asio::awaitable<void> SleepFor(std::chrono::nanoseconds duration) override {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor,
                                    boost::asio::steady_timer::time_point::max());
    const auto place =
        sleeps_.insert(sleeps_.end(), {clock_.MonotonicNs() + duration.count(), &timer});
    boost::system::error_code ignored;
    co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
    sleeps_.erase(place);
  }

  // Moves the clock on to the end of the sleep that is to end first, and ends it.
  void PassToNext() {
    auto next = sleeps_.begin();
    for (auto sleep = sleeps_.begin(); sleep != sleeps_.end(); ++sleep) {
      if (sleep->until_ns < next->until_ns) next = sleep;
    }
    if (next == sleeps_.end()) return;
    clock_.Advance(next->until_ns - clock_.MonotonicNs());
    next->timer->cancel();
  }

 private:
  struct Sleep {
    int64_t until_ns;
    boost::asio::steady_timer* timer;
  };

  ManualClock& clock_;
  std::list<Sleep> sleeps_;
};

}  // namespace kubegauge::testing
