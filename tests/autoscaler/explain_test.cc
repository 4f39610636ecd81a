#include "autoscaler/explain.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/autoscaler/scene.h"

namespace kubegauge::autoscaler {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Branch = DecisionTrace::Branch;
using Step = NormalizationStep;

Hpa Web(int32_t max = 10) {
  Hpa hpa;
  hpa.meta.namespace_name = "shop";
  hpa.meta.name = "web";
  hpa.spec.min_replicas = 1;
  hpa.spec.max_replicas = max;
  return hpa;
}

Outcome Wants(int32_t desired, int32_t current = 2) {
  Outcome outcome{.current_replicas = current, .desired_replicas = desired};
  outcome.trace.branch = Branch::kMetrics;
  outcome.trace.raw_desired = desired;
  if (desired != current) outcome.scaled_to = desired;
  return outcome;
}

Outcome Fails(Branch branch, std::string error, int32_t current = 3) {
  Outcome outcome{.failed = true, .error = std::move(error), .current_replicas = current};
  outcome.trace.branch = branch;
  return outcome;
}

// Of CPU against 50%: a ratio of `ratio` on `ready` pods.
MetricTrace Cpu(double ratio, uint32_t ready, int32_t proposal) {
  MetricTrace cpu{.name = "cpu resource utilization (percentage of request)",
                  .target = 50,
                  .target_is_percent = true,
                  .ready_pods = ready,
                  .tolerance_down = 0.1,
                  .tolerance_up = 0.1};
  const auto percent = static_cast<int32_t>(ratio * 50);
  cpu.measured = UsageRatio{.ratio = ratio, .average = percent, .utilization_percent = percent};
  cpu.within_tolerance = ratio >= 0.9 && ratio <= 1.1;
  cpu.proposal = proposal;
  return cpu;
}

std::vector<DecisionRecordPtr> RecordsOf(const Hpa& hpa, const Outcome& outcome) {
  DecisionLog log;
  log.Record(hpa, outcome, 0);
  return log.Of("shop", "web");
}
std::string TextOf(const Outcome& outcome, const Hpa& hpa = Web()) {
  return ExplainText("shop", "web", RecordsOf(hpa, outcome));
}
std::vector<std::string> AdviceOf(const Outcome& outcome, const Hpa& hpa = Web()) {
  return Advice("shop", *RecordsOf(hpa, outcome).front());
}

TEST(ExplainTest, TellsWhatWasMeasuredAndWhatWouldChangeIt) {
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
  const auto records = RecordsOf(Web(4), outcome);
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

// Not that it left the replicas "at 0": nothing is known of them.
// An adapter may answer with anything.
TEST(ExplainTest, SaysNothingThatATerminalObeys) {
  const std::string text = TextOf(Fails(Branch::kMetrics, "no \x1b[2J metric"));
  EXPECT_THAT(text, HasSubstr("no \\x1b[2J metric"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(ExplainTest, WithoutAScaleItSaysNothingOfReplicas) {
  const std::string text = TextOf(Fails(Branch::kNoScale, "deployments.apps \"web\" not found", 0));
  EXPECT_THAT(text,
              HasSubstr("shop/web at 1970-01-01T00:00:00Z: it could not read the scale of its "
                        "target, and left it as it is (bounds 1 to 10).\n"));
  EXPECT_THAT(text, HasSubstr("  1970-01-01T00:00:00Z      1     -       -  deployments.apps"));
}

TEST(ExplainTest, SaysWhatCouldNotBeWritten) {
  Outcome outcome = Fails(Branch::kMetrics, "failed to rescale Deployment/shop/web: forbidden");
  outcome.trace.raw_desired = 9;
  outcome.trace.steps = {
      {.kind = Step::Kind::kPolicy, .before = 9, .after = 6, .reason = "ScaleUpLimit"}};
  EXPECT_THAT(TextOf(outcome), HasSubstr("wanted 6 replicas, but could not write that; there are 3 "
                                         "(bounds 1 to 10).\n"));
  EXPECT_THAT(TextOf(Fails(Branch::kAboveMax, "failed to rescale", 12)),
              HasSubstr("wanted 10 replicas, but could not write that; there are 12"));
  EXPECT_THAT(TextOf(Fails(Branch::kMetrics, "invalid metrics")),
              HasSubstr("it could not decide and left the replicas at 3"));
}

TEST(ExplainTest, SaysWhatBecomesOfTheMetricsThatDidNotFail) {
  MetricTrace failed{.name = "pods metric rps", .error = "unable to get metric rps: no adapter"};
  Outcome outcome = Wants(3, 3);
  outcome.error = "invalid metrics (1 invalid out of 2), first error is: …";
  outcome.trace.metrics = {Cpu(1.0, 3, 3), failed};
  const std::string kept = TextOf(outcome);
  EXPECT_THAT(kept, HasSubstr("kept 3 replicas"));
  EXPECT_THAT(kept, HasSubstr("Some metrics failed; the others count, as they ask for no fewer "
                              "replicas.\n"));
  EXPECT_THAT(kept,
              HasSubstr("cpu resource utilization (percentage of request): a ratio above 1.1 or "
                        "below 0.9; it is 1.000"));

  Outcome blocked = Fails(Branch::kMetrics, outcome.error);
  blocked.trace.metrics = {Cpu(0.2, 3, 1), failed};
  EXPECT_THAT(TextOf(blocked), HasSubstr("Some metrics failed; the others ask for fewer replicas, "
                                         "which is not done before all are known.\n"));
}

TEST(ExplainTest, SaysWhyKubectlShowsUnknown) {
  Outcome disabled{.current_replicas = 0, .desired_replicas = 0};
  disabled.trace.branch = Branch::kDisabled;
  EXPECT_THAT(TextOf(disabled),
              HasSubstr("The target has 0 replicas, which turns scaling off until "
                        "somebody scales it up; no metric was looked at, which "
                        "kubectl shows as <unknown>.\n"));
  EXPECT_THAT(AdviceOf(disabled),
              ElementsAre("scale the target up by hand, to one replica or more: "
                          "the HPA goes on from there"));
}

TEST(ExplainTest, SaysWhichRatioWouldChangeIt) {
  const auto keeps_3 = [](MetricTrace metric) {
    Outcome outcome = Wants(3, 3);
    outcome.trace.metrics = {std::move(metric)};
    return AdviceOf(outcome);
  };
  const std::string name = "cpu resource utilization (percentage of request): ";
  EXPECT_THAT(keeps_3(Cpu(1.04, 3, 3)),
              ElementsAre(name + "a ratio above 1.1 or below 0.9; it is 1.040"));
  // Out of the tolerance, but rounded up to as many.
  EXPECT_THAT(keeps_3(Cpu(0.8, 3, 3)),
              ElementsAre(name + "a ratio above 1.1 or of at most 0.667; it is 0.800"));
  MetricTrace filled_in = Cpu(1.5, 2, 3);
  filled_in.with_left_out = UsageRatio{.ratio = 1.0};
  filled_in.within_tolerance = true;
  EXPECT_THAT(keeps_3(filled_in),
              ElementsAre(name + "a ratio above 1.1 or below 0.9; it is 1.000"));
  filled_in.with_left_out = UsageRatio{.ratio = 0.8};
  filled_in.within_tolerance = false;
  EXPECT_THAT(keeps_3(filled_in),
              ElementsAre(name + "samples of the pods that are left out; until they are ready and "
                                 "measured they are counted against a change"));
  EXPECT_THAT(keeps_3(Cpu(0.2, 3, 1)), IsEmpty()) << "another metric keeps the replicas";
}

TEST(ExplainTest, ADisabledPolicyGoesNowhereStepByStep) {
  Hpa hpa = Web();
  ScalingRules down;
  Outcome outcome = Wants(6, 6);
  outcome.trace.steps = {
      {.kind = Step::Kind::kPolicy, .before = 2, .after = 6, .reason = "ScaleDownLimit"}};
  hpa.spec.behavior.emplace().scale_down = down;
  EXPECT_THAT(AdviceOf(outcome, hpa), ElementsAre(HasSubstr("it goes on to 2 step by step")));
  hpa.spec.behavior->scale_down->select_policy = "Disabled";
  EXPECT_THAT(AdviceOf(outcome, hpa),
              ElementsAre("spec.behavior.scaleDown.selectPolicy is Disabled: with Max or Min it "
                          "would go to 2"));
}

TEST(ExplainTest, TellsUntilWhenAStabilizationHolds) {
  Outcome outcome = Wants(6, 6);
  outcome.trace.steps = {{.kind = Step::Kind::kStabilization,
                          .before = 2,
                          .after = 6,
                          .reason = "ScaleDownStabilized",
                          .until_ns = 300'000'000'000}};
  EXPECT_THAT(AdviceOf(outcome),
              ElementsAre("wait until 1970-01-01T00:05:00Z, when the recommendations of 6 or more "
                          "have left the window, or shorten spec.behavior.scaleDown."
                          "stabilizationWindowSeconds: the metrics ask for 2 now"));
  EXPECT_EQ(TraceJson(outcome.trace)["steps"][0]["until"], "1970-01-01T00:05:00Z");
}

TEST(ExplainTest, TellsAnAverageFromATotal) {
  MetricTrace queue{.name = "external metric queue(nil)", .target = 30'000, .total_milli = 90'000};
  queue.measured = UsageRatio{.ratio = 3, .average = 90'000};
  EXPECT_THAT(MetricText(queue), HasSubstr("90 in all, target 30, ratio 3.000"));
  queue.target_is_per_pod = true;
  EXPECT_THAT(MetricText(queue), HasSubstr("90 in all, target 30 a pod, ratio 3.000"));
}

TEST(ExplainTest, WritesMemoryAsPodsDo) {
  MetricTrace memory{.name = "memory resource", .target = int64_t{1'000} << 20};
  memory.measured = UsageRatio{.ratio = 64, .average = int64_t{64'000} << 20};
  EXPECT_THAT(MetricText(memory), HasSubstr("64Mi a pod, target "));
  EXPECT_THAT(MetricText(memory), Not(HasSubstr("67108864")));
}

// Which container and resource it is only the error of the look says.
TEST(ExplainTest, NamesWhatNoPodHasASampleOf) {
  constexpr char kNoSamples[] = "did not receive metrics for targeted pods (pods might be unready)";
  const auto advice_on = [&](const std::string& metric, const std::string& what) {
    const std::string error = "failed to get " + what + ": " + kNoSamples;
    Outcome outcome = Fails(Branch::kMetrics,
                            "invalid metrics (1 invalid out of 1), first error is: failed to get " +
                                metric + " metric value: " + error);
    outcome.trace.metrics = {{.name = "it", .error = error}};
    return AdviceOf(outcome);
  };
  EXPECT_THAT(advice_on("side container", "cpu utilization"),
              ElementsAre(HasSubstr("whether they have a container side, whose cpu counts")));
  EXPECT_THAT(
      advice_on("nvidia.com/gpu resource", "nvidia.com/gpu usage"),
      ElementsAre("metrics.k8s.io measures cpu and memory only: take nvidia.com/gpu from a metric "
                  "of type Pods, Object or External"));
  EXPECT_THAT(advice_on("cpu resource", "cpu utilization"),
              ElementsAre(HasSubstr("every pod that has a sample is still unready")));
}

TEST(ExplainTest, NamesAContainerThatNoPodHas) {
  const testing::Scene scene({testing::ContainerUtilization("side", 50)}, 1, {{500}});
  const Decision decision = scene.Decide();
  ASSERT_EQ(decision.trace.metrics.size(), 1u);
  const std::string text = MetricText(decision.trace.metrics[0]);
  EXPECT_THAT(text, HasSubstr("    no pod has a container side; they have: app\n"));
  EXPECT_THAT(text, Not(HasSubstr("without a sample")));
  Outcome outcome = Fails(Branch::kMetrics, decision.error);
  outcome.trace = decision.trace;
  EXPECT_THAT(
      AdviceOf(outcome),
      ElementsAre(
          "correct containerResource.container: no pod has a container side, they have app"));
}

TEST(ExplainTest, BlamesNoContainerThatPodsHave) {
  const testing::Scene scene({testing::ContainerUtilization("app", 50)}, 1, {{500, "unready"}});
  const Decision decision = scene.Decide();
  EXPECT_FALSE(decision.trace.metrics.at(0).error.empty());
  EXPECT_FALSE(decision.trace.metrics[0].absent_container);
}

// The error of the look is about the first metric that failed.
TEST(ExplainTest, TakesWhatTheLookNamesForTheFirstFailureOnly) {
  const std::string error =
      "failed to get cpu utilization: did not receive metrics for targeted pods (pods might be "
      "unready)";
  Outcome outcome = Fails(Branch::kMetrics,
                          "invalid metrics (2 invalid out of 3), first error is: failed to get "
                          "side container metric value: " +
                              error);
  outcome.trace.metrics = {
      {.name = "cpu"}, {.name = "side", .error = error}, {.name = "app", .error = error}};
  EXPECT_THAT(AdviceOf(outcome),
              ElementsAre(HasSubstr("whether they have a container side, whose cpu counts"),
                          HasSubstr("every pod that has a sample is still unready")));
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
      {"failed to get external metric queue: unable to get external metric shop/queue/nil: unable "
       "to fetch metrics from external metrics API: the server could not find the requested "
       "resource (get queue.external.metrics.k8s.io)",
       "no adapter serves external.metrics.k8s.io with a metric queue"},
      {"unable to get metric rps: unable to fetch metrics from custom metrics API: no custom "
       "metrics API (custom.metrics.k8s.io) registered",
       "no adapter serves custom.metrics.k8s.io"},
      {"failed to get cpu utilization: container sidecar not found in Pod web-1",
       "name a container that all pods of the target have: pod web-1 has no container sidecar"},
      {"failed to get cpu utilization: missing pod-level request for cpu in Pod web-1",
       "set resources.requests.cpu of the pod or of its containers"},
      {"failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch "
       "metrics from resource metrics API: pods.metrics.k8s.io is forbidden: User \"a\" cannot "
       "list "
       "resource \"pods\"",
       "grant the autoscaler's service account that access"},
      {"failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch "
       "metrics from resource metrics API: GET https://api: no answer within 30s",
       "kubectl get apiservice v1beta1.metrics.k8s.io"},
      {"unable to get metric rps: Service on shop web/unable to fetch metrics from custom metrics "
       "API: the custom metrics API server returned 2 results when we asked for exactly one",
       "have to name one series of the described object"},
      {"failed to rescale Deployment/shop/web: Operation cannot be fulfilled on deployments.apps "
       "\"web\": the object has been modified; please apply your changes to the latest version and "
       "try again",
       "something else writes the target at the same time"},
      {"failed to query scale subresource for Job/shop/web: the server could not find the "
       "requested "
       "resource",
       "has no scale subresource"},
      {"failed to query scale subresource for Deployment/shop/web: deployments.apps \"web\" not "
       "found",
       "create the Deployment web in namespace shop, or correct spec.scaleTargetRef"},
      {"failed to get q external metric: \"Bad\" is not a valid label selector operator",
       "In and NotIn, with values, and Exists and DoesNotExist, without"},
      {"failed to get q external metric: values: Invalid value: []: for 'in', 'notin' operators, "
       "values set can't be empty",
       "In and NotIn need values"},
      {"pods by selector app=web are controlled by multiple HPAs: [shop/a shop/b]",
       "give every HPA pods of its own"},
  };
  for (const auto& [error, advice] : cases) {
    EXPECT_THAT(AdviceOnError("shop", error), ::testing::HasSubstr(advice)) << error;
  }
}

// Who makes an HPA decides how long a name is, and it is in the error.
TEST(ExplainTest, AdvisesOnErrorsOfAnyLength) {
  const std::string name(1 << 20, 'a');
  const std::string no_samples =
      "failed to get " + name + " usage: did not receive metrics for targeted pods";
  EXPECT_EQ(
      AdviceOnError("shop", "failed to get " + name + " resource metric value: " + no_samples), "");
  EXPECT_THAT(AdviceOnError("shop", "pods.metrics.k8s.io is forbidden: " + name),
              HasSubstr("grant the autoscaler's service account that access"));
  Outcome outcome = Fails(Branch::kMetrics, no_samples);
  outcome.trace.metrics = {{.name = name, .error = no_samples}};
  EXPECT_LT(TextOf(outcome).size(), 5 * 2100u) << "the error thrice, the name once";
  EXPECT_LT(ExplainJson("shop", "web", RecordsOf(Web(), outcome)).dump().size(), 4 * 2100u);
}

TEST(ExplainTest, AdvisesOnTheFirstOfManyMetrics) {
  DecisionRecord record;
  for (int i = 0; i < 10'000; ++i) {
    record.trace.metrics.push_back(
        {.name = "it",
         .error = "missing request for cpu in container app of Pod " + std::to_string(i)});
  }
  EXPECT_EQ(Advice("shop", record).size(), 32u);
  Outcome outcome = Wants(3, 3);
  outcome.trace.metrics.assign(100, Cpu(1.0, 3, 3));
  EXPECT_THAT(TextOf(outcome), HasSubstr("  … (36 metrics more)\n"));
  EXPECT_EQ(ExplainJson("shop", "web", RecordsOf(Web(), outcome))["decisions"][0]["moreMetrics"],
            36);
}

}  // namespace
}  // namespace kubegauge::autoscaler
