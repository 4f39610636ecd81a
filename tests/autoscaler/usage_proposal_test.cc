// Replicas from what pods use: hpa.md 9.1 to 9.3, and its vectors 1 to 18 for Kubernetes 1.36.

#include <gtest/gtest.h>

#include "tests/autoscaler/scene.h"

namespace kubegauge::autoscaler {
namespace {

using testing::kNow;
using testing::kSecond;
using testing::PodSpec;
using testing::ResourceAverage;
using testing::ResourceUtilization;
using testing::Scene;

const std::optional<int64_t> kNone;

struct Case {
  const char* what;
  std::vector<PodSpec> pods;
  MetricSpec metric;
  int32_t current;
  int32_t proposal;
  std::optional<int32_t> utilization = std::nullopt;  // of the status
};

void PrintTo(const Case& test, std::ostream* out) { *out << test.what; }

class UsageProposalTest : public ::testing::TestWithParam<Case> {};

TEST_P(UsageProposalTest, EqualsUpstreams) {
  const Case& test = GetParam();
  const Decision decision = Scene({test.metric}, test.current, test.pods).Decide();
  ASSERT_EQ(decision.error, "");
  ASSERT_EQ(decision.trace.metrics.size(), 1u);
  EXPECT_EQ(decision.trace.metrics[0].proposal, test.proposal);
  if (test.utilization) {
    const MetricStatus& status = decision.status.current_metrics->front();
    EXPECT_EQ(status.resource->current.average_utilization, test.utilization);
  }
}

MetricSpec Cpu(int32_t percent) { return ResourceUtilization("cpu", percent); }
MetricSpec Memory(int64_t milli) { return ResourceAverage("memory", milli); }

INSTANTIATE_TEST_SUITE_P(
    Vectors, UsageProposalTest,
    ::testing::Values(
        Case{"1: three ready", {{300}, {500}, {700}}, Cpu(30), 3, 5, 50},
        Case{"2: an unready pod counts as idle",
             {{300, "unready"}, {500}, {700}},
             Cpu(30),
             3,
             4,
             60},
        Case{"3: unready pods turn the direction",
             {{400}, {500, "unready"}, {700, "unready"}},
             Cpu(30),
             3,
             3,
             40},
        Case{"4: a ratio of exactly 1.1", std::vector<PodSpec>(10, {550}), Cpu(50), 10, 10},
        Case{"5: a ratio of 0.9", std::vector<PodSpec>(10, {450}), Cpu(50), 10, 10},
        Case{"6: missing pods count in full", {{400}, {95}, {kNone}, {kNone}}, Cpu(100), 4, 3, 24},
        Case{"7: missing pods at a target above 100 %",
             {{200, "unready", 1000},
              {100, "ready", 1000},
              {100, "ready", 2000},
              {kNone, "ready", 2000}},
             Cpu(300),
             4,
             2,
             6},
        Case{"8: more than there are is no scale-down", {{100}, {100}, {kNone}}, Cpu(50), 2, 2},
        Case{"9: unready and missing",
             {{kNone, "unready"}, {2000}, {100, "unready"}},
             Cpu(50),
             3,
             4},
        Case{"10: the percentage is truncated", {{333}, {333}, {333}}, Cpu(30), 3, 3, 33},
        Case{"11: one missing", {{200}, {200}, {200}, {kNone}}, Cpu(50), 4, 4},
        Case{"12: one missing, plain, down", {{200}, {200}, {200}, {kNone}}, Memory(500), 4, 3},
        Case{"13: one missing, plain, up", {{1000}, {1000}, {1000}, {kNone}}, Memory(500), 4, 6},
        Case{"14: on target, half missing, plain",
             {{500}, {500}, {500}, {500}, {500}, {kNone}, {kNone}, {kNone}, {kNone}, {kNone}},
             Memory(500),
             10,
             10},
        Case{
            "16: a failed pod is ignored", {{300}, {500}, {700}, {kNone, "failed"}}, Cpu(30), 3, 5},
        Case{
            "16: so is one being deleted", {{300}, {500}, {700}, {900, "deleting"}}, Cpu(30), 3, 5},
        Case{"17: a succeeded pod is missing", {{200}, {200}, {kNone, "succeeded"}}, Cpu(50), 2, 2},
        Case{"18: pending pods are unready",
             {{900}, {900}, {kNone, "pending"}, {kNone, "pending"}},
             Cpu(50),
             4,
             4},
        // 2.2 * 50 is 110.00000000000001 in binary64.
        Case{"a ratio is not rounded", std::vector<PodSpec>(50, {1100}), Cpu(50), 50, 111}));

TEST(UsageProposal, SamplesOfOtherPodsCountOnlyAgainstAnAverage) {
  const std::vector<PodSpec> pods = {{100}, {100}, {100}};
  for (const auto& [metric, proposal] :
       {std::pair(Cpu(50), 1), std::pair(ResourceAverage("cpu", 50), 155)}) {
    Scene scene({metric}, 3, pods);
    scene.observation.pod_usage =
        testing::UsageOf({{"p0", 100}, {"p1", 100}, {"p2", 100}, {"gone", 10000}});
    const Decision decision = scene.Decide();
    EXPECT_EQ(decision.trace.metrics[0].proposal, proposal);
    EXPECT_EQ(decision.trace.metrics[0].extraneous_samples, 1u);
  }
}

TEST(UsageProposal, SamplesMayComeInAnyOrderAndTwice) {
  Scene scene({ResourceAverage("cpu", 100)}, 3, {{kNone}, {kNone}, {kNone}});
  scene.observation.pod_usage = testing::UsageOf(
      {{"x", 999}, {"p2", 300}, {"p0", 900}, {"x", 200}, {"p1", 200}, {"p0", 100}});
  // (100 + 200 + 300 + 200) / 4 = 200: twice the target, for three ready pods.
  EXPECT_EQ(scene.Decide().trace.metrics[0].measured->average, 200);
  EXPECT_EQ(scene.Decide().trace.metrics[0].proposal, 6);
}

TEST(UsageProposal, SamplesGoWhereTheReaderSaysTheyBelong) {
  Scene scene({Cpu(50)}, 3, {{kNone}, {kNone, "ready", 100}, {kNone, "pending"}});
  PodUsageList usage = testing::UsageOf({{"x", 50}, {"y", 500}});
  usage.places = {1, 0};
  scene.observation.pod_usage = std::move(usage);
  const Decision decision = scene.Decide();
  EXPECT_EQ(decision.trace.metrics[0].measured->utilization_percent, 50);  // 550 of 1,100
  EXPECT_EQ(decision.trace.metrics[0].ready_pods, 2u);
  EXPECT_EQ(decision.trace.metrics[0].extraneous_samples, 0u);
}

TEST(UsageProposal, CountsWhicheverResourceIsAskedFor) {
  for (const auto& [resource, average] :
       {std::pair("cpu", 100), std::pair("memory", 200), std::pair("example.com/tape", 300)}) {
    Scene scene({ResourceAverage(resource, 100)}, 2, {{100}, {100}});
    for (auto& container : std::get<PodUsageList>(scene.observation.pod_usage).containers) {
      container.usage.Set("memory", 200);
      container.usage.Set("example.com/tape", 300);
    }
    EXPECT_EQ(scene.Decide().trace.metrics[0].measured->average, average) << resource;
  }
}

struct ReadinessCase {
  const char* what;
  int64_t start_s;       // before now
  int64_t transition_s;  // before now
  ReadyStatus ready;
  int64_t window_s;
  bool counted;
};

TEST(UsageProposal, CpuOfPodsThatStartIsNotCounted) {
  const ReadinessCase cases[] = {
      {"sampled since it became ready", 60, 30, ReadyStatus::kTrue, 30, true},
      {"sampled before it became ready", 60, 30, ReadyStatus::kTrue, 60, false},
      {"starting and not ready", 60, 30, ReadyStatus::kFalse, 10, false},
      {"starting, readiness unknown", 60, 30, ReadyStatus::kUnknown, 30, true},
      {"started exactly the period ago", 300, 1, ReadyStatus::kTrue, 60, true},
      {"never ready", 600, 594, ReadyStatus::kFalse, 30, false},
      {"was ready once", 600, 540, ReadyStatus::kFalse, 30, true},
      {"changed exactly the delay after its start", 600, 570, ReadyStatus::kFalse, 30, true},
      {"no condition Ready", 600, 0, ReadyStatus::kAbsent, 30, false},
  };
  for (const ReadinessCase& test : cases) {
    for (const char* resource : {"cpu", "memory"}) {
      Scene scene({ResourceUtilization(resource, 50)}, 2, {{500}, {500}});
      auto pod = std::make_shared<Pod>(*testing::PodOf("p1", {}));
      pod->start_ns = kNow - test.start_s * kSecond;
      pod->ready_transition_ns = kNow - test.transition_s * kSecond;
      pod->ready = test.ready;
      std::get<std::vector<PodPtr>>(scene.observation.pods)[1] = pod;
      std::get<PodUsageList>(scene.observation.pod_usage).pods[1].window_ns =
          test.window_s * kSecond;
      const bool counted = test.counted || std::string_view(resource) == "memory";
      const MetricTrace trace = scene.Decide().trace.metrics[0];
      EXPECT_EQ(trace.ready_pods, counted ? 2u : 1u) << resource << ": " << test.what;
      EXPECT_EQ(trace.unready_pods, counted ? 0u : 1u) << resource << ": " << test.what;
    }
  }
}

TEST(UsageProposal, PodLevelRequestsCountInsteadOfTheContainers) {
  Scene scene({ResourceUtilization("cpu", 50)}, 1, {{500}});
  auto shape = std::make_shared<PodShape>(*testing::ShapeOf(kNone));
  shape->pod_level_requests.emplace().Set("cpu", 500);
  auto pod = std::make_shared<Pod>(*testing::PodOf("p0", {}));
  pod->shape = shape;
  scene.observation.pods = std::vector<PodPtr>{pod};
  EXPECT_EQ(scene.Decide().trace.metrics[0].measured->utilization_percent, 100);

  scene.hpa.spec.metrics = {ResourceUtilization("memory", 50)};
  EXPECT_EQ(scene.Decide().trace.metrics[0].error,
            "failed to get memory utilization: missing pod-level request for memory in Pod p0");
}

TEST(UsageProposal, TracesPodsThatAreLeftOut) {
  const Decision decision =
      Scene({Cpu(50)}, 5, {{500}, {500, "failed"}, {kNone, "pending"}, {kNone}, {500, "unready"}})
          .Decide();
  const MetricTrace& trace = decision.trace.metrics[0];
  std::vector<std::string> texts;
  for (const LeftOutPod& pod : trace.left_out) texts.push_back(pod.name + ": " + pod.why);
  EXPECT_EQ(texts, (std::vector<std::string>{"p1: phase is Failed", "p2: phase is Pending",
                                             "p3: no sample", "p4: it was never ready"}));
  EXPECT_EQ(trace.ready_pods, 1u);
  EXPECT_EQ(trace.ignored_pods, 1u);
  EXPECT_EQ(trace.unready_pods, 2u);
  EXPECT_EQ(trace.missing_pods, 1u);
  EXPECT_DOUBLE_EQ(trace.measured->ratio, 1.0);
}

TEST(UsageProposal, TracesRawValuesWhereTuningAsksForThem) {
  Scene scene({Cpu(50), Memory(1000), testing::ExternalMetric("Value", 1000)}, 3,
              {{500}, {700, "failed", 250}, {kNone}});
  scene.observation.metrics[2] = std::vector<int64_t>{10, 20};
  const auto texts = [&](size_t metric) {
    const Decision decision = scene.Decide();
    std::vector<std::string> texts;
    for (const RawValue& raw : decision.trace.metrics[metric].raw_values) {
      texts.push_back(raw.pod + " " + std::to_string(raw.milli));
      if (raw.request_milli) texts.back() += " of " + std::to_string(*raw.request_milli);
    }
    return texts;
  };
  using Texts = std::vector<std::string>;
  EXPECT_EQ(texts(0), Texts());
  scene.tuning.trace_raw_values = true;
  EXPECT_EQ(texts(0), (Texts{"p0 500 of 1000", "p1 700 of 250"}));
  EXPECT_EQ(texts(1), (Texts{"p0 500", "p1 700"}));
  EXPECT_EQ(texts(2), (Texts{" 10", " 20"}));
}

}  // namespace
}  // namespace kubegauge::autoscaler
