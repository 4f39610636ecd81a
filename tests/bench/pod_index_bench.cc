// The pods of a large cluster for the autoscaler: what it takes to decode, hold and select them.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "autoscaler/pod_cache.h"
#include "autoscaler/pod_decoder.h"
#include "autoscaler/selector_registry.h"
#include "server/heap.h"
#include "tests/autoscaler/pod_bodies.h"
#include "tests/kube/api_bodies.h"

namespace kubegauge::autoscaler {
namespace {

constexpr int kPods = 150'000;
constexpr int kPodsOfOwner = 30;

enum class Owner { kDeployment, kStatefulSet, kCronJob };

std::string OwnerName(int index) { return fmt::format("checkout-{:05}", index / kPodsOfOwner); }
std::string NamespaceOf(int index) {
  return fmt::format("namespace-{:03}", index / kPodsOfOwner % 100);
}

// As the owner's controller names the pod and labels it, besides the labels of its template. Each
// pod of a CronJob has a Job of its own.
struct Identity {
  std::string name;
  nlohmann::json labels;
};
Identity IdentityOf(int index, Owner owner) {
  const std::string owner_name = OwnerName(index);
  const std::string ordinal = std::to_string(index % kPodsOfOwner);
  if (owner == Owner::kDeployment) {
    return {fmt::format("{}-65847cf6ff-{:05}", owner_name, index),
            {{"pod-template-hash", "65847cf6ff"}}};
  }
  if (owner == Owner::kStatefulSet) {
    const std::string name = fmt::format("{}-{}", owner_name, ordinal);
    return {name,
            {{"controller-revision-hash", owner_name + "-65847cf6ff"},
             {"statefulset.kubernetes.io/pod-name", name},
             {"apps.kubernetes.io/pod-index", ordinal}}};
  }
  const std::string job = fmt::format("{}-{:08}", owner_name, 29'000'000 + index);
  const std::string uid = fmt::format("8f14e45f-ceea-467f-a0e6-{:012}", index);
  return {fmt::format("{}-0-{:05}", job, index % 100'000),
          {{"batch.kubernetes.io/controller-uid", uid},
           {"batch.kubernetes.io/job-completion-index", "0"},
           {"batch.kubernetes.io/job-name", job},
           {"controller-uid", uid},
           {"job-name", job}}};
}

// As large as pods are: 2 containers, and 4 kB that nobody looks at.
std::string Pod(int index, Owner owner, const char* ready = "True") {
  const Identity identity = IdentityOf(index, owner);
  nlohmann::json labels = {{"app.kubernetes.io/name", OwnerName(index)},
                           {"app.kubernetes.io/instance", "production"},
                           {"app.kubernetes.io/version", "1.27.3"},
                           {"team", "payments"}};
  labels.update(identity.labels);
  const nlohmann::json resources = {{"requests", {{"cpu", "250m"}, {"memory", "512Mi"}}},
                                    {"limits", {{"cpu", "1"}, {"memory", "1Gi"}}}};
  const nlohmann::json pod = {{"metadata",
                               {{"namespace", NamespaceOf(index)},
                                {"name", identity.name},
                                {"labels", labels},
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
                                   {"status", ready},
                                   {"lastTransitionTime", "2026-11-22T21:32:45Z"}}}}}}};
  std::string bytes = testing::ProtobufPod(pod);
  protozero::pbf_writer(bytes).add_string(15, std::string(2000, 's'));
  return bytes;
}

std::vector<std::string> MakePods(Owner owner) {
  std::vector<std::string> pods;
  for (int i = 0; i < kPods; ++i) pods.push_back(Pod(i, owner));
  return pods;
}

const std::vector<std::string>& AllPods(Owner owner) {
  static std::map<Owner, std::vector<std::string>> pods;
  const auto [place, inserted] = pods.try_emplace(owner);
  if (inserted) place->second = MakePods(owner);
  return place->second;
}

// A PodCache without the reflector.
struct Cluster {
  Cluster() {
    cache.SetHandlers({.added = [this](const PodPtr& pod) { index.Add(pod); },
                       .updated = [this](const PodPtr& before,
                                         const PodPtr& after) { index.Update(before, after); },
                       .deleted = [this](const PodPtr& pod) { index.Remove(pod); }});
  }
  void List(Owner owner) {
    cache.BeginList();
    for (const std::string& pod : AllPods(owner)) {
      if (!cache.AddListed({kube::WireFormat::kProtobuf, pod}).ok()) std::abort();
    }
    cache.CommitList();
  }

