// One request through the gate to a handler and back, without a network: what admission costs.

#include <benchmark/benchmark.h>
#include <spdlog/sinks/null_sink.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "apiservice/gate.h"

namespace kubegauge::bench {
namespace {

using namespace apiservice;

class OneUser final : public Authenticator {
 public:
  boost::asio::awaitable<absl::StatusOr<std::optional<UserInfo>>> Authenticate(
      const Request&) override {
    co_return UserInfo{.name = "user"};
  }
};

class Anything final : public Authorizer {
 public:
  boost::asio::awaitable<absl::StatusOr<AuthorizationDecision>> Authorize(
      const UserInfo&, const RequestInfo&) override {
    co_return AuthorizationDecision{.allowed = true, .reason = ""};
  }
};

class Ok final : public Handler {
 public:
  Response Handle(const AdmittedRequest&) override { return {.body = "ok"}; }
};

boost::asio::awaitable<void> Ask(Gate& gate, benchmark::State& state) {
  for (auto _ : state) {
    Request request;
    request.method = "GET";
    request.path = "/apis/metrics.k8s.io/v1beta1/namespaces/ns/pods/pod";
    benchmark::DoNotOptimize(co_await gate.Serve(std::move(request)));
  }
}

void BM_RequestThroughGate(benchmark::State& state) {
  std::vector<std::unique_ptr<Authenticator>> authenticators;
  authenticators.push_back(std::make_unique<OneUser>());
  const UnionAuthenticator authenticator(std::move(authenticators));
  Anything authorizer;
  Ok handler;
  spdlog::logger log("bench", std::make_shared<spdlog::sinks::null_sink_st>());
  Gate gate(authenticator, authorizer, handler, log);
  boost::asio::io_context io;
  boost::asio::co_spawn(boost::asio::any_io_executor(boost::asio::make_strand(io)),
                        Ask(gate, state), boost::asio::detached);
  io.run();
}
BENCHMARK(BM_RequestThroughGate)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace kubegauge::bench
