// What the newest state of a cluster costs: memory a pod, and CPU a sample and a snapshot.

#include <benchmark/benchmark.h>

#include <memory>
#include <optional>

#include "scraper/pod_placer.h"
#include "server/heap.h"
#include "tests/bench/cluster.h"

namespace kubegauge::bench {
namespace {

// The argument is the number of labels of a pod. Everything that a snapshot holds is counted, with
// malloc's own overhead: metadata, layouts, both points of each series, places.
void BM_SnapshotMemory(benchmark::State& state) {
  constexpr int kNodes = 1000;
  for (auto _ : state) {
    auto cluster = std::make_unique<Cluster>(kNodes, static_cast<int>(state.range(0)));
    const auto snapshot = cluster->Snapshot();
    cluster.reset();
    const size_t with_snapshot = server::HeapBytesInUse();
    const size_t pods = snapshot->catalog().pods().size();
    benchmark::DoNotOptimize(snapshot.get());
    auto released = std::move(const_cast<std::shared_ptr<const scraper::Snapshot>&>(snapshot));
    released.reset();
    state.counters["bytes_per_pod"] =
        static_cast<double>(with_snapshot - server::HeapBytesInUse()) / static_cast<double>(pods);
  }
}
BENCHMARK(BM_SnapshotMemory)->Arg(0)->Arg(2)->Arg(5)->Iterations(1)->Unit(benchmark::kMillisecond);

void BM_ApplySample(benchmark::State& state) {
  Cluster cluster(1, 2);
  int tick = 2;
  for (auto _ : state) cluster.SampleNode(0, tick++);
}
BENCHMARK(BM_ApplySample);

void BM_MakeSnapshot(benchmark::State& state) {
  Cluster cluster(static_cast<int>(state.range(0)), 2);
  for (auto _ : state) benchmark::DoNotOptimize(cluster.Snapshot());
}
BENCHMARK(BM_MakeSnapshot)->Arg(1000)->Arg(5000)->Unit(benchmark::kMicrosecond);

void BM_PlacePods(benchmark::State& state) {
  Cluster cluster(static_cast<int>(state.range(0)), 2);
  const auto snapshot = cluster.Snapshot();
  for (auto _ : state) {
    benchmark::DoNotOptimize(PlacePods(snapshot->catalog(), snapshot->points()));
  }
}
BENCHMARK(BM_PlacePods)->Arg(1000)->Arg(5000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace kubegauge::bench
