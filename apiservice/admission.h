#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>

#include "apiservice/http.h"
#include "kube/sleeper.h"

namespace kubegauge::apiservice {

// The work on one request beside the coroutine that waits for it, on the strand of both. It runs at
// once up to where it first has to wait. Most requests never do, as who asks and what they may is
// known: those cost no timer.
class Admission : public std::enable_shared_from_this<Admission> {
 public:
  explicit Admission(boost::asio::any_io_executor strand);

  // To be called once, on the strand. What `work` refers to must live until it has ended.
  void Start(boost::asio::awaitable<Response> work);
  // The answer; nullopt when there is none in time. In the end, however it comes, the work has
  // ended too: what waits in it is cancelled.
  boost::asio::awaitable<std::optional<Response>> Await(kube::Sleeper& sleeper,
                                                        std::chrono::nanoseconds timeout);

 private:
  static boost::asio::awaitable<void> Run(std::shared_ptr<Admission> self,
                                          boost::asio::awaitable<Response> work);
  // Completes when the work has ended.
  boost::asio::awaitable<void> Ended();

  const boost::asio::any_io_executor strand_;
  boost::asio::cancellation_signal cancellation_;
  boost::asio::steady_timer* wait_ = nullptr;  // of who waits in Ended
  bool ended_ = false;
  std::optional<Response> response_;
  std::exception_ptr error_;
};

}  // namespace kubegauge::apiservice
