// The pods of a large cluster for the autoscaler: what it takes to decode, hold and select them.

#include <benchmark/benchmark.h>
#include <malloc.h>

#include <memory>
#include <vector>

#include "autoscaler/pod_cache.h"
#include "autoscaler/pod_decoder.h"
#include "autoscaler/selector_registry.h"
#include "tests/autoscaler/pod_bodies.h"
#include "tests/kube/api_bodies.h"

namespace kubegauge::autoscaler {
namespace {

constexpr int kPods = 150'000;
constexpr int kPodsOfDeployment = 30;

// As large as pods are: 5 labels, 2 containers, and 4 kB that nobody looks at.
// Those of a StatefulSet have a label each of their own.
std::string Pod(int index, bool stateful) {
  const int deployment = index / kPodsOfDeployment;
  const nlohmann::json resources = {{"requests", {{"cpu", "250m"}, {"memory", "512Mi"}}},
                                    {"limits", {{"cpu", "1"}, {"memory", "1Gi"}}}};
  const nlohmann::json pod = {
      {"metadata",
       {{"namespace", fmt::format("namespace-{:03}", deployment % 100)},
        {"name", fmt::format("checkout-{:05}-65847cf6ff-{:05}", deployment, index)},
        {"labels",
         {{"app.kubernetes.io/name", fmt::format("checkout-{:05}", deployment)},
          {"app.kubernetes.io/instance", "production"},
          {"app.kubernetes.io/version", "1.27.3"},
          {"team", "payments"},
          {"pod-template-hash", stateful ? std::to_string(index) : "65847cf6ff"}}},
        {"annotations", {{"managed", std::string(2000, 'f')}}}}},
      {"spec",
       {{"containers",
         {{{"name", "checkout"}, {"resources", resources}},
          {{"name", "istio-proxy"}, {"resources", resources}}}}}},
      {"status",
       {{"phase", "Running"},
        {"startTime", "2026-11-22T21:32:37Z"},
        {"conditions",
         {{{"type", "Ready"},
           {"status", "True"},
           {"lastTransitionTime", "2026-11-22T21:32:45Z"}}}}}}};
  std::string bytes = testing::ProtobufPod(pod);
  protozero::pbf_writer(bytes).add_string(15, std::string(2000, 's'));
  return bytes;
}

std::vector<std::string> MakePods(bool stateful) {
  std::vector<std::string> pods;
  for (int i = 0; i < kPods; ++i) pods.push_back(Pod(i, stateful));
  return pods;
}

const std::vector<std::string>& AllPods() {
  static const std::vector<std::string> pods = MakePods(false);
  return pods;
}

// A PodCache without the reflector.
struct Cluster {
  Cluster() {
    cache.SetHandlers({.added = [this](const PodPtr& pod) { index.Add(pod); },
                       .updated = [this](const PodPtr& before,
                                         const PodPtr& after) { index.Update(before, after); },
                       .deleted = [this](const PodPtr& pod) { index.Remove(pod); }});
  }
  void List(const std::vector<std::string>& pods = AllPods()) {
    cache.BeginList();
    for (const std::string& pod : pods) {
      if (!cache.AddListed({kube::WireFormat::kProtobuf, pod}).ok()) std::abort();
    }
    cache.CommitList();
  }

  PodShapes shapes;
  PodIndex index;
  kube::ObjectCache<PodKind> cache{PodKind(shapes)};
};

size_t HeapBytes() { return mallinfo2().uordblks + mallinfo2().hblkhd; }

void PerPod(benchmark::State& state) {
  state.counters["time/pod"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * kPods,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void BM_DecodePod(benchmark::State& state) {
  PodShapes shapes;
  std::vector<PodPtr> kept;  // of each shape one, as in a cluster
  for (int i = 0; i < kPods; i += kPodsOfDeployment) {
    kept.push_back(*DecodePod({kube::WireFormat::kProtobuf, AllPods()[i]}, shapes));
  }
  size_t next = 0;
  for (auto _ : state) {
    const std::string& pod = AllPods()[next++ % kPods];
    benchmark::DoNotOptimize(DecodePod({kube::WireFormat::kProtobuf, pod}, shapes));
  }
}
BENCHMARK(BM_DecodePod);

void FirstList(benchmark::State& state, const std::vector<std::string>& pods, size_t max_bytes) {
  for (auto _ : state) {
    const size_t before = HeapBytes();
    auto cluster = std::make_unique<Cluster>();
    cluster->List(pods);
    const size_t bytes = (HeapBytes() - before) / kPods;
    state.counters["heap_bytes/pod"] = static_cast<double>(bytes);
    if (bytes > max_bytes) state.SkipWithError("a pod takes too much memory");
    state.PauseTiming();
    cluster.reset();
    state.ResumeTiming();
  }
  PerPod(state);
}

void BM_FirstList(benchmark::State& state) { FirstList(state, AllPods(), 400); }
BENCHMARK(BM_FirstList)->Unit(benchmark::kMillisecond);

void BM_FirstListOfStatefulSets(benchmark::State& state) { FirstList(state, MakePods(true), 2000); }
BENCHMARK(BM_FirstListOfStatefulSets)->Unit(benchmark::kMillisecond);

void BM_Select30Of150000(benchmark::State& state) {
  Cluster cluster;
  cluster.List();
  const auto selector = kube::LabelSelector::Parse(
      "app.kubernetes.io/instance=production,app.kubernetes.io/name=checkout-00100");
  for (auto _ : state) {
    const auto pods = cluster.index.Select("namespace-000", *selector);
    if (pods.size() != kPodsOfDeployment) std::abort();
  }
}
BENCHMARK(BM_Select30Of150000);

void BM_HpasSelecting30Pods(benchmark::State& state) {
  Cluster cluster;
  cluster.List();
  SelectorRegistry registry;
  for (int i = 0; i < kPods / kPodsOfDeployment; ++i) {
    const std::string namespace_name = fmt::format("namespace-{:03}", i % 100);
    const std::string name = fmt::format("checkout-{:05}", i);
    registry.Add(namespace_name, name);
    registry.SetSelector(namespace_name, name,
                         *kube::LabelSelector::Parse("app.kubernetes.io/instance=production,"
                                                     "app.kubernetes.io/name=" +
                                                     name));
  }
  const auto pods = cluster.index.Select(
      "namespace-000", *kube::LabelSelector::Parse("app.kubernetes.io/name=checkout-00100"));
  for (auto _ : state) {
    if (registry.HpasSelecting("namespace-000", pods).size() != 1) std::abort();
  }
}
BENCHMARK(BM_HpasSelecting30Pods);

}  // namespace
}  // namespace kubegauge::autoscaler
