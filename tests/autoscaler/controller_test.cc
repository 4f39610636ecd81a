#include "autoscaler/controller.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <spdlog/sinks/null_sink.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "autoscaler/fenced_api_client.h"
#include "tests/fakes/pending_sleeper.h"
#include "tests/kube/kube_api_fixture.h"

namespace kubegauge::autoscaler {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

constexpr int64_t kSecond = 1'000'000'000;
constexpr char kScalePath[] = "GET /apis/apps/v1/namespaces/shop/deployments/web/scale";
constexpr char kRunningPath[] = "GET /apis/apps/v1/namespaces/shop/deployments/running/scale";

// Nobody is asked for metrics where the target has no replicas. An external metric is 1 for each
// replica wanted, and takes as long as its name says, in seconds.
class Metrics final : public ResourceMetricsReader, public CustomMetricsReader {
 public:
  explicit Metrics(kube::Sleeper& sleeper) : sleeper_(sleeper) {}

  boost::asio::awaitable<Fetched<PodUsageList>> PodUsage(std::string_view, std::string_view,
                                                         Pods) override {
    co_return PodUsageList();
  }
  boost::asio::awaitable<MetricReading> Read(std::string_view, std::string_view,
                                             const MetricQuery& query) override {
    const std::chrono::seconds wait(std::stoi(query.metric));
    const int64_t value = wanted;
    if (wait.count() > 0) co_await sleeper_.SleepFor(wait);
    co_return std::vector<int64_t>{value * 1000};
  }

  int64_t wanted = 1;

 private:
  kube::Sleeper& sleeper_;
};

// Notes when each HPA was reconciled, in seconds, and stops the controller after so many.
class NotingObserver final : public ReconcileObserver, public HpaEventSink {
 public:
  void Registered(const Hpa& hpa) override { registered.push_back("+" + hpa.meta.name.str()); }
  void Forgotten(const Hpa& hpa) override { registered.push_back("-" + hpa.meta.name.str()); }
  void Reconciled(const Hpa& hpa, const Outcome& outcome, int64_t, int64_t,
                  int64_t now_ns) override {
    reconciled.emplace_back(hpa.meta.name, (now_ns - began_ns) / kSecond);
    errors.push_back(outcome.error);
    scaled_to.push_back(outcome.scaled_to);
    if (on_reconciled) on_reconciled();
  }
  void Record(const Hpa&, const HpaEvent& event) override { events.push_back(event.reason); }

