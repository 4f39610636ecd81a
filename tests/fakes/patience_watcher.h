#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "kube/api_client.h"
#include "tests/fakes/manual_clock.h"

namespace kubegauge::testing {

// Hands on what `next` gives, and writes down for how long its streams are read. A stream that ends
// with kDeadlineExceeded is silent: the clock moves on by the patience before it does.
class PatienceWatcher final : public kube::ApiClient {
 public:
  PatienceWatcher(kube::ApiClient& next, ManualClock& clock) : next_(next), clock_(clock) {}

  boost::asio::awaitable<absl::StatusOr<kube::ApiResponse>> Send(
      kube::ApiRequest request) override {
    return next_.Send(std::move(request));
  }
  boost::asio::awaitable<absl::StatusOr<std::unique_ptr<kube::ApiStream>>> Open(
      kube::ApiRequest request) override {
    auto opened = co_await next_.Open(std::move(request));
    if (!opened.ok()) co_return opened.status();
    co_return std::make_unique<Stream>(*std::move(opened), *this);
  }

  const std::vector<std::chrono::milliseconds>& patiences() const { return patiences_; }

 private:
  class Stream final : public kube::ApiStream {
   public:
    Stream(std::unique_ptr<kube::ApiStream> next, PatienceWatcher& watcher)
        : next_(std::move(next)), watcher_(watcher) {}
    const kube::ApiResponseHead& head() const override { return next_->head(); }
    boost::asio::awaitable<absl::StatusOr<std::string>> Read(
        std::chrono::milliseconds patience) override {
      watcher_.patiences_.push_back(patience);
      absl::StatusOr<std::string> chunk = co_await next_->Read(patience);
      if (absl::IsDeadlineExceeded(chunk.status())) {
        watcher_.clock_.Advance(std::chrono::nanoseconds(patience).count());
      }
      co_return chunk;
    }

   private:
    std::unique_ptr<kube::ApiStream> next_;
    PatienceWatcher& watcher_;
  };

  kube::ApiClient& next_;
  ManualClock& clock_;
  std::vector<std::chrono::milliseconds> patiences_;
};

}  // namespace kubegauge::testing
