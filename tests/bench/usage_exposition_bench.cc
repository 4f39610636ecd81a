// `/metrics/usage` of 30,000 pods of two containers on 1,000 nodes.

#include <benchmark/benchmark.h>

#include "server/metrics/usage_exposition.h"
#include "tests/bench/cluster.h"

namespace kubegauge::bench {
namespace {

void BM_ExposeUsage(benchmark::State& state) {
  Cluster cluster(1000, 2);
  const auto snapshot = cluster.Snapshot();
  int64_t bytes = 0;
  for (auto _ : state) {
    server::UsageExposition exposition(snapshot, 0);
    std::string part;
    for (bool more = true; more;) {
      part.clear();
      more = exposition.Next(part);
      bytes += static_cast<int64_t>(part.size());
    }
  }
  state.SetBytesProcessed(bytes);
}
BENCHMARK(BM_ExposeUsage)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace kubegauge::bench