  PodShapes shapes;
  PodIndex index;
  kube::ObjectCache<PodKind> cache{PodKind(shapes)};
};

void PerPod(benchmark::State& state) {
  state.counters["time/pod"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * kPods,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void BM_DecodePod(benchmark::State& state, Owner owner) {
  const std::vector<std::string>& bodies = AllPods(owner);
  PodShapes shapes;
  std::vector<PodPtr> kept;  // of each owner one
  for (int i = 0; i < kPods; i += kPodsOfOwner) {
    kept.push_back(*DecodePod({kube::WireFormat::kProtobuf, bodies[i]}, shapes));
  }
  size_t next = 0;
  for (auto _ : state) {
    const std::string& pod = bodies[next++ % kPods];
    benchmark::DoNotOptimize(DecodePod({kube::WireFormat::kProtobuf, pod}, shapes));
  }
}

void BM_FirstList(benchmark::State& state, Owner owner) {
  AllPods(owner);
  for (auto _ : state) {
    const size_t before = server::HeapBytesInUse();
    auto cluster = std::make_unique<Cluster>();
    cluster->List(owner);
    const size_t bytes = (server::HeapBytesInUse() - before) / kPods;
    state.counters["heap_bytes/pod"] = static_cast<double>(bytes);
    if (bytes > 400) state.SetLabel("more than the 400 bytes that a pod may take");
    state.PauseTiming();
    cluster.reset();
    state.ResumeTiming();
  }
  PerPod(state);
}

// A watch that tells of pods that become ready, and others that no longer are.
void BM_UpdatePod(benchmark::State& state, Owner owner) {
  constexpr int kPodsThatChange = 1000;
  Cluster cluster;
  cluster.List(owner);
  std::vector<std::string> changes;
  for (const char* ready : {"False", "True"}) {
    for (int i = 0; i < kPodsThatChange; ++i) {
      changes.push_back(Pod(i * (kPods / kPodsThatChange), owner, ready));
    }
  }
  size_t next = 0;
  for (auto _ : state) {
    const std::string& pod = changes[next++ % changes.size()];
    const auto applied =
        cluster.cache.Apply(kube::WatchEventType::kModified, {kube::WireFormat::kProtobuf, pod});
    if (!applied.ok()) std::abort();
  }
}

kube::LabelSelector SelectorOf(const std::string& owner) {
  return *kube::LabelSelector::Parse(
      "app.kubernetes.io/instance=production,app.kubernetes.io/name=" + owner);
}

void BM_Select30Of150000(benchmark::State& state, Owner owner) {
  Cluster cluster;
  cluster.List(owner);
  const kube::LabelSelector selector = SelectorOf("checkout-00100");
  for (auto _ : state) {
    const auto pods = cluster.index.Select("namespace-000", selector);
    if (pods.size() != kPodsOfOwner) std::abort();
  }
}

void BM_HpasSelecting30Pods(benchmark::State& state, Owner owner) {
  Cluster cluster;
  cluster.List(owner);
  SelectorRegistry registry;
  for (int i = 0; i < kPods; i += kPodsOfOwner) {
    registry.Add(NamespaceOf(i), OwnerName(i));
    registry.SetSelector(NamespaceOf(i), OwnerName(i), SelectorOf(OwnerName(i)));
  }
  const auto pods = cluster.index.Select("namespace-000", SelectorOf("checkout-00100"));
  for (auto _ : state) {
    if (registry.HpasSelecting("namespace-000", pods).size() != 1) std::abort();
  }
}

const bool kRegistered = [] {
  for (const auto& [name, owner] :
       {std::pair("Deployment", Owner::kDeployment), std::pair("StatefulSet", Owner::kStatefulSet),
        std::pair("CronJob", Owner::kCronJob)}) {
    const auto add = [&, owner = owner](const char* what, auto function) {
      return benchmark::RegisterBenchmark(fmt::format("{}/{}", what, name).c_str(), function,
                                          owner);
    };
    add("BM_DecodePod", BM_DecodePod);
    add("BM_FirstList", BM_FirstList)->Unit(benchmark::kMillisecond);
    add("BM_UpdatePod", BM_UpdatePod);
    add("BM_Select30Of150000", BM_Select30Of150000);
    add("BM_HpasSelecting30Pods", BM_HpasSelecting30Pods);
  }
  return true;
}();

}  // namespace
}  // namespace kubegauge::autoscaler
