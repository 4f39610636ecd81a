#pragma once

#include <spdlog/logger.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <thread>
#include <vector>

#include "apiservice/certificate_authority.h"
#include "apiservice/http.h"
#include "server/https_listener.h"

namespace kubegauge::bench {

// An HTTPS listener of two threads on the loopback, for as long as it lives.
class BenchServer {
 public:
  explicit BenchServer(apiservice::HttpService& service) : log_("bench"), io_(kThreads) {
    const auto authority = apiservice::CertificateAuthority::Create("bench", clock_.WallNs());
    const auto serving = authority->IssueServing(
        {.common_name = "bench", .dns_names = {"localhost"}, .ip_addresses = {}}, clock_.WallNs());
    auto context = server::TlsContext::FromPem({.certificate_chain = serving->certificate,
                                                .private_key = serving->private_key,
                                                .client_authorities = ""});
    tls_ = std::make_unique<server::ServingTls>(*std::move(context));
    listener_ = *server::HttpsListener::Bind(io_.get_executor(), {.ip = "127.0.0.1", .port = 0},
                                             *tls_, service, {}, clock_, log_);
    listener_->Start();
    for (int i = 0; i < kThreads; ++i) threads_.emplace_back([this] { io_.run(); });
  }
  ~BenchServer() {
    boost::asio::co_spawn(io_, listener_->Drain(std::chrono::seconds(1)), boost::asio::detached);
    for (std::thread& thread : threads_) thread.join();
  }
  BenchServer(const BenchServer&) = delete;
  BenchServer& operator=(const BenchServer&) = delete;

  uint16_t port() const { return listener_->bound_port(); }

 private:
  static constexpr int kThreads = 2;

  kube::SystemClock clock_;
  spdlog::logger log_;
  boost::asio::io_context io_;
  std::unique_ptr<server::ServingTls> tls_;
  std::unique_ptr<server::HttpsListener> listener_;
  std::vector<std::thread> threads_;
};

}  // namespace kubegauge::bench
