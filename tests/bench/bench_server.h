#pragma once

#include <spdlog/logger.h>

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <memory>
#include <thread>

#include "apiservice/certificate_authority.h"
#include "apiservice/http.h"
#include "server/listener/https_listener.h"
#include "server/listener/serving_threads.h"

namespace kubegauge::bench {

// An HTTPS listener of two threads on the loopback, for as long as it lives.
class BenchServer {
 public:
  explicit BenchServer(apiservice::HttpService& service) : log_("bench") {
    const auto authority = apiservice::CertificateAuthority::Create("bench", clock_.WallNs());
    const auto serving = authority->IssueServing(
        {.common_name = "bench", .dns_names = {"localhost"}, .ip_addresses = {}}, clock_.WallNs());
    auto context = server::TlsContext::FromPem({.certificate_chain = serving->certificate,
                                                .private_key = serving->private_key,
                                                .client_authorities = ""});
    tls_ = std::make_unique<server::ServingTls>(*std::move(context));
    listener_ = *server::HttpsListener::Bind(serving_.executors(), {.ip = "127.0.0.1", .port = 0},
                                             *tls_, service, {}, clock_, log_);
    listener_->Start();
    thread_ = std::thread([this] { serving_.Run(); });
  }
  ~BenchServer() {
    boost::asio::co_spawn(serving_.first(), listener_->Drain(std::chrono::seconds(1)),
                          [this](std::exception_ptr) { serving_.Stop(); });
    thread_.join();
  }
  BenchServer(const BenchServer&) = delete;
  BenchServer& operator=(const BenchServer&) = delete;

  uint16_t port() const { return listener_->bound_port(); }

 private:
  static constexpr int kThreads = 2;

  kube::SystemClock clock_;
  spdlog::logger log_;
  server::ServingThreads serving_{kThreads};
  std::unique_ptr<server::ServingTls> tls_;
  std::unique_ptr<server::HttpsListener> listener_;
  std::thread thread_;
};

}  // namespace kubegauge::bench