  int64_t began_ns = 0;
  std::vector<std::string> registered;
  std::vector<std::pair<std::string, int64_t>> reconciled;
  std::vector<std::string> errors;
  std::vector<std::optional<int32_t>> scaled_to;
  std::vector<std::string> events;
  std::function<void()> on_reconciled;
};

class ControllerTest : public kubegauge::testing::KubeApiTest {
 protected:
  ControllerTest() {
    observer_.began_ns = clock_.WallNs();
    Answer("GET /api", Json(R"({"kind":"APIVersions","versions":["v1"]})"));
    Answer("GET /apis", Json(R"({"kind":"APIGroupList","groups":[{"name":"apps",
      "versions":[{"groupVersion":"apps/v1","version":"v1"}],
      "preferredVersion":{"groupVersion":"apps/v1","version":"v1"}}]})"));
    Answer("GET /apis/apps/v1", Json(R"({"kind":"APIResourceList","groupVersion":"apps/v1",
      "resources":[{"name":"deployments","kind":"Deployment","namespaced":true},
        {"name":"deployments/scale","kind":"Scale","group":"autoscaling","version":"v1"}]})"));
    Answer(kScalePath, Json(R"({"kind":"Scale","apiVersion":"autoscaling/v1",
      "metadata":{"name":"web","namespace":"shop","resourceVersion":"1"},
      "spec":{},"status":{"replicas":0,"selector":"app=web"}})"));
    Answer(kRunningPath, Json(R"({"kind":"Scale","apiVersion":"autoscaling/v1",
      "metadata":{"name":"running","namespace":"shop","resourceVersion":"1"},
      "spec":{"replicas":3},"status":{"replicas":3,"selector":"app=running"}})"));
    for (const char* name : {"a", "b", "c"}) {
      Answer(
          fmt::format("PUT /apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/{}/status",
                      name),
          Json("{}"));
    }
  }

  HpaPtr Make(const std::string& name, const std::string& period = "", int32_t max = 10) {
    Hpa hpa;
    hpa.meta.namespace_name = "shop";
    hpa.meta.name = name;
    if (!period.empty()) hpa.meta.annotations[std::string(kSyncPeriodAnnotation)] = period;
    hpa.spec.scale_target_ref = {.kind = "Deployment", .name = "web", .api_version = "apps/v1"};
    hpa.spec.max_replicas = max;
    return hpas_[name] = std::make_shared<const Hpa>(std::move(hpa));
  }

  // On a target of three replicas, by an external metric that takes so long.
  HpaPtr MakeSlow(const std::string& name, const std::string& seconds) {
    Hpa hpa = *Make(name);
    hpa.spec.scale_target_ref.name = "running";
    MetricSpec& metric = hpa.spec.metrics.emplace_back();
    metric.type = "External";
    metric.external.emplace();
    metric.external->metric.name = seconds;
    metric.external->target = {.type = "AverageValue",
                               .average_value = WrittenAmount(*kube::Quantity::Parse("1"))};
    return hpas_[name] = std::make_shared<const Hpa>(std::move(hpa));
  }

  // As the controller's own write of the status comes back.
  void UpdateStatus(const std::string& name) {
    const HpaPtr before = hpas_[name];
    hpas_[name] = std::make_shared<const Hpa>(*before);
    controller_->Updated(before, hpas_[name]);
  }

  void Edit(const std::string& name) {
    const HpaPtr before = hpas_[name];
    controller_->Updated(before, Make(name, "", 20));
  }

  // Runs until there were so many reconciles.
  void RunUntil(size_t reconciles, const std::function<void(Controller&)>& begin) {
    const auto controller = std::make_shared<Controller>(
        io_.get_executor(),
        Controller::Parts{.observer = observer_,
                          .clock = clock_,
                          .sleeper = pending_,
                          .log = log_,
                          .find = [this](auto, auto name) { return hpas_[std::string(name)]; }},
        reconciler_, selectors_, cadence_);
    controller_ = controller;
    observer_.on_reconciled = [this, controller = controller.get(), reconciles] {
      if (on_reconciled_) on_reconciled_();
      if (observer_.reconciled.size() >= reconciles) controller->Stop();
    };
    begin(*controller);
    bool ended = false;
    boost::asio::co_spawn(io_, controller->Run(), [&](std::exception_ptr) { ended = true; });
    while (true) {
      io_.restart();
      io_.poll();
      if (ended) break;
      pending_.PassToNext();
    }
  }

  kubegauge::testing::PendingSleeper pending_{clock_};
  std::map<std::string, HpaPtr> hpas_;
  NotingObserver observer_;
  std::function<void()> on_reconciled_;
  spdlog::logger log_{"test", std::make_shared<spdlog::sinks::null_sink_st>()};
  Cadence cadence_;
  PodIndex pods_;
  SelectorRegistry selectors_;
  Metrics metrics_{pending_};
  bool leads_ = true;
  FencedApiClient fenced_{server_, [this] { return leads_; }};
  kube::RestMapper mapper_{io_.get_executor(), fenced_, clock_};
  kube::ScaleClient scale_client_{fenced_, mapper_, sleeper_, random_};
  TargetScales scales_{mapper_, scale_client_};
  StatusWriter statuses_{fenced_, {}};
  Reconciler reconciler_{{.scales = scales_,
                          .pods = pods_,
                          .resource_metrics = metrics_,
                          .custom_metrics = metrics_,
                          .statuses = statuses_,
                          .events = observer_,
                          .clock = clock_,
                          .log = log_},
                         selectors_,
                         {}};
  std::shared_ptr<Controller> controller_;
};

