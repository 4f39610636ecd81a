#pragma once

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "kube/api_client.h"

namespace kubegauge::testing {

// An API server that answers by a function of the test. Each stream gives its chunks, then its end
// or error. Requests are written down. For one thread.
class ScriptedApiClient final : public kube::ApiClient {
 public:
  struct Script {
    unsigned status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;                         // of Send
    std::deque<std::string> chunks;           // of Open
    absl::Status end = absl::OkStatus();      // how a stream ends behind its chunks
    absl::Status failure = absl::OkStatus();  // instead of a response
  };
  using Answer = std::function<Script(const kube::ApiRequest&)>;

  explicit ScriptedApiClient(Answer answer) : answer_(std::move(answer)) {}

  boost::asio::awaitable<absl::StatusOr<kube::ApiResponse>> Send(
      kube::ApiRequest request) override {
    co_await Yield();
    Script script = Take(std::move(request));
    if (!script.failure.ok()) co_return script.failure;
    co_return kube::ApiResponse{{script.status, std::move(script.headers)}, std::move(script.body)};
  }
  boost::asio::awaitable<absl::StatusOr<std::unique_ptr<kube::ApiStream>>> Open(
      kube::ApiRequest request) override {
    co_await Yield();
    Script script = Take(std::move(request));
    if (!script.failure.ok()) co_return script.failure;
    co_return std::make_unique<Stream>(std::move(script));
  }

  const std::vector<kube::ApiRequest>& requests() const { return requests_; }

 private:
  class Stream final : public kube::ApiStream {
   public:
    explicit Stream(Script script)
        : script_(std::move(script)), head_{script_.status, script_.headers} {}
    const kube::ApiResponseHead& head() const override { return head_; }
    boost::asio::awaitable<absl::StatusOr<std::string>> Read(std::chrono::milliseconds) override {
      co_await Yield();
      if (script_.chunks.empty()) {
        if (!script_.end.ok()) co_return script_.end;
        co_return std::string();
      }
      std::string chunk = std::move(script_.chunks.front());
      script_.chunks.pop_front();
      co_return chunk;
    }

   private:
    Script script_;
    kube::ApiResponseHead head_;
  };

  static boost::asio::awaitable<void> Yield() {
    co_await boost::asio::post(co_await boost::asio::this_coro::executor,
                               boost::asio::use_awaitable);
  }
  Script Take(kube::ApiRequest request) {
    requests_.push_back(std::move(request));
    return answer_(requests_.back());
  }

  Answer answer_;
  std::vector<kube::ApiRequest> requests_;
};

}  // namespace kubegauge::testing
