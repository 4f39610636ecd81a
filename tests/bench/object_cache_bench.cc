// The list of a large cluster's pods into the cache, and what it takes to hold and to follow it.

#include <benchmark/benchmark.h>

#include <memory>

#include "kube/list_reader.h"
#include "kube/pod_meta_cache.h"
#include "kube/watch_frames.h"
#include "server/heap.h"
#include "tests/kube/api_bodies.h"

namespace kubegauge::kube {
namespace {

constexpr int kPods = 150'000;
constexpr size_t kChunkBytes = 64 << 10;

using PodCache = ObjectCache<ObjectMetaKind>;

std::string Pod(int index, const char* version) {
  std::string metadata = testing::ProtobufMetadata(
      {.namespace_name = fmt::format("namespace-{:03}", index % 100),
       .name = fmt::format("checkout-{:05}-65847cf6ff-{:05}", index / 30, index),
       .resource_version = fmt::format("{}", 1'000'000 + index),
       .labels = {{"app.kubernetes.io/name", "checkout"},
                  {"app.kubernetes.io/version", version},
                  {"pod-template-hash", "65847cf6ff"}},
       .annotations = {{"kubectl.kubernetes.io/restartedAt", "2026-11-22T21:32:37Z"}}});
  protozero::pbf_writer(metadata).add_string(17, std::string(800, 'f'));  // managedFields
  std::string pod;
  protozero::pbf_writer(pod).add_message(1, metadata);
  return pod;
}

const std::string& ListBody() {
  static const std::string body = [] {
    std::vector<std::string> pods;
    for (int i = 0; i < kPods; ++i) pods.push_back(Pod(i, "1"));
    return testing::ProtobufList("2000000", "", pods);
  }();
  return body;
}

void Fill(PodCache& cache) {
  ListReader reader(WireFormat::kProtobuf,
                    [&](const EncodedObject& object) { return cache.AddListed(object); });
  const std::string_view body = ListBody();
  cache.BeginList();
  for (size_t at = 0; at < body.size(); at += kChunkBytes) {
    if (!reader.Append(body.substr(at, kChunkBytes)).ok()) std::abort();
  }
  if (!reader.Finish().ok()) std::abort();
  cache.CommitList();
}

void PerPod(benchmark::State& state) {
  state.counters["time/pod"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * kPods,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void BM_FirstList(benchmark::State& state) {
  ListBody();
  for (auto _ : state) {
    auto cache = std::make_unique<PodCache>();
    const size_t before = server::HeapBytesInUse();
    Fill(*cache);
    const size_t after = server::HeapBytesInUse();
    state.counters["heap_bytes/pod"] = static_cast<double>(after - before) / kPods;
    size_t records = 0;
    for (const ObjectMetaRef& pod : cache->Objects()) records += pod->allocated_bytes();
    state.counters["record_bytes/pod"] = static_cast<double>(records) / kPods;
    state.PauseTiming();
    cache.reset();
    state.ResumeTiming();
  }
  PerPod(state);
}
BENCHMARK(BM_FirstList)->Unit(benchmark::kMillisecond);

void BM_ListAgainUnchanged(benchmark::State& state) {
  PodCache cache;
  Fill(cache);
  for (auto _ : state) Fill(cache);
  if (cache.version() != 1) state.SkipWithError("an unchanged list counted as a change");
  PerPod(state);
}
BENCHMARK(BM_ListAgainUnchanged)->Unit(benchmark::kMillisecond);

void BM_CopyOfAllPointers(benchmark::State& state) {
  PodCache cache;
  Fill(cache);
  for (auto _ : state) benchmark::DoNotOptimize(cache.Objects());
  PerPod(state);
}
BENCHMARK(BM_CopyOfAllPointers)->Unit(benchmark::kMillisecond);

void BM_ModifiedEvent(benchmark::State& state) {
  PodCache cache;
  Fill(cache);
  std::vector<std::string> events;
  for (int i = 0; i < 1000; ++i) {
    events.push_back(testing::ProtobufEvent(
        "MODIFIED", testing::Envelope("meta.k8s.io/v1", "PartialObjectMetadata",
                                      Pod(i * 149, i % 2 == 0 ? "2" : "3"))));
  }
  WatchFrames frames(WireFormat::kProtobuf);
  size_t next = 0;
  for (auto _ : state) {
    frames.Append(events[next++ % events.size()]);
    const auto event = frames.Next();
    if (!event.ok() || !cache.Apply((*event)->type, (*event)->object).ok()) std::abort();
    cache.EndBatch();
  }
}
BENCHMARK(BM_ModifiedEvent);

}  // namespace
}  // namespace kubegauge::kube
