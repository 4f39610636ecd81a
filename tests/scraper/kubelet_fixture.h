#pragma once

#include <gtest/gtest.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

#include "apiservice/certificate_authority.h"
#include "kube/clock.h"
#include "kube/credentials.h"
#include "scraper/kubelet_target.h"
#include "tests/fakes/fake_kubelet.h"

namespace kubegauge::testing {

// Credentials that a test sets.
class FixedCredentials final : public kube::CredentialSource {
 public:
  boost::asio::awaitable<absl::StatusOr<kube::CredentialsPtr>> Get() override {
    co_return current_;
  }
  void Refuse(const kube::CredentialsPtr& refused) override {
    if (refused == current_) ++refusals_;
  }

  void Set(kube::Credentials credentials) {
    current_ = std::make_shared<const kube::Credentials>(std::move(credentials));
  }
  const kube::Credentials& current() const { return *current_; }
  int refusals() const { return refusals_; }

 private:
  kube::CredentialsPtr current_ = std::make_shared<const kube::Credentials>();
  int refusals_ = 0;
};

// Kubelets and what scrapes them on one executor, and credentials that fit.
class KubeletFixture : public ::testing::Test {
 protected:
  KubeletFixture() : authority_(*apiservice::CertificateAuthority::Create("kubelets", Now())) {
    credentials_.Set({.authorization = "Bearer secret", .authority = authority_.pem().certificate});
    log_.set_level(spdlog::level::debug);
    log_.set_pattern("%l %v");
  }

  static int64_t Now() { return kube::SystemClock().WallNs(); }

  // With a certificate of the authority for its address.
  FakeKubelet::Options SecureOptions() const {
    return {.certificate = KubeletCertificate(authority_, {"127.0.0.1"}, Now())};
  }
  static scraper::KubeletTarget TargetOf(const FakeKubelet& kubelet) {
    return {.node = "node-1",
            .host = kubelet.address(),
            .port = kubelet.port(),
            .resource_path = "/metrics/resource",
            .ready = true};
  }

  // Runs `work` to its end. Everything else goes on meanwhile.
  template <class T>
  T Run(boost::asio::awaitable<T> work) {
    std::optional<T> result;
    boost::asio::co_spawn(io_, std::move(work), [&](std::exception_ptr error, T value) {
      if (error) std::rethrow_exception(error);
      result = std::move(value);
    });
    EXPECT_TRUE(RunUntil([&] { return result.has_value(); }));
    return *std::move(result);
  }

  // Whether `condition` came about; it is looked at after each step.
  bool RunUntil(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    io_.restart();
    while (!condition() && std::chrono::steady_clock::now() < end) {
      io_.run_one_for(std::chrono::milliseconds(100));
    }
    return condition();
  }

  // Takes what was logged since the last time.
  std::string Logged() {
    std::string text = logged_.str();
    logged_.str("");
    return text;
  }

  boost::asio::io_context io_{1};
  const apiservice::CertificateAuthority authority_;
  FixedCredentials credentials_;
  std::ostringstream logged_;
  spdlog::logger log_{"", std::make_shared<spdlog::sinks::ostream_sink_mt>(logged_)};
};

}  // namespace kubegauge::testing
