#include "autoscaler/decision_log.h"

#include <gmock/gmock.h>

#include <string>

#include "autoscaler/explain.h"

namespace kubegauge::autoscaler {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

Hpa HpaNamed(const std::string& name) {
  Hpa hpa;
  hpa.meta.namespace_name = "shop";
  hpa.meta.name = name;
  hpa.spec.min_replicas = 1;
  hpa.spec.max_replicas = 10;
  return hpa;
}

Outcome Wants(int32_t desired, int32_t current = 2) {
  Outcome outcome{.current_replicas = current, .desired_replicas = desired};
  outcome.trace.branch = DecisionTrace::Branch::kMetrics;
  outcome.trace.raw_desired = desired;
  if (desired != current) outcome.scaled_to = desired;
  return outcome;
}

TEST(DecisionLogTest, CountsWhatSaysTheSame) {
  DecisionLog log;
  const Hpa web = HpaNamed("web");
  log.Record(web, Wants(3), 1 * kSecond);
  for (int i = 2; i < 6; ++i) log.Record(web, Wants(2), i * kSecond);
  const auto records = log.Of("shop", "web");
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0]->count, 4u);
  EXPECT_EQ(records[0]->first_ns, 2 * kSecond);
  EXPECT_EQ(records[0]->last_ns, 5 * kSecond);
  EXPECT_TRUE(records[1]->rescaled);
  EXPECT_TRUE(log.Of("shop", "other").empty());
}

TEST(DecisionLogTest, KeepsSoManyOfEachAndInAll) {
  DecisionLog log({.per_hpa = 3, .in_all = 6, .left_out_pods = 1});
  for (int i = 0; i < 10; ++i) log.Record(HpaNamed("a"), Wants(3 + i), i * kSecond);
  EXPECT_EQ(log.Of("shop", "a").size(), 3u);
  EXPECT_EQ(log.Of("shop", "a").front()->desired_replicas, 12);
  for (int i = 0; i < 3; ++i) log.Record(HpaNamed("b"), Wants(3 + i), i * kSecond);
  EXPECT_EQ(log.size(), 6u);
  log.Record(HpaNamed("c"), Wants(5), 0);
  EXPECT_EQ(log.size(), 6u);
  EXPECT_EQ(log.Of("shop", "a").size(), 2u) << "the oldest in all went";
  EXPECT_EQ(log.Of("shop", "c").size(), 1u);
  log.Forget("shop", "b");
  EXPECT_EQ(log.size(), 3u);
  log.Clear();
  EXPECT_EQ(log.size(), 0u);
}

TEST(ExplainTest, TellsWhatWasMeasuredAndWhatWouldChangeIt) {
  DecisionLog log;
  Outcome outcome = Wants(4);
  MetricTrace cpu{.name = "cpu resource utilization (percentage of request)",
                  .target = 50,
                  .target_is_percent = true,
                  .missing_pods = 1};
  cpu.measured = UsageRatio{.ratio = 3, .average = 150, .utilization_percent = 150};
  cpu.left_out = {{.name = "web-3", .group = PodGroup::kMissing, .why = "no sample"}};
  cpu.proposal = 6;
  outcome.trace.metrics = {cpu};
  outcome.trace.raw_desired = 6;
  outcome.trace.steps = {{.kind = NormalizationStep::Kind::kBound,
                          .before = 6,
                          .after = 4,
                          .reason = "TooManyReplicas"}};
  Hpa hpa = HpaNamed("web");
  hpa.spec.max_replicas = 4;
  log.Record(hpa, outcome, 0);
  const auto records = log.Of("shop", "web");
  EXPECT_EQ(ExplainText("shop", "web", records),
            "shop/web at 1970-01-01T00:00:00Z: scaled from 2 to 4 (bounds 1 to 4).\n"
            "\n"
            "What was measured\n"
            "  cpu resource utilization (percentage of request)\n"
            "    150% of the requests (150m a pod), target 50% of the requests, ratio 3.000\n"
            "    1 pod without a sample: web-3 (no sample)\n"
            "    proposes 6\n"
            "\n"
            "What was decided\n"
            "       6  the highest proposal\n"
            "       4  after maxReplicas (TooManyReplicas)\n"
            "       2  now, becomes 4\n"
            "\n"
            "What would change it\n"
            "  - raise maxReplicas above 4: the metrics ask for 6\n"
            "\n"
            "The last decisions\n"
            "  LAST                  TIMES  FROM      TO  WHY\n"
            "  1970-01-01T00:00:00Z      1     2       4  TooManyReplicas\n");
  EXPECT_EQ(ExplainJson("shop", "web", records)["decisions"][0]["trace"]["metrics"][0]["proposal"],
            6);
}

TEST(ExplainTest, KnowsWhatToDoAboutAnUnknown) {
  const struct {
    const char* error;
    const char* advice;
  } cases[] = {
      {"failed to get cpu utilization: missing request for cpu in container app of Pod web-1",
       "set resources.requests.cpu of container app in the pod template"},
      {"failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned "
       "from resource metrics API",
       "metrics.k8s.io knows none of the pods yet"},
      {"failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch "
       "metrics from resource metrics API: the server could not find the requested resource (get "
       "pods.metrics.k8s.io)",
       "kubectl get apiservice v1beta1.metrics.k8s.io"},
      {"unable to get metric rps: unable to fetch metrics from custom metrics API: no custom "
       "metrics API (custom.metrics.k8s.io) registered",
       "no adapter serves custom.metrics.k8s.io"},
      {"pods by selector app=web are controlled by multiple HPAs: [shop/a shop/b]",
       "give every HPA pods of its own"},
  };
  for (const auto& [error, advice] : cases) {
    EXPECT_THAT(AdviceOnError("shop", error), ::testing::HasSubstr(advice)) << error;
  }
}

}  // namespace
}  // namespace kubegauge::autoscaler
