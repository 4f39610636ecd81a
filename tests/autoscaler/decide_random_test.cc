// What must hold of every decision, on random HPAs of which many are garbage, over several
// reconciles each.

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "tests/autoscaler/scene.h"

namespace kubegauge::autoscaler {
namespace {

using testing::kNow;
using testing::kSecond;
using testing::Scene;

constexpr int kScenes = 4000;
constexpr int kSteps = 6;

class RandomScene {
 public:
  explicit RandomScene(uint32_t seed) : random_(seed), scene_({}, 1) {
    scene_.hpa.spec.min_replicas = Chance(10) ? std::nullopt : std::optional(Replicas());
    scene_.hpa.spec.max_replicas = Replicas();
    for (int i = Below(4); i > 0; --i) scene_.hpa.spec.metrics.push_back(Metric());
    if (Chance(60)) scene_.hpa.spec.behavior = RandomBehavior();
    scene_.tuning.scale_to_zero = Chance(70);
    scene_.tuning.tolerance = Chance(10) ? 0 : 0.1;
    if (Chance(20)) scene_.hpa.status.conditions = {{"ScaledToZero", "True", kNow, "", ""}};
    scene_.scale().spec_replicas = Replicas();
  }

  void NextStep() {
    scene_.now_ns += Below(120) * kSecond;
    scene_.scale().status_replicas = Chance(80) ? scene_.scale().spec_replicas : Replicas();
    if (Chance(10)) scene_.scale().spec_replicas = Replicas();
    scene_.scale().selector = Chance(95) ? "app=web" : Pick<const char*>({"", "a in", "a=b,("});
    ObservePods();
    scene_.observation.metrics.clear();
    for (const MetricSpec& metric : scene_.hpa.spec.metrics) {
      scene_.observation.metrics.push_back(Reading(metric));
    }
  }

  Scene& scene() { return scene_; }
  bool Chance(int percent) { return Below(100) < percent; }

 private:
  int Below(int end) { return static_cast<int>(random_() % static_cast<uint32_t>(end)); }
  template <typename T>
  T Pick(std::initializer_list<T> values) {
    return values.begin()[Below(static_cast<int>(values.size()))];
  }

  int32_t Replicas() {
    if (Chance(90)) return Below(12);
    return Pick<int32_t>(
        {-1, 0, std::numeric_limits<int32_t>::max(), std::numeric_limits<int32_t>::min(), 1 << 30});
  }
  int32_t Multiplied(int32_t factor) { return static_cast<int32_t>(int64_t{Replicas()} * factor); }
  int64_t Amount() {
    if (Chance(90)) return Below(5000);
    return Pick<int64_t>({0, -1, -5000, std::numeric_limits<int64_t>::max(),
                          std::numeric_limits<int64_t>::min(), int64_t{1} << 62});
  }
  int64_t Instant() {
    if (Chance(95)) return scene_.now_ns - Below(900) * kSecond;
    return Pick<int64_t>(
        {0, std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::min()});
  }
  std::string Resource() { return Pick<const char*>({"cpu", "cpu", "memory", "gpu", ""}); }

  MetricTarget Target() {
    MetricTarget target{.type = Pick<const char*>({"Value", "AverageValue", "Utilization", ""})};
    if (Chance(50)) target.value = testing::Milli(Amount());
    if (Chance(50)) target.average_value = testing::Milli(Amount());
    if (Chance(60)) target.average_utilization = Multiplied(10);
    return target;
  }

  MetricIdentifier Identifier() {
    MetricIdentifier metric{.name = "m", .selector = {}};
    if (Chance(20)) metric.selector.emplace().match_labels["a"] = Chance(80) ? "b" : "!";
    return metric;
  }