// hpa.md 2.3.
TEST_F(ControllerTest, LooksAtANewHpaAfterAPeriodAndThenOnceAPeriod) {
  RunUntil(3, [&](Controller& controller) { controller.Added(Make("a")); });
  EXPECT_THAT(observer_.reconciled, ElementsAre(Pair("a", 15), Pair("a", 30), Pair("a", 45)));
  EXPECT_THAT(observer_.registered, ElementsAre("+a"));
}

TEST_F(ControllerTest, AnEditDoesNotBringTheNextLookForward) {
  on_reconciled_ = [&] {
    if (observer_.reconciled.size() == 1) Edit("a");
  };
  RunUntil(2, [&](Controller& controller) { controller.Added(Make("a")); });
  EXPECT_THAT(observer_.reconciled, ElementsAre(Pair("a", 15), Pair("a", 30)));
}

// An event of an HPA counts from when it came, as in upstream's queue.
TEST_F(ControllerTest, AnEditDuringASlowLookCountsFromTheEdit) {
  metrics_.wanted = 3;
  RunUntil(2, [&](Controller& controller) {
    controller.Added(MakeSlow("a", "10"));
    boost::asio::co_spawn(
        io_,
        [this]() -> boost::asio::awaitable<void> {
          co_await pending_.SleepFor(std::chrono::seconds(17));  // it runs from 15 to 25
          UpdateStatus("a");
        },
        boost::asio::detached);
  });
  EXPECT_THAT(observer_.reconciled, ElementsAre(Pair("a", 25), Pair("a", 42)));
}

TEST_F(ControllerTest, ALookThatTakesLongerThanThePeriodIsFollowedByTheNextAtOnce) {
  metrics_.wanted = 3;
  RunUntil(2, [&](Controller& controller) {
    controller.Added(MakeSlow("a", "20"));
    boost::asio::co_spawn(
        io_,
        [this]() -> boost::asio::awaitable<void> {
          co_await pending_.SleepFor(std::chrono::seconds(16));
          UpdateStatus("a");
        },
        boost::asio::detached);
  });
  EXPECT_THAT(observer_.reconciled, ElementsAre(Pair("a", 35), Pair("a", 55)));
}

TEST_F(ControllerTest, SlowMetricsOfOneHpaDelayNoOther) {
  metrics_.wanted = 3;
  RunUntil(4, [&](Controller& controller) {
    controller.Added(MakeSlow("a", "40"));
    controller.Added(MakeSlow("b", "0"));
  });
  EXPECT_THAT(observer_.reconciled,
              ElementsAre(Pair("b", 15), Pair("b", 30), Pair("b", 45), Pair("a", 55)));
}

TEST_F(ControllerTest, ATermBeginsWithALookAtAllAndGoesOnSpread) {
  RunUntil(4, [&](Controller& controller) { controller.Begin({Make("a"), Make("b")}); });
  EXPECT_LE(observer_.reconciled[1].second, 1) << "both within the first second or so";
  EXPECT_NE(observer_.reconciled[0].first, observer_.reconciled[1].first);
  EXPECT_LE(observer_.reconciled[3].second, 17);
}

TEST_F(ControllerTest, LooksTogetherAtThoseThatAreDueAtAlmostOneTime) {
  RunUntil(4, [&](Controller& controller) {
    clock_.Advance(995'000'000);
    controller.Added(Make("a"));
    clock_.Advance(10'000'000);
    controller.Added(Make("b"));
  });
  EXPECT_THAT(observer_.reconciled,
              ElementsAre(Pair("a", 16), Pair("b", 16), Pair("a", 31), Pair("b", 31)));
}

