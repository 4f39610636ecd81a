// One reconcile with its I/O: what is asked for, and the order of what is said (hpa.md 3, 5, 16).

#include "autoscaler/reconciler.h"

#include <gmock/gmock.h>
#include <spdlog/sinks/null_sink.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "autoscaler/hpa_kind.h"
#include "tests/autoscaler/scene.h"
#include "tests/kube/kube_api_fixture.h"

namespace kubegauge::autoscaler {
namespace {

using ::testing::ElementsAre;

// Counts what it is asked for; has nothing to say unless told.
class CountingMetrics final : public ResourceMetricsReader, public CustomMetricsReader {
 public:
  boost::asio::awaitable<Fetched<PodUsageList>> PodUsage(std::string_view, std::string_view,
                                                         Pods) override {
    ++asked;
    co_return PodUsageList();
  }
  boost::asio::awaitable<MetricReading> Read(std::string_view, std::string_view,
                                             const MetricQuery&) override {
    ++asked;
    most_at_once = std::max(most_at_once, ++under_way);
    co_await boost::asio::post(co_await boost::asio::this_coro::executor,
                               boost::asio::use_awaitable);
    --under_way;
    co_return values;
  }

  int asked = 0;
  int under_way = 0;
  int most_at_once = 0;
  std::vector<int64_t> values;  // of each metric that is not of pods
};

class NotingEvents final : public HpaEventSink {
 public:
  void Record(const Hpa&, const HpaEvent& event) override { reasons.push_back(event.reason); }

  std::vector<std::string> reasons;
};

class ReconcilerTest : public kubegauge::testing::KubeApiTest {
 protected:
  static constexpr char kStatus[] =
      "PUT /apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers/web/status"
      "?fieldManager=kube-controller-manager";

  ReconcilerTest() {
    Answer("GET /api", Json(R"({"kind":"APIVersions","versions":["v1"]})"));
    Answer("GET /apis", Json(R"({"kind":"APIGroupList","groups":[{"name":"apps",
      "versions":[{"groupVersion":"apps/v1","version":"v1"}],
      "preferredVersion":{"groupVersion":"apps/v1","version":"v1"}}]})"));
    Answer("GET /apis/apps/v1", Json(R"({"kind":"APIResourceList","groupVersion":"apps/v1",
      "resources":[{"name":"deployments","kind":"Deployment","namespaced":true},
        {"name":"deployments/scale","kind":"Scale","group":"autoscaling","version":"v1"}]})"));
    for (const char* request : {"GET /apis/apps/v1/namespaces/default/deployments/web/scale",
                                "PUT /apis/apps/v1/namespaces/default/deployments/web/scale"
                                "?fieldManager=kube-controller-manager"}) {
      Answer(request, Json(R"({"kind":"Scale","apiVersion":"autoscaling/v1",
               "metadata":{"name":"web","namespace":"default","resourceVersion":"1"},
               "spec":{"replicas":1},"status":{"replicas":1,"selector":"app=web"}})"));
    }
    Answer(kStatus, Json("{}"));
    pods_.Add(testing::PodOf("p0", {}));
    selectors_.Add("default", "web");
  }

  Outcome Reconcile() {
    testing::Scene scene(
        {testing::ResourceUtilization("cpu", 50), testing::ExternalMetric("Value", 1000)}, 1);
    return Run(reconciler_.Reconcile(std::make_shared<const Hpa>(scene.hpa), {})).outcome;
  }

  PodIndex pods_;
  SelectorRegistry selectors_;
  CountingMetrics metrics_;
  NotingEvents events_;
  spdlog::logger log_{"test", std::make_shared<spdlog::sinks::null_sink_st>()};
  kube::RestMapper mapper_{io_.get_executor(), server_, clock_};
  kube::ScaleClient scale_client_{server_, mapper_, sleeper_, random_};
  TargetScales scales_{mapper_, scale_client_};
  StatusWriter statuses_{server_, {}};
  const Reconciler::Parts parts_{.scales = scales_,
                                 .pods = pods_,
                                 .resource_metrics = metrics_,
                                 .custom_metrics = metrics_,
                                 .statuses = statuses_,
                                 .events = events_,
                                 .clock = clock_,
                                 .log = log_};
  Reconciler reconciler_{parts_, selectors_, {}};
};

