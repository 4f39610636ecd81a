#pragma once

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <functional>
#include <utility>
#include <vector>

#include "kube/sleeper.h"
#include "tests/fakes/manual_clock.h"

namespace kubegauge::testing {

// A sleeper under which time passes only by sleeping: each wait moves `clock` on at once, and is
// written down. For code that waits in one coroutine at a time.
class ManualSleeper final : public kube::Sleeper {
 public:
  explicit ManualSleeper(ManualClock& clock) : clock_(clock) {}

  boost::asio::awaitable<void> SleepFor(std::chrono::nanoseconds duration) override {
    slept_.push_back(duration);
    clock_.Advance(duration.count());
    if (on_sleep_) on_sleep_(duration);
    co_await boost::asio::post(co_await boost::asio::this_coro::executor,
                               boost::asio::use_awaitable);
  }

  const std::vector<std::chrono::nanoseconds>& slept() const { return slept_; }
  // Called in each wait, after the clock was moved on.
  void OnSleep(std::function<void(std::chrono::nanoseconds)> action) {
    on_sleep_ = std::move(action);
  }

 private:
  ManualClock& clock_;
  std::vector<std::chrono::nanoseconds> slept_;
  std::function<void(std::chrono::nanoseconds)> on_sleep_;
};

}  // namespace kubegauge::testing