// A policy of 15 s would otherwise count the scaling of the look before, and a look be lost.
TEST_F(ControllerTest, LooksAtNoneSoonerThanAPeriodAfterItsLastLookEnded) {
  metrics_.wanted = 3;
  std::map<std::string, int64_t> ended_ns;
  on_reconciled_ = [&] {
    const std::string& name = observer_.reconciled.back().first;
    const int64_t took_ns = name == "a" ? 0 : kSecond;
    const auto last = ended_ns.find(name);
    if (last != ended_ns.end()) {
      EXPECT_GE(clock_.MonotonicNs() - took_ns - last->second, 15 * kSecond) << name;
    }
    ended_ns[name] = clock_.MonotonicNs();
  };
  RunUntil(12, [&](Controller& controller) {
    controller.Added(MakeSlow("a", "0"));
    clock_.Advance(20'000'000);
    controller.Added(MakeSlow("b", "1"));
    controller.Added(MakeSlow("c", "1"));
  });
}

TEST_F(ControllerTest, ADeletedHpaIsLookedAtNoMore) {
  on_reconciled_ = [&] {
    if (observer_.reconciled.size() != 2) return;
    controller_->Deleted(hpas_["a"]);
    hpas_["a"] = nullptr;
  };
  RunUntil(4, [&](Controller& controller) {
    controller.Added(Make("a"));
    controller.Added(Make("b"));
  });
  EXPECT_THAT(observer_.registered, ElementsAre("+a", "+b", "-a"));
  EXPECT_EQ(observer_.reconciled[2].first, "b");
  EXPECT_EQ(observer_.reconciled[3].first, "b");
}

TEST_F(ControllerTest, OneThatIsDeletedDuringALookIsNotToldOfAnyMore) {
  RunUntil(2, [&](Controller& controller) {
    controller.Added(MakeSlow("a", "5"));
    controller.Added(Make("b"));
    boost::asio::co_spawn(
        io_,
        [this]() -> boost::asio::awaitable<void> {
          co_await pending_.SleepFor(std::chrono::seconds(17));
          controller_->Deleted(hpas_["a"]);
          hpas_["a"] = nullptr;
        },
        boost::asio::detached);
  });
  EXPECT_THAT(observer_.registered, ElementsAre("+a", "+b", "-a"));
  EXPECT_THAT(observer_.reconciled, ElementsAre(Pair("b", 15), Pair("b", 30)));
}

// hpa.md 2.3: before its key is due again, an HPA of the same name goes on with what was
// remembered.
TEST_F(ControllerTest, AnHpaThatIsMadeAgainInheritsTheRecommendations) {
  Answer("PUT /apis/apps/v1/namespaces/shop/deployments/running/scale",
         [this](const kube::ApiRequest&) { return answers_.at(kRunningPath)({}); });
  metrics_.wanted = 3;
  on_reconciled_ = [&] {
    if (observer_.reconciled.size() != 1) return;
    metrics_.wanted = 1;
    controller_->Deleted(hpas_["a"]);
    controller_->Added(MakeSlow("a", "0"));
  };
  RunUntil(2, [&](Controller& controller) { controller.Added(MakeSlow("a", "0")); });
  EXPECT_THAT(observer_.registered, ElementsAre("+a", "-a", "+a"));
  EXPECT_EQ(observer_.scaled_to[1], std::nullopt) << "three were wanted within the last minutes";
}

TEST_F(ControllerTest, ReactsAtOnceToNewAndEditedHpas) {
  cadence_ = {.react_to_samples = true, .samples_are_announced = true};
  on_reconciled_ = [&] {
    if (observer_.reconciled.size() == 1) Edit("a");
  };
  RunUntil(3, [&](Controller& controller) { controller.Added(Make("a")); });
  EXPECT_THAT(observer_.reconciled, ElementsAre(Pair("a", 0), Pair("a", 0), Pair("a", 15)));
}

