#include "server/autoscaler/hpa_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

namespace kubegauge::server {
namespace {

using autoscaler::ErrorKind;
using autoscaler::Hpa;
using autoscaler::Outcome;
using autoscaler::ScaleAction;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kMs = 1'000'000;

Hpa HpaNamed(const char* name) {
  Hpa hpa;
  hpa.meta.namespace_name = "shop";
  hpa.meta.name = name;
  return hpa;
}

class HpaMetricsTest : public ::testing::Test {
 protected:
  std::string Text() const { return prometheus::TextSerializer().Serialize(registry_.Collect()); }

  MetricsRegistry registry_;
  HpaMetrics metrics_{registry_, "kubegauge-autoscaler"};
};

// hpa.md 19.
TEST_F(HpaMetricsTest, HasUpstreamsNamesTextsLabelsAndBuckets) {
  metrics_.Registered();
  metrics_.Reconciled(
      HpaNamed("web"),
      Outcome{.error_kind = ErrorKind::kInternal,
              .action = ScaleAction::kScaleUp,
              .desired_replicas = 7,
              .computations = {{"Resource", ScaleAction::kScaleUp, ErrorKind::kNone},
                               {"Rsrc", ScaleAction::kNone, ErrorKind::kSpec}}},
      3 * kMs, 2 * kMs);
  const std::string text = Text();
  for (const char* line : {
           "# HELP horizontal_pod_autoscaler_controller_reconciliations_total [BETA] Number of "
           "reconciliations of HPA controller. The label 'action' should be either 'scale_down', "
           "'scale_up', or 'none'. Also, the label 'error' should be either 'spec', 'internal', or "
           "'none'. Note that if both spec and internal errors happen during a reconciliation, the "
           "first one to occur is reported in `error` label.\n",
           "# HELP horizontal_pod_autoscaler_controller_metric_computation_duration_seconds [BETA] "
           "The time(seconds) that the HPA controller takes to calculate one metric. The label "
           "'action' should be either 'scale_down', 'scale_up', or 'none'. The label 'error' "
           "should "
           "be either 'spec', 'internal', or 'none'. The label 'metric_type' corresponds to "
           "HPA.spec.metrics[*].type\n",
           "horizontal_pod_autoscaler_controller_reconciliations_total{action=\"scale_up\","
           "error=\"internal\"} 1\n",
           "horizontal_pod_autoscaler_controller_reconciliation_duration_seconds_bucket{action="
           "\"scale_up\",error=\"internal\",le=\"0.002\"} 0\n",
           "horizontal_pod_autoscaler_controller_reconciliation_duration_seconds_bucket{action="
           "\"scale_up\",error=\"internal\",le=\"0.004\"} 1\n",
           "horizontal_pod_autoscaler_controller_reconciliation_duration_seconds_bucket{action="
           "\"scale_up\",error=\"internal\",le=\"16.384\"} 1\n",
           "horizontal_pod_autoscaler_controller_metric_computation_total{action=\"scale_up\","
           "error=\"none\",metric_type=\"Resource\"} 1\n",
           "horizontal_pod_autoscaler_controller_metric_computation_total{action=\"none\","
           "error=\"spec\",metric_type=\"Rsrc\"} 1\n",
           "horizontal_pod_autoscaler_controller_num_horizontal_pod_autoscalers 1\n",
           "horizontal_pod_autoscaler_controller_desired_replicas{hpa_name=\"web\","
           "namespace=\"shop\"} 7\n",
       }) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST_F(HpaMetricsTest, ForgetsHpasThatAreGoneAndThoseThatFailed) {
  metrics_.Registered();
  metrics_.Registered();
  metrics_.Reconciled(HpaNamed("web"), Outcome{.desired_replicas = 3}, kMs, kMs);
  metrics_.Reconciled(HpaNamed("broken"), Outcome{.failed = true}, kMs, kMs);
  EXPECT_THAT(Text(), Not(HasSubstr("hpa_name=\"broken\"")));
  metrics_.Forgotten(HpaNamed("web"));
  metrics_.Forgotten(HpaNamed("broken"));
  EXPECT_THAT(Text(), Not(HasSubstr("hpa_name=")));
  EXPECT_THAT(Text(), HasSubstr("num_horizontal_pod_autoscalers 0\n"));
}

TEST_F(HpaMetricsTest, AProcessThatLeadsNoMoreSaysNothingOfHpas) {
  EXPECT_THAT(Text(),
              HasSubstr("leader_election_master_status{name=\"kubegauge-autoscaler\"} 0\n"));
  metrics_.SetLeads(true);
  metrics_.Registered();
  metrics_.Reconciled(HpaNamed("web"), Outcome{.desired_replicas = 3}, kMs, kMs);
  EXPECT_THAT(Text(),
              HasSubstr("leader_election_master_status{name=\"kubegauge-autoscaler\"} 1\n"));
  metrics_.SetLeads(false);
  EXPECT_THAT(Text(),
              HasSubstr("leader_election_master_status{name=\"kubegauge-autoscaler\"} 0\n"));
  EXPECT_THAT(Text(), HasSubstr("num_horizontal_pod_autoscalers 0\n"));
  EXPECT_THAT(Text(), Not(HasSubstr("hpa_name=")));
}

TEST(HpaMetricsWithoutElection, HasNoLease) {
  MetricsRegistry registry;
  const HpaMetrics metrics(registry, "");
  EXPECT_THAT(prometheus::TextSerializer().Serialize(registry.Collect()),
              Not(HasSubstr("leader_election")));
}

}  // namespace
}  // namespace kubegauge::server