TEST_F(ReconcilerTest, AsksOnceForThePodsUseAndOnceForEachOtherMetric) {
  EXPECT_THAT(Reconcile().error, ::testing::HasSubstr("invalid metrics (2 invalid out of 2)"));
  EXPECT_EQ(metrics_.asked, 2);
}

// All requests share one limit: what one HPA asks for at once, the others wait for.
TEST_F(ReconcilerTest, ReadsAFewOfAnHpasManyMetricsAtOnce) {
  constexpr int kMetrics = 1000;
  metrics_.values = {1000};
  const testing::Scene scene({kMetrics, testing::ExternalMetric("Value", 1000)}, 1);
  EXPECT_EQ(Run(reconciler_.Reconcile(std::make_shared<const Hpa>(scene.hpa), {})).outcome.error,
            "");
  EXPECT_EQ(metrics_.asked, kMetrics);
  EXPECT_EQ(metrics_.most_at_once, 8);
}

TEST_F(ReconcilerTest, AsksForNoMetricOfPodsThatSeveralHpasControl) {
  selectors_.Add("default", "other");
  selectors_.SetSelector("default", "other", *kube::LabelSelector::Parse("app"));
  EXPECT_THAT(Reconcile().error,
              ::testing::EndsWith("pods by selector app=web are controlled by multiple HPAs: "
                                  "[default/other default/web]"));
  EXPECT_EQ(metrics_.asked, 0);
  EXPECT_THAT(events_.reasons, ElementsAre("AmbiguousSelector", "FailedComputeMetricsReplicas"));
}

// When the wall clock was set five minutes ahead, all windows of stabilization once were over.
TEST_F(ReconcilerTest, AStepOfTheWallClockEndsNoWindow) {
  constexpr int64_t kAMinuteNs = 60'000'000'000;
  metrics_.values = {1000};
  const testing::Scene scene({testing::ExternalMetric("Value", 1000)}, 1);
  const auto hpa = std::make_shared<const Hpa>(scene.hpa);
  const History history{.recommendations = {{.replicas = 4, .time_ns = clock_.MonotonicNs()}}};
  for (const int64_t step_ns : {10 * kAMinuteNs, -10 * kAMinuteNs}) {
    clock_.SetWallNs(clock_.WallNs() + step_ns);
    const Outcome outcome = Run(reconciler_.Reconcile(hpa, history)).outcome;
    EXPECT_EQ(outcome.scaled_to, 4) << outcome.error;
    EXPECT_EQ(outcome.history.recommendations[0], history.recommendations[0]);
  }
  clock_.Advance(5 * kAMinuteNs + 1);
  EXPECT_EQ(Run(reconciler_.Reconcile(hpa, history)).outcome.scaled_to, std::nullopt);
}

TEST_F(ReconcilerTest, WritesAStatusWithTheMetadataThatTheHpaCameWith) {
  constexpr char kBody[] = R"({"metadata":{
    "name":"web","namespace":"default","uid":"12-34","resourceVersion":"7","generation":2,
    "creationTimestamp":"2026-01-01T00:00:00Z","labels":{"team":"payments"},
    "annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"kind\":1}"},
    "managedFields":[{"manager":"kubectl"}]},
    "spec":{"scaleTargetRef":{"kind":"Deployment","name":"web","apiVersion":"apps/v1"},
      "maxReplicas":5}})";
  const HpaPtr hpa = *HpaKind().Decode({kube::WireFormat::kJson, kBody});
  EXPECT_TRUE(Run(statuses_.Write(*hpa, hpa->status)).ok());
  const auto written = nlohmann::json::parse(server_.requests().back().body)["metadata"];
  auto expected = nlohmann::json::parse(kBody)["metadata"];
  expected.erase("managedFields");
  EXPECT_EQ(written, expected);
}

