// How metrics fail: the texts of conditions, events and errors for each source. hpa.md 6, 7, 14 to
// 16.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "autoscaler/decide.h"
#include "tests/autoscaler/scene.h"

namespace kubegauge::autoscaler {
namespace {

using testing::ConditionText;
using testing::ContainerUtilization;
using ::testing::ElementsAre;
using testing::ExternalMetric;
using testing::FindCondition;
using testing::kNow;
using testing::kSecond;
using testing::ObjectMetric;
using testing::PodsMetric;
using testing::PodSpec;
using testing::ResourceAverage;
using testing::ResourceUtilization;
using testing::Scene;
using testing::Texts;

const std::optional<int64_t> kNone;

MetricSpec WithSelector(MetricSpec metric, const char* op) {
  kube::SelectorObject selector;
  selector.match_expressions.push_back({"tier", op, {}});
  if (metric.pods) metric.pods->metric.selector = selector;
  if (metric.object) metric.object->metric.selector = selector;
  if (metric.external) metric.external->metric.selector = selector;
  return metric;
}

template <typename Source>
MetricSpec WithoutTarget(MetricSpec metric, Boxed<Source> MetricSpec::*source) {
  (metric.*source)->target = MetricTarget{.type = "Value"};
  return metric;
}

struct FailureCase {
  const char* what;
  MetricSpec metric;
  MetricReading reading;
  Fetched<PodUsageList> usage;
  std::vector<PodSpec> pods;
  const char* reason;
  const char* text;     // of the event, and behind the condition's prefix
  const char* wrapped;  // in the error: what stands before the text
};

void PrintTo(const FailureCase& test, std::ostream* out) { *out << test.what; }

class MetricFailureTest : public ::testing::TestWithParam<FailureCase> {};

TEST_P(MetricFailureTest, HasUpstreamsTexts) {
  const FailureCase& test = GetParam();
  Scene scene({test.metric}, 1, test.pods);
  scene.observation.metrics = {test.reading};
  scene.observation.pod_usage = test.usage;
  scene.hpa.status.desired_replicas = 4;
  const Outcome outcome = scene.Reconcile();
  const std::string error = std::string("invalid metrics (1 invalid out of 1), first error is: ") +
                            test.wrapped + test.text;
  EXPECT_THAT(Texts(outcome.events),
              ElementsAre(std::string("Warning ") + test.reason + ": " + test.text,
                          "Warning FailedComputeMetricsReplicas: " + error));
  EXPECT_EQ(outcome.events_after_status, 1u);
  EXPECT_EQ(outcome.error,
            "failed to compute desired number of replicas based on listed metrics for "
            "Deployment/default/web: " +
                error);
  EXPECT_TRUE(outcome.failed);
  const HpaCondition& condition = *FindCondition(*outcome.status, "ScalingActive");
  EXPECT_EQ(fmt::format("{} {}", condition.status, condition.reason),
            std::string("False ") + test.reason);
  EXPECT_EQ(condition.message,
            std::string("the HPA was unable to compute the replica count: ") + test.text);
  EXPECT_EQ(ConditionText(*outcome.status, "AbleToScale"), "True SucceededGetScale");
  EXPECT_EQ(outcome.status->current_metrics, (std::vector<MetricStatus>(1)));
  EXPECT_EQ(outcome.status->desired_replicas, 4);
  EXPECT_EQ(outcome.trace.metrics[0].error, test.text);
  EXPECT_EQ(outcome.history.recommendations.size(), 1u);
}

const FetchError kDown{"the API is down"};
const std::vector<PodSpec> kOnePod = {{500}};
const Fetched<PodUsageList> kUsage = testing::UsageOf(kOnePod);

INSTANTIATE_TEST_SUITE_P(
    Texts, MetricFailureTest,
    ::testing::Values(
        FailureCase{"no metrics API",
                    ResourceUtilization("cpu", 50),
                    {},
                    kDown,
                    kOnePod,
                    "FailedGetResourceMetric",
                    "failed to get cpu utilization: unable to get metrics for resource cpu: unable "
                    "to fetch metrics from resource metrics API: the API is down",
                    "failed to get cpu resource metric value: "},
        FailureCase{"no samples at all",
                    ResourceAverage("memory", 50),
                    {},
                    PodUsageList(),
                    kOnePod,
                    "FailedGetResourceMetric",
                    "failed to get memory usage: unable to get metrics for resource memory: no "
                    "metrics returned from resource metrics API",
                    "failed to get memory resource metric value: "},
        FailureCase{"no pods",
                    ResourceUtilization("cpu", 50),
                    {},
                    kUsage,
                    {},
                    "FailedGetResourceMetric",
                    "failed to get cpu utilization: no pods returned by selector while calculating "
                    "replica count",
                    "failed to get cpu resource metric value: "},
        FailureCase{"no pod that counts",
                    ResourceUtilization("cpu", 50),
                    {},
                    kUsage,
                    {{500, "unready"}},
                    "FailedGetResourceMetric",
                    "failed to get cpu utilization: did not receive metrics for targeted pods "
                    "(pods might be unready)",
                    "failed to get cpu resource metric value: "},
        FailureCase{"no request",
                    ResourceUtilization("cpu", 50),
                    {},
                    kUsage,
                    {{500, "ready", kNone}},
                    "FailedGetResourceMetric",
                    "failed to get cpu utilization: missing request for cpu in container app of "
                    "Pod p0",
                    "failed to get cpu resource metric value: "},
        FailureCase{"a failed pod has no request",
                    ResourceUtilization("cpu", 50),
                    {},
                    kUsage,
                    {{500}, {kNone, "failed", kNone}},
                    "FailedGetResourceMetric",
                    "failed to get cpu utilization: missing request for cpu in container app of "
                    "Pod p1",
                    "failed to get cpu resource metric value: "},
        FailureCase{"requests of nothing",
                    ResourceUtilization("cpu", 50),
                    {},
                    kUsage,
                    {{500, "ready", 0}},
                    "FailedGetResourceMetric",
                    "failed to get cpu utilization: no metrics returned matched known pods",
                    "failed to get cpu resource metric value: "},
        FailureCase{"no resource target",
                    WithoutTarget(ResourceUtilization("cpu", 50), &MetricSpec::resource),
                    {},
                    kUsage,
                    kOnePod,
                    "FailedGetResourceMetric",
                    "invalid resource metric source: neither an average utilization target nor an "
                    "average value (usage) target was set",
                    "failed to get cpu resource metric value: "},
        FailureCase{"no metrics API for containers",
                    ContainerUtilization("app", 50),
                    {},
                    kDown,
                    kOnePod,
                    "FailedGetContainerResourceMetric",
                    "failed to get cpu utilization: unable to get metrics for resource cpu: unable "
                    "to fetch metrics from resource metrics API: the API is down",
                    "failed to get app container metric value: "},
        FailureCase{"no such container in the samples",
                    ContainerUtilization("proxy", 50),
                    {},
                    kUsage,
                    kOnePod,
                    "FailedGetContainerResourceMetric",
                    "failed to get cpu utilization: did not receive metrics for targeted pods "
                    "(pods might be unready)",
                    "failed to get proxy container metric value: "},
        FailureCase{"no pods metric",
                    PodsMetric(5),
                    kDown,
                    {},
                    kOnePod,
                    "FailedGetPodsMetric",
                    "unable to get metric rps: unable to fetch metrics from custom metrics API: "
                    "the API is down",
                    "failed to get pods metric value: "},
        FailureCase{"an empty pods metric",
                    PodsMetric(5),
                    std::vector<PodMetric>(),
                    {},
                    kOnePod,
                    "FailedGetPodsMetric",
                    "unable to get metric rps: no metrics returned from custom metrics API",
                    "failed to get pods metric value: "},
        FailureCase{"a pods metric without pods",
                    PodsMetric(5),
                    std::vector<PodMetric>{{"p0", kNow, kSecond, 5}},
                    {},
                    {},
                    "FailedGetPodsMetric",
                    "no pods returned by selector while calculating replica count",
                    "failed to get pods metric value: "},
        FailureCase{"a pods metric's selector",
                    WithSelector(PodsMetric(5), "Near"),
                    {},
                    {},
                    kOnePod,
                    "FailedGetPodsMetric",
                    "\"Near\" is not a valid label selector operator",
                    "failed to get pods metric value: "},
        FailureCase{"no object metric",
                    ObjectMetric("Value", 5),
                    kDown,
                    {},
                    kOnePod,
                    "FailedGetObjectMetric",
                    "unable to get metric hits: Ingress on default route/unable to fetch metrics "
                    "from custom metrics API: the API is down",
                    "failed to get object metric value: "},
        FailureCase{"no object metric for an average",
                    ObjectMetric("AverageValue", 5),
                    kDown,
                    {},
                    kOnePod,
                    "FailedGetObjectMetric",
                    "unable to get metric hits: Ingress on default route/unable to fetch metrics "
                    "from custom metrics API: the API is down",
                    "failed to get object metric value: failed to get hits object metric: "},
        FailureCase{"an object metric without pods",
                    ObjectMetric("Value", 5),
                    int64_t{50},
                    {},
                    {},
                    "FailedGetObjectMetric",
                    "unable to calculate ready pods: no pods returned by selector while "
                    "calculating replica count",
                    "failed to get object metric value: "},
        FailureCase{"no object target",
                    WithoutTarget(ObjectMetric("Value", 5), &MetricSpec::object),
                    int64_t{50},
                    {},
                    kOnePod,
                    "FailedGetObjectMetric",
                    "invalid object metric source: neither a value target nor an average value "
                    "target was set",
                    "failed to get object metric value: "},
        FailureCase{"an object metric's selector",
                    WithSelector(ObjectMetric("AverageValue", 5), "Near"),
                    {},
                    {},
                    kOnePod,
                    "FailedGetObjectMetric",
                    "\"Near\" is not a valid label selector operator",
                    "failed to get object metric value: "},
        FailureCase{"no external metric",
                    ExternalMetric("Value", 5),
                    kDown,
                    {},
                    kOnePod,
                    "FailedGetExternalMetric",
                    "unable to get external metric default/queue/nil: unable to fetch metrics from "
                    "external metrics API: the API is down",
                    "failed to get queue external metric value: failed to get external metric "
                    "queue: "},
        FailureCase{"an empty external metric for an average",
                    WithSelector(ExternalMetric("AverageValue", 5), "Exists"),
                    std::vector<int64_t>(),
                    {},
                    kOnePod,
                    "FailedGetExternalMetric",
                    "unable to get external metric "
                    "default/queue/&LabelSelector{MatchLabels:map[string]string{},MatchExpressions:"
                    "[]LabelSelectorRequirement{LabelSelectorRequirement{Key:tier,Operator:Exists,"
                    "Values:[],},},}: no metrics returned from external metrics API",
                    "failed to get queue external metric value: failed to get queue external "
                    "metric: "},
        FailureCase{"an external metric's selector",
                    WithSelector(ExternalMetric("AverageValue", 5), "Near"),
                    {},
                    {},
                    kOnePod,
                    "FailedGetExternalMetric",
                    "\"Near\" is not a valid label selector operator",
                    "failed to get queue external metric value: failed to get queue external "
                    "metric: "},
        FailureCase{"no external target",
                    WithoutTarget(ExternalMetric("Value", 5), &MetricSpec::external),
                    std::vector<int64_t>{5},
                    {},
                    kOnePod,
                    "FailedGetExternalMetric",
                    "invalid external metric source: neither a value target nor an average value "
                    "target was set",
                    "failed to get queue external metric value: "},
        FailureCase{"an unknown type",
                    MetricSpec{.type = "Moon"},
                    {},
                    {},
                    kOnePod,
                    "InvalidMetricSourceType",
                    "unknown metric source type \"Moon\"",
                    ""}));

// All of a quarter of a million containers, each compared with those before it, would take minutes.
TEST(AbsentContainer, IsSoughtAmongVeryMany) {
  Scene scene({ContainerUtilization("side", 50)}, 1, {{500}});
  auto& pod = std::get<std::vector<PodPtr>>(scene.observation.pods).front();
  const auto pod_with = [&](const std::string& last) {
    auto shape = std::make_shared<PodShape>(*pod->shape);
    for (int i = 0; i < 250'000; ++i) shape->containers.push_back({"c" + std::to_string(i), {}});
    shape->containers.push_back({last, {}});
    auto changed = std::make_shared<Pod>(*pod);
    changed->shape = shape;
    return changed;
  };
  const PodPtr without = pod_with("other");
  const PodPtr with = pod_with("side");
  pod = without;
  const Decision blamed = scene.Decide();
  ASSERT_TRUE(blamed.trace.metrics.at(0).absent_container);
  EXPECT_EQ(blamed.trace.metrics[0].absent_container->others, "app, c0, c1, c2, c3, c4, c5, c6, …");
  pod = with;
  const Decision unblamed = scene.Decide();
  EXPECT_FALSE(unblamed.trace.metrics.at(0).error.empty());
  EXPECT_FALSE(unblamed.trace.metrics[0].absent_container);
}

TEST(QueryOf, SaysWhatToAskFor) {
  EXPECT_EQ(QueryOf(ResourceUtilization("cpu", 50))->api, MetricQuery::Api::kResource);
  const auto query = QueryOf(WithSelector(ObjectMetric("Value", 1), "Exists"));
  EXPECT_EQ(query->api, MetricQuery::Api::kObject);
  EXPECT_EQ(query->metric, "hits");
  EXPECT_EQ(query->metric_selector, "tier");
  EXPECT_EQ(query->described_object.name, "route");
  EXPECT_EQ(QueryOf(ExternalMetric("Value", 1))->metric_selector, "");
  EXPECT_FALSE(QueryOf(WithSelector(PodsMetric(1), "Near")).ok());
  EXPECT_FALSE(QueryOf(MetricSpec{.type = "Moon"}).ok());
  EXPECT_FALSE(QueryOf(MetricSpec{.type = "Pods"}).ok());
}

}  // namespace
}  // namespace kubegauge::autoscaler
