// Whole reconciles: branches, texts of conditions, events and errors, statuses. hpa.md 3 to 7, 14
// to 16.

#include "autoscaler/decide.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/autoscaler/scene.h"

namespace kubegauge::autoscaler {
namespace {

using testing::ConditionText;
using testing::ContainerUtilization;
using ::testing::ElementsAre;
using testing::FindCondition;
using ::testing::IsEmpty;
using testing::kNow;
using testing::kSecond;
using testing::PodsMetric;
using testing::ResourceAverage;
using testing::ResourceUtilization;
using testing::Scene;
using testing::Texts;

TEST(Decide, ScalesUp) {
  Scene scene({ResourceUtilization("cpu", 50)}, 3, {{800}, {800}, {800}});
  const Outcome outcome = scene.Reconcile();
  EXPECT_EQ(outcome.scaled_to, 5);
  EXPECT_EQ(outcome.action, ScaleAction::kScaleUp);
  EXPECT_EQ(outcome.error, "");
  EXPECT_THAT(Texts(outcome.events),
              ElementsAre("Normal SuccessfulRescale: New size: 5; reason: cpu resource utilization "
                          "(percentage of request) above target"));
  const HpaStatus& status = *outcome.status;
  EXPECT_EQ(status.current_replicas, 3);
  EXPECT_EQ(status.desired_replicas, 5);
  EXPECT_EQ(status.last_scale_ns, kNow);
  ASSERT_EQ(status.conditions.size(), 4u);
  EXPECT_EQ(status.conditions[0].message,
            "the HPA controller was able to update the target scale to 5");
  EXPECT_EQ(status.conditions[1].message,
            "the HPA was able to successfully calculate a replica count from cpu resource "
            "utilization (percentage of request)");
  EXPECT_EQ(status.conditions[2].message, "the desired count is within the acceptable range");
  EXPECT_EQ(ConditionText(status, "ScaledToZero"), "False NotScaledToZero");
}

TEST(Decide, WritesNothingWhereNothingChanges) {
  Scene scene({ResourceUtilization("cpu", 50)}, 2, {{500}, {500}});
  EXPECT_TRUE(scene.Reconcile().status);
  scene.now_ns += 15 * kSecond;
  const Outcome again = scene.Reconcile();
  EXPECT_FALSE(again.status);
  EXPECT_THAT(again.events, IsEmpty());
  EXPECT_EQ(FindCondition(scene.hpa.status, "AbleToScale")->last_transition_ns, kNow);
}

TEST(Decide, AbleToScaleSaysLessWhereMetricsFailThatDidNot) {
  Scene scene({ResourceUtilization("cpu", 50)}, 2, {{500}, {500}});
  scene.Reconcile();
  const Observation good = scene.observation;
  const auto fail_usage = [](Observation& bad) { bad.pod_usage = FetchError{"gone"}; };
  const auto fail_pods = [](Observation& bad) { bad.pods = FetchError{"gone"}; };
  for (void (*const fail)(Observation&) : {+fail_usage, +fail_pods}) {
    ASSERT_EQ(ConditionText(scene.hpa.status, "AbleToScale"), "True ReadyForNewScale");
    scene.now_ns += 15 * kSecond;
    fail(scene.observation);
    EXPECT_TRUE(scene.Reconcile().failed);
    EXPECT_EQ(ConditionText(scene.hpa.status, "AbleToScale"), "True SucceededGetScale");
    scene.observation = good;
    scene.Reconcile();
  }
  const HpaCondition& first = scene.hpa.status.conditions.front();
  EXPECT_EQ(first.type, "AbleToScale");
  EXPECT_EQ(first.last_transition_ns, kNow);
}

TEST(Decide, HoldsForTheWindowThenScalesDown) {
  Scene scene({ResourceUtilization("cpu", 50)}, 4, {{100}, {100}, {100}, {100}});
  const Outcome held = scene.Reconcile();
  EXPECT_FALSE(held.scaled_to);
  EXPECT_EQ(ConditionText(scene.hpa.status, "AbleToScale"), "True ScaleDownStabilized");
  ASSERT_EQ(held.trace.steps.size(), 1u);
  EXPECT_EQ(held.trace.steps[0].kind, NormalizationStep::Kind::kStabilization);
  EXPECT_EQ(held.trace.steps[0].before, 1);
  EXPECT_EQ(held.trace.steps[0].after, 4);

  scene.now_ns += 300 * kSecond + 1;
  const Outcome outcome = scene.Reconcile();
  EXPECT_EQ(outcome.scaled_to, 1);
  EXPECT_THAT(Texts(outcome.events),
              ElementsAre("Normal SuccessfulRescale: New size: 1; reason: All metrics below "
                          "target"));
}

TEST(Decide, BoundsNeedNoMetrics) {
  struct Case {
    int32_t current;
    int32_t scaled_to;
    const char* event;
  };
  const Case cases[] = {
      {9, 5,
       "Normal SuccessfulRescale: New size: 5; reason: Current number of replicas above "
       "Spec.MaxReplicas"},
      {1, 3,
       "Normal SuccessfulRescale: New size: 3; reason: Current number of replicas below "
       "Spec.MinReplicas"},
  };
  for (const Case& test : cases) {
    Scene scene({ResourceUtilization("cpu", 50)}, test.current);
    scene.hpa.spec.min_replicas = 3;
    scene.hpa.spec.max_replicas = 5;
    scene.hpa.spec.behavior.emplace();
    scene.hpa.status.current_metrics.emplace(1);
    EXPECT_FALSE(MetricsNeeded(scene.hpa, scene.observation.scale, scene.tuning));
    const Outcome outcome = scene.Reconcile();
    EXPECT_EQ(outcome.scaled_to, test.scaled_to);
    EXPECT_THAT(Texts(outcome.events), ElementsAre(test.event));
    EXPECT_FALSE(outcome.status->current_metrics);
    EXPECT_EQ(ConditionText(*outcome.status, "ScalingActive"), "");
    EXPECT_EQ(outcome.history.recommendations.size(), 1u);  // only where it started from
    EXPECT_EQ(outcome.history.scale_ups.size() + outcome.history.scale_downs.size(), 1u);
  }
}

TEST(Decide, SaysWhyThereIsNoScale) {
  struct Case {
    const char* api_version;
    ScaleStage stage;
    const char* text;
    const char* error;
    ErrorKind kind;
  };
  const Case cases[] = {
      {"a/b/c", ScaleStage::kScale, "unexpected GroupVersion string: a/b/c",
       "invalid API version in scale target reference: unexpected GroupVersion string: a/b/c",
       ErrorKind::kSpec},
      {"apps/v1", ScaleStage::kResource, "no matches for kind",
       "unable to determine resource for scale target reference: no matches for kind",
       ErrorKind::kInternal},
      {"apps/v1", ScaleStage::kScale, "gone",
       "failed to query scale subresource for Deployment/default/web: gone", ErrorKind::kInternal},
  };
  for (const Case& test : cases) {
    Scene scene({ResourceUtilization("cpu", 50)}, 3);
    scene.hpa.spec.scale_target_ref.api_version = test.api_version;
    scene.hpa.status.current_replicas = 7;
    scene.hpa.status.observed_generation = 2;
    scene.hpa.status.current_metrics.emplace().push_back({.type = "Resource"});
    scene.observation.scale = FetchError{test.text};
    scene.observation.scale_stage = test.stage;
    EXPECT_FALSE(MetricsNeeded(scene.hpa, scene.observation.scale, scene.tuning));
    const Outcome outcome = scene.Reconcile();
    EXPECT_TRUE(outcome.failed);
    EXPECT_EQ(outcome.error, test.error);
    EXPECT_EQ(outcome.error_kind, test.kind);
    EXPECT_THAT(Texts(outcome.events),
                ElementsAre(std::string("Warning FailedGetScale: ") + test.text));
    EXPECT_EQ(outcome.status->conditions[0].message,
              std::string("the HPA controller was unable to get the target's current scale: ") +
                  test.text);
    EXPECT_EQ(outcome.status->current_replicas, 7);
    EXPECT_EQ(outcome.status->observed_generation, 2);
    ASSERT_TRUE(outcome.status->current_metrics);
    EXPECT_EQ(outcome.status->current_metrics->at(0).type, "Resource");
    EXPECT_THAT(outcome.history.recommendations, IsEmpty());
  }
}

TEST(Decide, SaysWhyTheScaleWasNotWritten) {
  Scene scene({ResourceUtilization("cpu", 50)}, 3, {{800}, {800}, {800}});
  scene.hpa.spec.behavior.emplace();
  scene.hpa.status.desired_replicas = 3;
  const Outcome outcome = scene.Reconcile("conflict");
  EXPECT_FALSE(outcome.scaled_to);
  EXPECT_TRUE(outcome.failed);
  EXPECT_EQ(outcome.error, "failed to rescale Deployment/default/web: conflict");
  EXPECT_THAT(Texts(outcome.events),
              ElementsAre("Warning FailedRescale: New size: 5; reason: cpu resource utilization "
                          "(percentage of request) above target; error: conflict"));
  EXPECT_EQ(ConditionText(*outcome.status, "AbleToScale"), "False FailedUpdateScale");
  EXPECT_EQ(outcome.status->conditions[0].message,
            "the HPA controller was unable to update the target scale: conflict");
  EXPECT_EQ(outcome.status->desired_replicas, 3);
  EXPECT_FALSE(outcome.status->last_scale_ns);
  EXPECT_EQ(outcome.status->current_metrics->size(), 1u);
  EXPECT_THAT(outcome.history.scale_ups, IsEmpty());
  EXPECT_EQ(ConditionText(*outcome.status, "ScaledToZero"), "");
}

TEST(Decide, RefusesSelectorsThatDoNotTellThePods) {
  struct Case {
    const char* selector;
    std::vector<std::string> hpas;
    const char* event;
    const char* condition;
    const char* message;
  };
  const Case cases[] = {
      {"",
       {"default/web"},
       "Warning SelectorRequired: selector is required",
       "False InvalidSelector",
       "the HPA target's scale is missing a selector"},
      {"app=web,(x",
       {"default/web"},
       "Warning InvalidSelector: couldn't convert selector into a corresponding internal selector "
       "object: found '(', expected: identifier after ','",
       "False InvalidSelector",
       "couldn't convert selector into a corresponding internal selector object: found '(', "
       "expected: identifier after ','"},
      {"app=web",
       {"default/a", "default/web"},
       "Warning AmbiguousSelector: pods by selector app=web are controlled by multiple HPAs: "
       "[default/a default/web]",
       "False AmbiguousSelector",
       "pods by selector app=web are controlled by multiple HPAs: [default/a default/web]"},
  };
  for (const Case& test : cases) {
    Scene scene({ResourceUtilization("cpu", 50)}, 1, {{800}});
    scene.scale().selector = test.selector;
    scene.observation.hpas_of_pods = test.hpas;
    EXPECT_EQ(MetricsNeeded(scene.hpa, scene.observation.scale, scene.tuning),
              test.hpas.size() > 1);
    const Outcome outcome = scene.Reconcile();
    ASSERT_EQ(outcome.events.size(), 2u);
    EXPECT_EQ(Texts(outcome.events)[0], test.event);
    EXPECT_EQ(outcome.events[1].reason, "FailedComputeMetricsReplicas");
    EXPECT_EQ(outcome.events[1].message, outcome.events[0].message);
    EXPECT_EQ(outcome.events_after_status, 1u);
    EXPECT_EQ(ConditionText(*outcome.status, "ScalingActive"), test.condition);
    EXPECT_EQ(FindCondition(*outcome.status, "ScalingActive")->message, test.message);
    EXPECT_FALSE(outcome.status->current_metrics);
    EXPECT_EQ(outcome.error,
              "failed to compute desired number of replicas based on listed metrics for "
              "Deployment/default/web: " +
                  outcome.events[0].message);
  }
}

TEST(Decide, PassesOnThatPodsCannotBeListed) {
  Scene scene({ResourceUtilization("cpu", 50)}, 1);
  scene.observation.pods = FetchError{"no cache"};
  const Outcome outcome = scene.Reconcile();
  EXPECT_THAT(Texts(outcome.events), ElementsAre("Warning FailedComputeMetricsReplicas: no cache"));
  EXPECT_EQ(ConditionText(*outcome.status, "ScalingActive"), "");
}

TEST(Decide, AContainerThatPodsLackFails) {
  Scene scene({ContainerUtilization("proxy", 50)}, 1, {{500}});
  std::get<PodUsageList>(scene.observation.pod_usage).containers[0].name = "proxy";
  EXPECT_EQ(scene.Decide().trace.metrics[0].error,
            "failed to get cpu utilization: container proxy not found in Pod p0");
}

TEST(Decide, APartOfTheMetricsMayRaiseOrHoldButNotLower) {
  const MetricSpec failing = PodsMetric(5);
  struct Case {
    int64_t milli;
    bool decides;
    std::optional<int32_t> scaled_to;
  };
  for (const Case& test : {Case{1000, true, 4}, Case{500, true, {}}, Case{100, false, {}}}) {
    Scene scene({failing, ResourceUtilization("cpu", 50), failing}, 2,
                {{test.milli}, {test.milli}});
    scene.observation.metrics.assign(3, FetchError{"down"});
    const Outcome outcome = scene.Reconcile();
    const std::string error =
        "invalid metrics (2 invalid out of 3), first error is: failed to get pods metric value: "
        "unable to get metric rps: unable to fetch metrics from custom metrics API: down";
    EXPECT_EQ(outcome.scaled_to, test.scaled_to);
    EXPECT_EQ(outcome.failed, !test.decides);
    EXPECT_EQ(outcome.error_kind, ErrorKind::kInternal);
    EXPECT_EQ(outcome.error, test.decides
                                 ? error
                                 : "failed to compute desired number of replicas based on listed "
                                   "metrics for Deployment/default/web: " +
                                       error);
    EXPECT_EQ(ConditionText(*outcome.status, "ScalingActive"),
              test.decides ? "True ValidMetricFound" : "False FailedGetPodsMetric");
    const std::vector<MetricStatus>& statuses = *outcome.status->current_metrics;
    EXPECT_EQ(statuses[0], MetricStatus());
    EXPECT_EQ(statuses[1].type, "Resource");
    EXPECT_EQ(outcome.events[1].reason, "FailedGetPodsMetric");
  }
}

TEST(Decide, TheHighestProposalNamesTheReason) {
  Scene scene({ResourceUtilization("cpu", 50), ResourceAverage("memory", 100)}, 2, {{600}, {600}});
  const Outcome outcome = scene.Reconcile();
  EXPECT_EQ(outcome.trace.metrics[0].proposal, 3);
  EXPECT_EQ(outcome.trace.metrics[1].proposal, 12);
  EXPECT_EQ(outcome.trace.raw_desired, 12);
  EXPECT_EQ(outcome.scaled_to, 4);
  EXPECT_EQ(outcome.events[0].message, "New size: 4; reason: memory resource above target");
  EXPECT_EQ(ConditionText(*outcome.status, "ScalingLimited"), "True ScaleUpLimit");
  ASSERT_EQ(outcome.computations.size(), 2u);
  EXPECT_EQ(outcome.computations[0].type, "Resource");
  EXPECT_EQ(outcome.computations[0].action, ScaleAction::kScaleUp);
}

TEST(Decide, StatusAmountsOfMemoryAreBinary) {
  Scene scene({ResourceAverage("memory", 104857600000), ResourceAverage("cpu", 104857600000)}, 1,
              {{104857600000}});
  const Decision decision = scene.Decide();
  const std::vector<MetricStatus>& metrics = decision.status.current_metrics.value();
  EXPECT_EQ(metrics.at(0).resource->current.average_value->CanonicalText(), "100Mi");
  EXPECT_EQ(metrics.at(1).resource->current.average_value->CanonicalText(), "104857600");
}

TEST(Decide, OwnTolerancesReplaceTheFlag) {
  Scene scene({ResourceUtilization("cpu", 50)}, 4, {{600}, {600}, {600}, {600}});
  EXPECT_EQ(scene.Decide().trace.metrics[0].proposal, 5);
  scene.hpa.spec.behavior.emplace().scale_up.emplace().tolerance = *kube::Quantity::Parse("200m");
  EXPECT_EQ(scene.Decide().trace.metrics[0].proposal, 4);
  EXPECT_EQ(scene.Decide().trace.metrics[0].tolerance_down, 0.1);
  scene.tuning.configurable_tolerance = false;
  EXPECT_EQ(scene.Decide().trace.metrics[0].proposal, 5);
}

TEST(Decide, ToleranceIsThatOfTheCanonicalText) {
  Scene scene({ResourceUtilization("cpu", 50)}, 1, {{500}});
  struct Case {
    const char* text;
    double tolerance;
  };
  for (const Case& test : {Case{"0.35", 350 * 1e-3}, Case{"350m", 350 * 1e-3}, Case{"1k", 1000},
                           Case{"0", 0}, Case{"1500u", 1500 * 1e-6}, Case{"2", 2}}) {
    scene.hpa.spec.behavior.emplace().scale_down.emplace().tolerance =
        *kube::Quantity::Parse(test.text);
    EXPECT_EQ(scene.Decide().trace.metrics[0].tolerance_down, test.tolerance) << test.text;
  }
}

TEST(Decide, SurvivesAnHpaWithoutMetrics) {
  const Outcome outcome = Scene({}, 3, {{500}}).Reconcile();
  EXPECT_FALSE(outcome.scaled_to);
  EXPECT_TRUE(outcome.failed);
  EXPECT_THAT(Texts(outcome.events),
              ElementsAre("Warning FailedComputeMetricsReplicas: invalid metrics (0 invalid out of "
                          "0), first error is: <nil>"));
}

}  // namespace
}  // namespace kubegauge::autoscaler