// What upstream writes as 30000000 is 30M in what an API server gives back of autoscaling/v2.
TEST_F(ReconcilerTest, WritesQuantitiesToTheOwnApiAsAutoscalingWouldShowThem) {
  constexpr int64_t kMegabyteMilli = 1'000'000'000;
  testing::Scene scene({}, 1);
  MetricStatus metric{.type = "Resource", .resource = ResourceMetricStatus{.name = "memory"}};
  const struct {
    int64_t milli;
    const char* in_autoscaling;
    const char* in_own_api;
  } cases[] = {{30 * kMegabyteMilli, "30000000", "30M"},
               {int64_t{1024} * 1024 * 1000, "1Mi", "1Mi"},
               {1500, "1500m", "1500m"}};
  for (const auto& [milli, in_autoscaling, in_own_api] : cases) {
    metric.resource->current.average_value =
        kube::Quantity::FromScaled(milli, -3, kube::QuantityFormat::kBinarySI);
    scene.hpa.status.current_metrics = {metric};
    for (const bool own : {false, true}) {
      const HpaApi api{.version = {own ? "autoscaling.kubegauge.io" : "autoscaling", "v2"}};
      Answer("PUT " + api.StatusPath("default", "web") + "?fieldManager=kube-controller-manager",
             Json("{}"));
      StatusWriter statuses(server_, api);
      EXPECT_TRUE(Run(statuses.Write(scene.hpa, scene.hpa.status)).ok());
      const auto body = nlohmann::json::parse(server_.requests().back().body);
      EXPECT_EQ(body["status"]["currentMetrics"][0]["resource"]["current"]["averageValue"],
                own ? in_own_api : in_autoscaling);
    }
  }
}

// hpa.md 16: the status is written before the last event.
TEST_F(ReconcilerTest, SaysThatMetricsFailedAfterTheStatusWasWritten) {
  Answer(kStatus, Failure(409, "Conflict", "it was edited"));
  const Outcome outcome = Reconcile();
  EXPECT_THAT(events_.reasons, ElementsAre("FailedGetResourceMetric", "FailedGetExternalMetric",
                                           "FailedUpdateStatus", "FailedComputeMetricsReplicas"));
  EXPECT_THAT(outcome.error, ::testing::StartsWith("failed to compute desired number of replicas"));
}

// Any use would be infinitely often such a target: it would be scaled to its maximum at once.
TEST_F(ReconcilerTest, ScalesNothingByASpecThatBreaksTheRules) {
  Reconciler::Parts parts = parts_;
  parts.checks_specs = true;
  Reconciler checking(parts, selectors_, {});
  testing::Scene scene({testing::ExternalMetric("Value", 0)}, 1);
  scene.hpa.status.current_replicas = 3;
  const History history{.recommendations = {{.replicas = 4, .time_ns = 1}}};
  const Outcome outcome =
      Run(checking.Reconcile(std::make_shared<const Hpa>(scene.hpa), history)).outcome;
  constexpr char kText[] =
      "the HPA's spec is invalid: spec.metrics[0].external.target.value: Invalid value: \"0\": "
      "must be positive";
  EXPECT_TRUE(outcome.failed);
  EXPECT_EQ(outcome.error, kText);
  EXPECT_EQ(outcome.current_replicas, 3);
  EXPECT_EQ(outcome.history.recommendations, history.recommendations);
  EXPECT_THAT(events_.reasons, ElementsAre("InvalidSpec"));
  EXPECT_EQ(metrics_.asked, 0);
  EXPECT_THAT(Requests(), ElementsAre(kStatus));
  const auto written = nlohmann::json::parse(server_.requests().back().body)["status"];
  EXPECT_EQ(written["conditions"][0]["type"], "ScalingActive");
  EXPECT_EQ(written["conditions"][0]["status"], "False");
  EXPECT_EQ(written["conditions"][0]["reason"], "InvalidSpec");
  EXPECT_EQ(written["conditions"][0]["message"], kText);
  EXPECT_EQ(written["currentReplicas"], 3);

  metrics_.values = {1000};
  scene.hpa.spec.metrics = {testing::ExternalMetric("Value", 1000)};
  EXPECT_EQ(Run(checking.Reconcile(std::make_shared<const Hpa>(scene.hpa), {})).outcome.error, "");
}

}  // namespace
}  // namespace kubegauge::autoscaler
