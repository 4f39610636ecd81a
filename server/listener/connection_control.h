#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <memory>

#include "kube/clock.h"

namespace kubegauge::server {

// The strings of one connection: the connection says what it is about and how long that may take,
// the listener ends it when it takes longer, when its place is needed, or in a drain. Deadlines are
// plain numbers that the listener looks at now and then, so that setting one costs no timer.
class ConnectionControl : public std::enable_shared_from_this<ConnectionControl> {
 public:
  enum class Phase {
    kNew,      // no request has come yet
    kIdle,     // between requests
    kReading,  // a request has come in part, or all answers wait for the client to read
    kBusy,     // a request is being served or answered, or the end is being awaited
  };

  // What a connection that serves many requests at once does instead of ending. On its executor.
  class Multiplexed {
   public:
    // A deadline has passed. False: the connection is to end.
    virtual bool OnOverdue(int64_t now_ns) = 0;
    // It is to end in order.
    virtual void WindDown() = 0;
    // It is idle and about to be cancelled: the last it can say, without waiting.
    virtual void SayFarewell() = 0;

   protected:
    ~Multiplexed() = default;
  };

  // `executor` is the connection's. Keeps a reference to `clock`.
  ConnectionControl(boost::asio::any_io_executor executor, const kube::Clock& clock,
                    std::chrono::milliseconds first_allowed);

  // For the connection, on its executor.
  void Enter(Phase phase, std::chrono::milliseconds allowed);
  void EnterWithoutLimit(Phase phase);
  // The same with another kind of limit; the phase may be the one it is in, whose beginning stays.
  void EnterUntil(Phase phase, int64_t deadline_ns);
  // In kReading: since when a request is owed, which may be longer than this phase has lasted.
  void SetSilentSince(int64_t since_ns);
  // Null again before `multiplexed` ends.
  void SetMultiplexed(Multiplexed* multiplexed) { multiplexed_ = multiplexed; }
  bool draining() const { return draining_.load(std::memory_order_relaxed); }
  bool cancelled() const { return cancelled_; }
  void Finish() { finished_ = true; }
  // Completes when a drain begins; at once when it has begun.
  boost::asio::awaitable<void> UntilDrain();
  boost::asio::cancellation_slot slot() { return signal_.slot(); }

  // For the listener, from any thread. Each takes effect on the connection's executor.
  void CancelIfOverdue(int64_t now_ns);
  // Cancels only if still idle (silent) since `since_ns` or earlier.
  void CancelIfIdle(int64_t since_ns);
  void CancelIfSilent(int64_t since_ns);
  void Cancel();
  // Lets a request that is under way be the last, ends an idle connection, and gives a new one
  // until `first_request_deadline_ns`.
  void BeginDrain(int64_t first_request_deadline_ns);
  // Since when it is idle; a time without end when it is not.
  int64_t idle_since_ns() const { return idle_since_ns_.load(std::memory_order_relaxed); }
  // Since when its client owes it a request, the first or the rest of one that it has begun, or
  // room for an answer; likewise.
  int64_t silent_since_ns() const { return silent_since_ns_.load(std::memory_order_relaxed); }

 private:
  template <class Action>
  void OnExecutor(Action action);
  void SetDeadline(int64_t deadline_ns);
  bool is_silent() const { return phase_ == Phase::kNew || phase_ == Phase::kReading; }
  void CancelNow();
  // In order where it can.
  void WindDown();

  const boost::asio::any_io_executor executor_;
  const kube::Clock& clock_;
  std::atomic<int64_t> deadline_ns_;
  std::atomic<int64_t> idle_since_ns_;
  std::atomic<int64_t> silent_since_ns_;
  std::atomic<bool> draining_{false};
  // The rest belongs to the executor.
  Phase phase_ = Phase::kNew;
  int64_t first_request_deadline_ns_;
  bool cancelled_ = false;
  bool finished_ = false;
  boost::asio::cancellation_signal signal_;
  Multiplexed* multiplexed_ = nullptr;
  boost::asio::steady_timer* drain_wait_ = nullptr;  // of who waits in UntilDrain
};

}  // namespace kubegauge::server
