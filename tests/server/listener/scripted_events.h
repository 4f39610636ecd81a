#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <string>

#include "apiservice/http.h"

namespace kubegauge::testing {

struct Script {
  std::atomic<int> released{0};  // how many events may be sent
  std::atomic<bool> ends{false};
  std::atomic<bool> waiting{false};
  std::atomic<bool> destroyed{false};
};

// Sends an event for each that a test releases.
class ScriptedEvents final : public apiservice::EventStream {
 public:
  explicit ScriptedEvents(Script& script) : script_(script) {}
  ~ScriptedEvents() override { script_.destroyed = true; }

  boost::asio::awaitable<bool> Next(std::string& out) override {
    script_.waiting = true;
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
    while (sent_ >= script_.released && !script_.ends) {
      timer.expires_after(std::chrono::milliseconds(1));
      co_await timer.async_wait(boost::asio::use_awaitable);
    }
    if (sent_ >= script_.released) co_return false;
    out.append("event").append(std::to_string(++sent_)).append("\n");
    co_return true;
  }

 private:
  Script& script_;
  int sent_ = 0;
};

}  // namespace kubegauge::testing
