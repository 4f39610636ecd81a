#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>

namespace kubegauge::kube {

// Waiting, passed in wherever a program waits, so that tests decide when a wait is over.
// Implementations are thread-safe.
class Sleeper {
 public:
  virtual ~Sleeper() = default;

  // Completes after `duration`, or by an exception of Asio when its coroutine is cancelled.
  virtual boost::asio::awaitable<void> SleepFor(std::chrono::nanoseconds duration) = 0;
};

// Waits on a timer of the coroutine's own executor.
class TimerSleeper final : public Sleeper {
 public:
  boost::asio::awaitable<void> SleepFor(std::chrono::nanoseconds duration) override;
};

}  // namespace kubegauge::kube