  MetricSpec Metric() {
    MetricSpec metric{.type = Pick<const char*>(
                          {"Resource", "ContainerResource", "Pods", "Object", "External", "?"})};
    if (Chance(90)) metric.resource = ResourceMetricSource{Resource(), Target()};
    if (Chance(90)) {
      metric.container_resource = ContainerResourceMetricSource{
          Resource(), Pick<const char*>({"app", "none", ""}), Target()};
    }
    if (Chance(90)) metric.pods = PodsMetricSource{Identifier(), Target()};
    if (Chance(90)) {
      metric.object = ObjectMetricSource{{"Ingress", "x", ""}, Target(), Identifier()};
    }
    if (Chance(90)) metric.external = ExternalMetricSource{Identifier(), Target()};
    return metric;
  }

  ScalingRules Rules() {
    ScalingRules rules;
    if (Chance(70)) rules.stabilization_window_seconds = Multiplied(30);
    if (Chance(70)) rules.select_policy = Pick<const char*>({"Max", "Min", "Disabled", "?"});
    if (Chance(20)) rules.tolerance = testing::Milli(Amount());
    if (Chance(80)) {
      rules.policies.emplace();
      for (int i = Below(3); i > 0; --i) {
        rules.policies->push_back(
            {Pick<const char*>({"Pods", "Percent", "?"}), Replicas(), Replicas()});
      }
    }
    return rules;
  }

  Behavior RandomBehavior() {
    Behavior behavior;
    if (Chance(80)) behavior.scale_up = Rules();
    if (Chance(80)) behavior.scale_down = Rules();
    return behavior;
  }

  PodPtr RandomPod(const std::string& name) {
    auto pod = std::make_shared<Pod>();
    pod->name = name;
    pod->shape = testing::ShapeOf(Chance(95) ? std::optional(Amount()) : std::nullopt,
                                  Chance(90) ? "app" : "");
    if (Chance(95)) pod->start_ns = Instant();
    pod->ready_transition_ns = Instant();
    pod->phase = Chance(70) ? PodPhase::kRunning : static_cast<PodPhase>(Below(5));
    pod->ready = Chance(70) ? ReadyStatus::kTrue : static_cast<ReadyStatus>(Below(4));
    pod->deleting = Chance(5);
    return pod;
  }

  void ObservePods() {
    std::vector<PodPtr> pods;
    std::vector<std::pair<std::string, int64_t>> samples;
    for (int i = Below(8); i > 0; --i) {
      const std::string name = "p" + std::to_string(Below(20));
      if (Chance(90)) pods.push_back(RandomPod("p" + std::to_string(i)));
      if (Chance(90)) samples.emplace_back(Chance(90) ? "p" + std::to_string(i) : name, Amount());
    }
    PodUsageList usage = testing::UsageOf(samples);
    for (PodUsageList::PodUsage& pod : usage.pods) {
      pod.timestamp_ns = Instant();
      if (Chance(5)) pod.window_ns = std::numeric_limits<int64_t>::max();
      if (Chance(5)) pod.container_count = 0;
    }
    scene_.observation.pods = std::move(pods);
    scene_.observation.pod_usage = std::move(usage);
    if (Chance(5)) scene_.observation.pod_usage = FetchError{"down"};
    if (Chance(3)) scene_.observation.pods = FetchError{"down"};
  }

  // Mostly what was asked for.
  MetricReading Reading(const MetricSpec& metric) {
    const std::string type =
        Chance(90) ? metric.type : Pick<const char*>({"Pods", "Object", "External"});
    if (Chance(10)) return FetchError{"down"};
    if (type == "Object") return Amount();
    if (type == "External") return std::vector<int64_t>(static_cast<size_t>(Below(3)), Amount());
    if (type != "Pods") return std::monostate();
    std::vector<PodMetric> samples;
    for (int i = Below(6); i > 0; --i) {
      samples.push_back({"p" + std::to_string(Below(8)), Instant(), kSecond, Amount()});
    }
    return samples;
  }

