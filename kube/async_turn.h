#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace kubegauge::kube {

// A mutex for coroutines: who waits for its turn does not hold up a thread. Thread-safe. Must
// outlive its turns.
class AsyncTurn {
 public:
  // Having the turn, until it is destroyed.
  class Holder {
   public:
    explicit Holder(AsyncTurn* turn) : turn_(turn) {}
    Holder(Holder&& other) noexcept : turn_(std::exchange(other.turn_, nullptr)) {}
    Holder& operator=(Holder&&) = delete;
    ~Holder() {
      if (turn_ != nullptr) turn_->free_.try_send(boost::system::error_code());
    }

   private:
    AsyncTurn* turn_;
  };

  explicit AsyncTurn(boost::asio::any_io_executor executor) : free_(std::move(executor), 1) {
    free_.try_send(boost::system::error_code());
  }

  boost::asio::awaitable<Holder> Take() {
    co_await free_.async_receive(boost::asio::use_awaitable);
    co_return Holder(this);
  }

 private:
  boost::asio::experimental::concurrent_channel<void(boost::system::error_code)> free_;
};

}  // namespace kubegauge::kube
