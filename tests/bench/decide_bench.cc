// What a decision costs: one HPA of two resource metrics and 30 pods, and a pass over all HPAs of a
// large cluster.

#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

#include "tests/autoscaler/scene.h"

namespace kubegauge::autoscaler {
namespace {

using testing::kSecond;
using testing::Scene;

constexpr int kPods = 30;
constexpr int kHpas = 10'000;

// As clusters have it: two containers a pod, long names, one template.
Scene LargeScene(int hpa, std::vector<MetricSpec> metrics) {
  Scene scene(std::move(metrics), kPods);
  scene.hpa.meta.name = "checkout-" + std::to_string(hpa);
  auto shape = std::make_shared<PodShape>(*testing::ShapeOf(250));
  shape->containers.push_back(shape->containers.front());
  shape->containers.back().name = "istio-proxy";
  auto names = std::make_shared<std::vector<std::string>>();
  std::vector<PodPtr> pods;
  PodUsageList usage;
  for (int i = 0; i < kPods; ++i) {
    names->push_back(scene.hpa.meta.name.str() + "-65847cf6ff-" +
                     std::to_string(10000 + i * 37 % 1000));
    auto pod = std::make_shared<Pod>(*testing::PodOf(names->back(), {}));
    pod->shape = shape;
    pods.push_back(std::move(pod));
  }
  for (const std::string& name : *names) {
    usage.pods.push_back({.name = name,
                          .timestamp_ns = testing::kNow,
                          .window_ns = 30 * kSecond,
                          .first_container = static_cast<uint32_t>(usage.containers.size()),
                          .container_count = 2});
    for (const char* container : {"app", "istio-proxy"}) {
      usage.containers.push_back({.name = container, .usage = {}});
      usage.containers.back().usage.Set("cpu", 120);
      usage.containers.back().usage.Set("memory", 130);
    }
  }
  usage.keep_alive = names;
  scene.observation.pods = std::move(pods);
  scene.observation.pod_usage = std::move(usage);
  scene.Reconcile();  // the status and the history of an HPA that has been there for a while
  return scene;
}

std::vector<MetricSpec> TwoMetrics() {
  return {testing::ResourceUtilization("cpu", 50), testing::ResourceUtilization("memory", 50)};
}

void DecideAndConclude(const Scene& scene) {
  Outcome outcome =
      Conclude(scene.hpa, scene.Decide(), std::nullopt, scene.tuning, scene.now_ns + kSecond);
  benchmark::DoNotOptimize(outcome);
}

void BM_Decide(benchmark::State& state) {
  const Scene scene = LargeScene(0, TwoMetrics());
  for (auto _ : state) DecideAndConclude(scene);
}
BENCHMARK(BM_Decide)->Unit(benchmark::kMicrosecond);

// With behavior, and the recommendations that its window holds.
void BM_DecideWithBehavior(benchmark::State& state) {
  Scene scene = LargeScene(0, TwoMetrics());
  scene.hpa.spec.behavior.emplace();
  for (int i = 0; i < 20; ++i) {
    scene.history.recommendations.push_back({kPods, scene.now_ns - i * 15 * kSecond});
  }
  for (auto _ : state) DecideAndConclude(scene);
}
BENCHMARK(BM_DecideWithBehavior)->Unit(benchmark::kMicrosecond);

// Of 30 pods 10 have no sample and 5 are unready, which are named in the trace.
void BM_DecideWithPodsLeftOut(benchmark::State& state) {
  Scene scene = LargeScene(0, TwoMetrics());
  auto& pods = std::get<std::vector<PodPtr>>(scene.observation.pods);
  for (size_t i = 0; i < 5; ++i) {
    auto pod = std::make_shared<Pod>(*pods[i]);
    pod->phase = PodPhase::kPending;
    pods[i] = pod;
  }
  std::get<PodUsageList>(scene.observation.pod_usage).pods.resize(kPods - 10);
  for (auto _ : state) DecideAndConclude(scene);
}
BENCHMARK(BM_DecideWithPodsLeftOut)->Unit(benchmark::kMicrosecond);

void BM_AllHpas(benchmark::State& state) {
  std::vector<Scene> scenes;
  for (int i = 0; i < kHpas; ++i) scenes.push_back(LargeScene(i, TwoMetrics()));
  for (auto _ : state) {
    for (const Scene& scene : scenes) DecideAndConclude(scene);
  }
}
BENCHMARK(BM_AllHpas)->Unit(benchmark::kMillisecond)->Iterations(5);

}  // namespace
}  // namespace kubegauge::autoscaler
