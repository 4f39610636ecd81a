#pragma once

#include <gtest/gtest.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "kube/credentials.h"
#include "kube/curl_api_client.h"

namespace kubegauge::testing {

// Credentials that a test sets. Those that are set as the next ones take the place of refused ones.
class SettableCredentials final : public kube::CredentialSource {
 public:
  boost::asio::awaitable<absl::StatusOr<kube::CredentialsPtr>> Get() override {
    co_await boost::asio::post(co_await boost::asio::this_coro::executor,
                               boost::asio::use_awaitable);
    const std::lock_guard lock(mutex_);
    co_return current_;
  }
  void Refuse(const kube::CredentialsPtr& refused) override {
    const std::lock_guard lock(mutex_);
    ++refusals_;
    if (refused == current_ && next_ != nullptr) current_ = std::exchange(next_, nullptr);
  }

  void Set(kube::Credentials credentials) {
    const std::lock_guard lock(mutex_);
    current_ = std::make_shared<const kube::Credentials>(std::move(credentials));
  }
  void SetNext(kube::Credentials credentials) {
    const std::lock_guard lock(mutex_);
    next_ = std::make_shared<const kube::Credentials>(std::move(credentials));
  }
  int refusals() const {
    const std::lock_guard lock(mutex_);
    return refusals_;
  }

 private:
  mutable std::mutex mutex_;
  kube::CredentialsPtr current_ = std::make_shared<const kube::Credentials>();
  kube::CredentialsPtr next_;
  int refusals_ = 0;
};

// A client on two threads of its own.
class ClientRunner {
 public:
  ClientRunner() {
    for (int i = 0; i < 2; ++i) threads_.emplace_back([this] { io_.run(); });
  }
  ~ClientRunner() {
    client_.reset();
    work_.reset();
    for (std::thread& thread : threads_) thread.join();
  }

  void Create(uint16_t port) {
    config_.server.is_https = true;
    if (config_.server.host.empty()) config_.server.host = "127.0.0.1";
    config_.server.port = std::to_string(port);
    auto client = kube::CurlApiClient::Create(io_.get_executor(), config_, credentials_, options_);
    ASSERT_TRUE(client.ok()) << client.status().ToString();
    client_ = *std::move(client);
  }

  template <class T>
  std::future<T> Begin(boost::asio::awaitable<T> work) {
    return boost::asio::co_spawn(io_, std::move(work), boost::asio::use_future);
  }
  template <class T>
  T Run(boost::asio::awaitable<T> work) {
    return Begin(std::move(work)).get();
  }
  absl::StatusOr<kube::ApiResponse> Send(kube::ApiRequest request) {
    return Run(client_->Send(std::move(request)));
  }
  absl::StatusOr<std::unique_ptr<kube::ApiStream>> Open(kube::ApiRequest request) {
    return Run(client_->Open(std::move(request)));
  }

  kube::ClientConfig config_;
  SettableCredentials credentials_;
  kube::CurlApiClientOptions options_{.user_agent = "test/1"};
  boost::asio::io_context io_;
  std::unique_ptr<kube::CurlApiClient> client_;

 private:
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      io_.get_executor()};
  std::vector<std::thread> threads_;
};

}  // namespace kubegauge::testing
