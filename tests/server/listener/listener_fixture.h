#pragma once

#include <gtest/gtest.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "apiservice/certificate_authority.h"
#include "apiservice/http.h"
#include "server/listener/https_listener.h"
#include "server/listener/serving_threads.h"
#include "tests/fakes/manual_clock.h"
#include "tests/server/listener/https_client.h"

namespace kubegauge::testing {

// Answers with what it was asked: `<method> <path>?<query> <body>`, unless a test sets `answer` or
// `answer_at_once`, the first of which is asked where the second, if it is set, gives nothing.
class ScriptedService final : public apiservice::HttpService {
 public:
  using Answer = std::function<boost::asio::awaitable<apiservice::Response>(apiservice::Request)>;

  using AnswerAtOnce =
      std::function<std::optional<apiservice::Response>(const apiservice::Request&)>;

  boost::asio::awaitable<apiservice::Response> Serve(apiservice::Request request) override;
  std::optional<apiservice::Response> ServeAtOnce(const apiservice::Request& request) override;

  // Set before the listener starts.
  Answer answer;
  AnswerAtOnce answer_at_once;
};

apiservice::Response TextResponse(std::string body);

// A body of `total` bytes, each part of them counted as it is made.
class CountedStream final : public apiservice::BodyStream {
 public:
  struct Counts {
    std::atomic<size_t> made{0};
    std::atomic<bool> destroyed{false};
  };
  CountedStream(size_t total, Counts& counts) : left_(total), counts_(counts) {}
  ~CountedStream() override { counts_.destroyed = true; }

  bool Next(std::string& out) override;

 private:
  size_t left_;
  Counts& counts_;
};

// Where requests wait until a test lets them go.
class Hold {
 public:
  // Counts the caller in and waits for Release, or for cancellation, which it throws.
  boost::asio::awaitable<void> Wait();
  void Release() { released_ = true; }
  int waiting() const { return waiting_; }

 private:
  std::atomic<int> waiting_{0};
  std::atomic<bool> released_{false};
};

// Keeps what is logged. Thread-safe.
class TextSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  std::string text() {
    const std::lock_guard lock(mutex_);
    return text_;
  }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    text_.append(message.payload.data(), message.payload.size()).append("\n");
  }
  void flush_() override {}

  std::string text_;
};

// A listener on a free port of 127.0.0.1, run by two threads, its time standing still.
class ListenerFixture : public ::testing::Test {
 protected:
  ListenerFixture();
  ~ListenerFixture() override;

  // To be called once, when limits_ and service_ are as the test wants them.
  void Start(const server::ListenAddress& address = {.ip = "127.0.0.1", .port = 0});
  uint16_t port() const { return listener_->bound_port(); }
  HttpsClient Connect(ClientOptions options = {}) const;
  std::optional<HttpAnswer> AskOnce(std::string_view request) const;

  std::future<void> Drain(std::chrono::milliseconds grace);
  void Advance(std::chrono::milliseconds time);
  // Waits, without sleeping, until `condition` holds; false after 20 seconds.
  bool Eventually(const std::function<bool()>& condition) const;

  server::TlsMaterial NewMaterial(const std::string& common_name) const;
  std::shared_ptr<const server::TlsContext> NewContext(const server::TlsMaterial& material) const;

  const int64_t wall_ns_ = kube::SystemClock().WallNs();
  apiservice::CertificateAuthority authority_;
  ManualClock clock_;
  const std::shared_ptr<TextSink> log_sink_ = std::make_shared<TextSink>();
  spdlog::logger log_;
  ScriptedService service_;
  server::ListenerLimits limits_;
  server::ServingTls tls_;
  server::ServingThreads serving_{2};
  std::unique_ptr<server::HttpsListener> listener_;

 private:
  std::thread thread_;
  bool drained_ = false;
};

}  // namespace kubegauge::testing