  std::mt19937 random_;
  Scene scene_;
};

// Whether the metrics were what decided, of an HPA and a scale that the API would let through.
bool IsSane(const Hpa& hpa, const ScaleReading& scale) {
  const int32_t min = hpa.spec.min_replicas.value_or(1);
  return min >= 0 && hpa.spec.max_replicas >= std::max(1, min) && scale.spec_replicas >= 0 &&
         !hpa.spec.metrics.empty();
}

void ExpectInvariants(const Scene& before, const Outcome& outcome, bool scale_fails) {
  const auto& scale = std::get<ScaleReading>(before.observation.scale);
  const int32_t min = before.hpa.spec.min_replicas.value_or(1);
  const int32_t max = before.hpa.spec.max_replicas;
  // Text and failure go together, and nothing is scaled after a failure.
  if (outcome.failed) {
    EXPECT_NE(outcome.error, "");
    EXPECT_FALSE(outcome.scaled_to);
  }
  EXPECT_EQ(outcome.error.empty(), outcome.error_kind == ErrorKind::kNone);
  EXPECT_LE(outcome.events_after_status, outcome.events.size());
  EXPECT_EQ(outcome.current_replicas, scale.spec_replicas);
  EXPECT_FALSE(outcome.history.recommendations.empty());
  if (outcome.scaled_to) {
    EXPECT_NE(*outcome.scaled_to, scale.spec_replicas);
    EXPECT_FALSE(scale_fails);
    EXPECT_EQ(outcome.desired_replicas, *outcome.scaled_to);
    if (outcome.status) {
      EXPECT_EQ(outcome.status->last_scale_ns, before.now_ns);
    }
  }
  // The same again is the same.
  const Outcome again = Conclude(before.hpa, before.Decide(),
                                 scale_fails ? std::optional<std::string>("no") : std::nullopt,
                                 before.tuning, before.now_ns);
  EXPECT_EQ(again.scaled_to, outcome.scaled_to);
  EXPECT_EQ(again.error, outcome.error);
  EXPECT_EQ(again.events, outcome.events);
  EXPECT_EQ(again.history, outcome.history);

  if (!IsSane(before.hpa, scale) || outcome.failed) return;
  if (outcome.trace.branch == DecisionTrace::Branch::kMetrics) {
    EXPECT_GE(outcome.desired_replicas, min);
    EXPECT_LE(outcome.desired_replicas, max);
    EXPECT_EQ(outcome.trace.metrics.size(), before.hpa.spec.metrics.size());
    // A part of the metrics lowers nothing, however the rest was stabilised.
    if (!outcome.error.empty()) {
      EXPECT_GE(*outcome.trace.raw_desired, scale.spec_replicas);
    }
  } else if (outcome.trace.branch == DecisionTrace::Branch::kDisabled) {
    EXPECT_EQ(outcome.desired_replicas, 0);
  } else {
    EXPECT_EQ(outcome.scaled_to, scale.spec_replicas > max ? max : min);
  }
}

TEST(DecideRandom, KeepsItsInvariants) {
  std::map<DecisionTrace::Branch, int> branches;
  int scaled = 0;
  int failed = 0;
  for (uint32_t seed = 0; seed < kScenes; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomScene random(seed);
    for (int step = 0; step < kSteps; ++step) {
      random.NextStep();
      const Scene before = random.scene();
      const bool scale_fails = random.Chance(10);
      const Outcome outcome =
          random.scene().Reconcile(scale_fails ? std::optional<std::string>("no") : std::nullopt);
      ExpectInvariants(before, outcome, scale_fails);
      ++branches[outcome.trace.branch];
      scaled += outcome.scaled_to ? 1 : 0;
      failed += outcome.failed ? 1 : 0;
    }
    if (HasFailure()) return;
  }
  // The scenes reach everything.
  EXPECT_EQ(branches.size(), 4u);
  for (const auto& [branch, count] : branches) EXPECT_GT(count, kScenes / 20);
  EXPECT_GT(scaled, kScenes / 2);
  EXPECT_GT(failed, kScenes / 2);
}

}  // namespace
}  // namespace kubegauge::autoscaler
