#include "server/listener/connection_control.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <limits>
#include <utility>

namespace kubegauge::server {
namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

int64_t ToNs(std::chrono::milliseconds duration) {
  return std::chrono::nanoseconds(duration).count();
}

}  // namespace

ConnectionControl::ConnectionControl(boost::asio::any_io_executor executor,
                                     const kube::Clock& clock,
                                     std::chrono::milliseconds first_allowed)
    : executor_(std::move(executor)),
      clock_(clock),
      deadline_ns_(clock.MonotonicNs() + ToNs(first_allowed)),
      idle_since_ns_(kNever),
      silent_since_ns_(clock.MonotonicNs()),
      first_request_deadline_ns_(kNever) {}

void ConnectionControl::Enter(Phase phase, std::chrono::milliseconds allowed) {
  const int64_t now_ns = clock_.MonotonicNs();
  const bool was_silent = is_silent();
  phase_ = phase;
  if (is_silent() != was_silent) {
    silent_since_ns_.store(was_silent ? kNever : now_ns, std::memory_order_relaxed);
  }
  SetDeadline(now_ns + ToNs(allowed));
  idle_since_ns_.store(phase == Phase::kIdle ? now_ns : kNever, std::memory_order_relaxed);
}

void ConnectionControl::EnterUntil(Phase phase, int64_t deadline_ns) {
  if (phase != phase_) Enter(phase, std::chrono::milliseconds(0));
  SetDeadline(deadline_ns);
}

void ConnectionControl::SetSilentSince(int64_t since_ns) {
  silent_since_ns_.store(since_ns, std::memory_order_relaxed);
}

void ConnectionControl::SetDeadline(int64_t deadline_ns) {
  if (phase_ == Phase::kNew) deadline_ns = std::min(deadline_ns, first_request_deadline_ns_);
  deadline_ns_.store(deadline_ns, std::memory_order_relaxed);
}

void ConnectionControl::EnterWithoutLimit(Phase phase) {
  phase_ = phase;
  deadline_ns_.store(kNever, std::memory_order_relaxed);
  idle_since_ns_.store(kNever, std::memory_order_relaxed);
  silent_since_ns_.store(kNever, std::memory_order_relaxed);
}

boost::asio::awaitable<void> ConnectionControl::UntilDrain() {
  if (draining()) co_return;
  boost::asio::steady_timer wait(executor_, boost::asio::steady_timer::time_point::max());
  drain_wait_ = &wait;
  boost::system::error_code ignored;  // always "cancelled"
  co_await wait.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
  drain_wait_ = nullptr;
}

template <class Action>
void ConnectionControl::OnExecutor(Action action) {
  boost::asio::post(executor_, [self = shared_from_this(), action] {
    if (!self->finished_) action(*self);
  });
}

void ConnectionControl::CancelNow() {
  cancelled_ = true;
  signal_.emit(boost::asio::cancellation_type::terminal);
}

void ConnectionControl::WindDown() {
  if (multiplexed_ != nullptr) {
    multiplexed_->WindDown();
  } else {
    CancelNow();
  }
}

void ConnectionControl::CancelIfOverdue(int64_t now_ns) {
  if (deadline_ns_.load(std::memory_order_relaxed) > now_ns) return;
  OnExecutor([now_ns](ConnectionControl& self) {
    if (self.deadline_ns_.load(std::memory_order_relaxed) > now_ns) return;
    if (self.multiplexed_ == nullptr || !self.multiplexed_->OnOverdue(now_ns)) self.CancelNow();
  });
}

void ConnectionControl::CancelIfIdle(int64_t since_ns) {
  OnExecutor([since_ns](ConnectionControl& self) {
    if (self.idle_since_ns() > since_ns) return;
    if (self.multiplexed_ != nullptr) self.multiplexed_->SayFarewell();
    self.CancelNow();
  });
}

void ConnectionControl::CancelIfSilent(int64_t since_ns) {
  OnExecutor([since_ns](ConnectionControl& self) {
    if (self.silent_since_ns() <= since_ns) self.CancelNow();
  });
}

void ConnectionControl::Cancel() {
  OnExecutor([](ConnectionControl& self) { self.CancelNow(); });
}

void ConnectionControl::BeginDrain(int64_t first_request_deadline_ns) {
  draining_ = true;
  OnExecutor([first_request_deadline_ns](ConnectionControl& self) {
    self.first_request_deadline_ns_ = first_request_deadline_ns;
    if (self.drain_wait_ != nullptr) self.drain_wait_->cancel();
    if (self.phase_ == Phase::kNew) {
      self.deadline_ns_.store(std::min(self.deadline_ns_.load(), first_request_deadline_ns));
    } else if (self.phase_ == Phase::kIdle || self.multiplexed_ != nullptr) {
      self.WindDown();
    }
  });
}

}  // namespace kubegauge::server
