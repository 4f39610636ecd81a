// Replicas from one value for all pods together: hpa.md 9.4, 9.5, 10.2.

#include "autoscaler/total_usage.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/autoscaler/scene.h"

namespace kubegauge::autoscaler {
namespace {

using testing::ExternalMetric;
using testing::ObjectMetric;
using testing::Scene;

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr int64_t kMin = std::numeric_limits<int64_t>::min();

struct Case {
  const char* what;
  MetricSpec metric;
  MetricReading reading;
  int32_t spec_replicas;
  int32_t status_replicas;
  int32_t proposal;
  int64_t reported_milli;
};

TEST(TotalUsage, EqualsUpstreams) {
  using Values = std::vector<int64_t>;
  const Case cases[] = {
      {"vector 20: within tolerance", ExternalMetric("AverageValue", 3000), Values{8000, 600}, 3, 3,
       3, 2867},
      {"status replicas that differ are proposed", ExternalMetric("AverageValue", 3000),
       Values{8600}, 5, 3, 3, 2867},
      {"beyond it", ExternalMetric("AverageValue", 3000), Values{9901}, 3, 3, 4, 3301},
      {"no replicas yet", ExternalMetric("AverageValue", 3000), Values{9000}, 2, 0, 3, kMin},
      {"no replicas, no use", ExternalMetric("AverageValue", 3000), Values{0}, 2, 0, 0, kMin},
      {"a sum below zero is endless load", ExternalMetric("AverageValue", 1), Values{-1}, 3, 3,
       std::numeric_limits<int32_t>::max(), kMax},
      {"of an object it is not", ObjectMetric("AverageValue", 1000), int64_t{-3000}, 3, 3, -3,
       -1000},
      {"a total, for ready pods", ExternalMetric("Value", 1000), Values{1000, 1000}, 3, 3, 6, 2000},
      {"within tolerance", ObjectMetric("Value", 1000), int64_t{1100}, 3, 9, 3, 1100},
      {"too large for replicas", ExternalMetric("Value", 1), Values{kMax, 1}, 3, 3,
       std::numeric_limits<int32_t>::max(), kMax},
  };
  for (const Case& test : cases) {
    Scene scene({test.metric}, test.spec_replicas, {{}, {}, {}});
    scene.scale().status_replicas = test.status_replicas;
    scene.observation.metrics = {test.reading};
    const Decision decision = scene.Decide();
    const MetricStatus& status = decision.status.current_metrics->front();
    const MetricValueStatus& current =
        status.object ? status.object->current : status.external->current;
    EXPECT_EQ(decision.trace.metrics[0].proposal, test.proposal) << test.what;
    EXPECT_EQ((current.value ? current.value : current.average_value)->MilliValue(),
              test.reported_milli)
        << test.what;
  }
}

// Vector 19: neither tolerance nor pods.
TEST(TotalUsage, FromZeroNeedsNoPods) {
  Tuning tuning;
  const PodsInScope scope{.current_replicas = 0, .tolerances = {0.1, 0.1}, .tuning = tuning};
  MetricTrace trace;
  EXPECT_EQ(*ProposeByTotal(scope, 20000, 15000, trace), 2);
  EXPECT_EQ(*ProposeByTotal(scope, 15000, 15000, trace), 1);
  EXPECT_EQ(*ProposeByTotal(scope, 1, 15000, trace), 1);
  EXPECT_EQ(*ProposeByTotal(scope, 0, 15000, trace), 0);
}

TEST(TotalUsage, CountsOnlyReadyPods) {
  Scene scene({ObjectMetric("Value", 1000)}, 4,
              {{}, {{}, "unready"}, {{}, "pending"}, {{}, "deleting"}});
  scene.observation.metrics = {int64_t{2000}};
  EXPECT_EQ(scene.Decide().trace.metrics[0].proposal, 4);  // the ready one and the leaving one
}

TEST(TotalUsage, SumsStopAtTheLargestInteger) {
  EXPECT_EQ(SumForValue({kMax, 1, -5}), kMax);
  EXPECT_EQ(SumForValue({-5, 3}), -2);
  EXPECT_EQ(SumForValue({kMin, -1}), kMax);  // wraps, as Go does
  EXPECT_EQ(SumForAverageValue({kMax, 1, -5}), kMax);
  EXPECT_EQ(SumForAverageValue({-5, 8}), kMax);
  EXPECT_EQ(SumForAverageValue({3, 4}), 7);
}

}  // namespace
}  // namespace kubegauge::autoscaler