TEST_F(ControllerTest, ReactsToSamplesNoSoonerThanTheMinimumPeriod) {
  cadence_ = {.react_to_samples = true, .samples_are_announced = true};
  on_reconciled_ = [&] { controller_->SamplesArrived({"shop/a", "shop/unknown"}); };
  RunUntil(3, [&](Controller& controller) { controller.Added(Make("a", "4s")); });
  EXPECT_THAT(observer_.reconciled, ElementsAre(Pair("a", 0), Pair("a", 4), Pair("a", 8)));
}

TEST_F(ControllerTest, LooksAsOftenAsItMayWhereSamplesAreNotAnnounced) {
  cadence_ = {.react_to_samples = true};
  RunUntil(3, [&](Controller& controller) { controller.Added(Make("a", "2s")); });
  EXPECT_THAT(observer_.reconciled, ElementsAre(Pair("a", 0), Pair("a", 2), Pair("a", 4)));
}

// What is left of the minimum period then is no time to spread it over.
TEST_F(ControllerTest, AFirstLookMayTakeLongerThanTheMinimumPeriod) {
  metrics_.wanted = 3;
  cadence_ = {.react_to_samples = true};
  RunUntil(2, [&](Controller& controller) { controller.Begin({MakeSlow("a", "20")}); });
  EXPECT_EQ(observer_.reconciled[1].second - observer_.reconciled[0].second, 20);
}

TEST_F(ControllerTest, AStatusThatComesBackDoesNotUndercutTheMinimumPeriod) {
  cadence_ = {.react_to_samples = true, .samples_are_announced = true};
  on_reconciled_ = [&] { UpdateStatus("a"); };
  RunUntil(2, [&](Controller& controller) { controller.Added(Make("a", "60s")); });
  EXPECT_THAT(observer_.reconciled, ElementsAre(Pair("a", 0), Pair("a", 60)));
}

TEST_F(ControllerTest, AMinimumPeriodThatIsEditedCountsAtOnce) {
  cadence_ = {.react_to_samples = true, .samples_are_announced = true};
  on_reconciled_ = [&] {
    controller_->SamplesArrived({"shop/a"});
    if (observer_.reconciled.size() != 1) return;
    const HpaPtr before = hpas_["a"];
    controller_->Updated(before, Make("a", "2s"));
  };
  RunUntil(3, [&](Controller& controller) { controller.Added(Make("a", "1h")); });
  EXPECT_THAT(observer_.reconciled, ElementsAre(Pair("a", 0), Pair("a", 0), Pair("a", 2)));
}

TEST_F(ControllerTest, MinimumPeriodsThatAreNoneDoNotCount) {
  const struct {
    const char* period;
    int64_t second_look_s;
  } cases[] = {{"soon", 15}, {"0s", 15}, {"-3s", 15}, {"", 15},
               {"5", 15},    {"1ms", 1}, {"90s", 90}, {"2562047h", 365 * 24 * 3600}};
  cadence_ = {.react_to_samples = true};
  for (const auto& [period, second_look_s] : cases) {
    SCOPED_TRACE(period);
    observer_.reconciled.clear();
    observer_.began_ns = clock_.WallNs();
    RunUntil(2,
             [&, period = period](Controller& controller) { controller.Added(Make("a", period)); });
    EXPECT_THAT(observer_.reconciled, ElementsAre(Pair("a", 0), Pair("a", second_look_s)));
  }
}

TEST_F(ControllerTest, WhoDoesNotLeadWritesNothing) {
  leads_ = false;
  RunUntil(1, [&](Controller& controller) { controller.Added(Make("a")); });
  EXPECT_THAT(observer_.errors,
              ElementsAre("failed to update status for a: not sent: this process does not lead any "
                          "more"));
  for (const kube::ApiRequest& request : server_.requests()) EXPECT_EQ(request.method, "GET");
}

}  // namespace
}  // namespace kubegauge::autoscaler
