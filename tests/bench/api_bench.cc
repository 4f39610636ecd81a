// How long clients wait for the API of `kubegauge server` over TLS, its cluster being that of
// BASELINE.md: 1,000 nodes of 30 pods of 2 containers in 100 namespaces.

#include <benchmark/benchmark.h>
#include <spdlog/logger.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "apiservice/local_authorizers.h"
#include "apiservice/static_token_authenticator.h"
#include "server/cluster/api.h"
#include "tests/bench/bench_server.h"
#include "tests/bench/cluster.h"
#include "tests/server/listener/https_client.h"

namespace kubegauge::bench {
namespace {

constexpr char kToken[] = "bench-token";

std::vector<std::unique_ptr<apiservice::Authenticator>> Authenticators() {
  apiservice::UserInfo user{.name = "bench", .uid = "", .groups = {apiservice::kMastersGroup}};
  std::vector<std::pair<std::string, apiservice::UserInfo>> tokens;
  tokens.emplace_back(kToken, std::move(user));
  std::vector<std::unique_ptr<apiservice::Authenticator>> authenticators;
  authenticators.push_back(
      std::make_unique<apiservice::StaticTokenAuthenticator>(std::move(tokens)));
  return authenticators;
}

class Api {
 public:
  Api()
      : log_("bench"),
        snapshot_(Cluster(1000, 2).Snapshot()),
        own_metrics_(snapshot_, clock_, Cluster::kResolutionNs),
        authenticator_(Authenticators()),
        authorizer_(apiservice::kMastersGroup),
        api_({.snapshot = snapshot_,
              .clock = clock_,
              .authenticator = authenticator_,
              .authorizer = authorizer_,
              .own_metrics = own_metrics_,
              .log = log_},
             server::HealthChecks(), ":443"),
        server_(api_) {}

  uint16_t port() const { return server_.port(); }
  // The path of some pod.
  std::string PodPath() const {
    const kube::ObjectMeta& pod = *snapshot_.Get()->catalog().pods().front();
    return fmt::format("{}/{}", NamespacePath(), pod.name());
  }
  std::string NamespacePath() const {
    const kube::ObjectMeta& pod = *snapshot_.Get()->catalog().pods().front();
    return fmt::format("/apis/metrics.k8s.io/v1beta1/namespaces/{}/pods", pod.namespace_name());
  }

 private:
  kube::SystemClock clock_;
  spdlog::logger log_;
  apiservice::PublishedSnapshot snapshot_;
  server::MetricsEndpoint own_metrics_;
  apiservice::UnionAuthenticator authenticator_;
  apiservice::PrivilegedGroupAuthorizer authorizer_;
  server::ClusterApi api_;
  BenchServer server_;
};

void Ask(benchmark::State& state, uint16_t port, const std::string& path,
         const std::string& accept) {
  testing::HttpsClient client(port, {});
  const std::string request = fmt::format(
      "GET {} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nAccept: {}\r\n\r\n", path,
      kToken, accept);
  std::vector<double> seconds;
  size_t bytes = 0;
  for (auto _ : state) {
    const auto began = std::chrono::steady_clock::now();
    const auto answer = client.Ask(request);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - began;
    if (!answer || answer->status != 200) {
      state.SkipWithError(client.error().c_str());
      return;
    }
    seconds.push_back(taken.count());
    bytes = answer->body.size();
  }
  std::ranges::sort(seconds);
  const auto quantile_ms = [&](double q) {
    return 1e3 * seconds[static_cast<size_t>(q * static_cast<double>(seconds.size() - 1))];
  };
  state.counters["p50_ms"] = {quantile_ms(0.5), benchmark::Counter::kAvgThreads};
  state.counters["p99_ms"] = {quantile_ms(0.99), benchmark::Counter::kAvgThreads};
  state.counters["bytes"] = {static_cast<double>(bytes), benchmark::Counter::kAvgThreads};
  state.SetItemsProcessed(state.iterations());
}

}  // namespace
}  // namespace kubegauge::bench

int main(int argc, char** argv) {
  using namespace kubegauge::bench;
  benchmark::Initialize(&argc, argv);
  const Api api;
  const std::string root = "/apis/metrics.k8s.io/v1beta1";
  const struct {
    const char* name;
    std::string path;
  } lists[] = {{"AllPods", root + "/pods"},
               {"OneNamespace", api.NamespacePath()},
               {"OneNamespaceByLabel", api.NamespacePath() + "?labelSelector=app%3Dcheckout"},
               {"AllNodes", root + "/nodes"}};
  for (const auto& [name, path] : lists) {
    benchmark::RegisterBenchmark((std::string(name) + "/json").c_str(), Ask, api.port(), path,
                                 "application/json")
        ->UseRealTime();
    benchmark::RegisterBenchmark((std::string(name) + "/protobuf").c_str(), Ask, api.port(), path,
                                 "application/vnd.kubernetes.protobuf")
        ->UseRealTime();
  }
  benchmark::RegisterBenchmark("OnePod/json", Ask, api.port(), api.PodPath(), "application/json")
      ->Threads(4)
      ->UseRealTime();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
