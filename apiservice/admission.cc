#include "apiservice/admission.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <utility>

namespace kubegauge::apiservice {

namespace asio = boost::asio;

Admission::Admission(asio::any_io_executor strand) : strand_(std::move(strand)) {}

void Admission::Start(asio::awaitable<Response> work) {
  // The slot is in use up to the call of this handler, which is after the end of the work.
  const auto keep_slot = [self = shared_from_this()](const std::exception_ptr&) {};
  asio::co_spawn(strand_, Run(shared_from_this(), std::move(work)),
                 asio::bind_cancellation_slot(cancellation_.slot(), keep_slot));
}

asio::awaitable<void> Admission::Run(std::shared_ptr<Admission> self,
                                     asio::awaitable<Response> work) {
  try {
    self->response_ = co_await std::move(work);
  } catch (...) {
    self->error_ = std::current_exception();
  }
  self->ended_ = true;
  if (self->wait_ != nullptr) self->wait_->cancel();
}

asio::awaitable<void> Admission::Ended() {
  if (ended_) co_return;
  asio::steady_timer wait(strand_, asio::steady_timer::time_point::max());
  wait_ = &wait;
  boost::system::error_code ignored;  // always "cancelled"
  co_await wait.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  wait_ = nullptr;
}

asio::awaitable<std::optional<Response>> Admission::Await(kube::Sleeper& sleeper,
                                                          std::chrono::nanoseconds timeout) {
  using asio::experimental::awaitable_operators::operator||;
  try {
    if (!ended_) co_await (Ended() || sleeper.SleepFor(timeout));
  } catch (const std::exception&) {
    // We are cancelled; the state below says so, too.
  }
  const bool in_time = ended_;
  const bool is_cancelled =
      (co_await asio::this_coro::cancellation_state).cancelled() != asio::cancellation_type::none;
  if (!in_time) {
    // The work refers to what goes away with us, and so we cannot go before it, cancelled or not.
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    cancellation_.emit(asio::cancellation_type::terminal);
    while (!ended_) co_await Ended();
    co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
  }
  if (is_cancelled) throw boost::system::system_error(asio::error::operation_aborted);
  if (!in_time) co_return std::nullopt;
  if (error_) std::rethrow_exception(error_);
  co_return std::move(response_);
}

}  // namespace kubegauge::apiservice
