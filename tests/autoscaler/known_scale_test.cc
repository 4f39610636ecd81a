// What is decided by a scale that was not read, as nothing is known to have changed it, when
// somebody has changed it.

#include <gmock/gmock.h>
#include <spdlog/sinks/null_sink.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "autoscaler/reconciler.h"
#include "tests/autoscaler/one_deployment_api.h"
#include "tests/autoscaler/scene.h"
#include "tests/fakes/constant_random.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/pending_sleeper.h"

namespace kubegauge::autoscaler {
namespace {

namespace asio = boost::asio;

// An external metric with one value, and nothing of pods.
class OneExternalValue final : public ResourceMetricsReader, public CustomMetricsReader {
 public:
  asio::awaitable<Fetched<PodUsageList>> PodUsage(std::string_view, std::string_view,
                                                  Pods) override {
    co_return PodUsageList();
  }
  asio::awaitable<MetricReading> Read(std::string_view, std::string_view,
                                      const MetricQuery&) override {
    ++asked;
    co_return std::vector<int64_t>{milli};
  }

  int64_t milli = 1000;
  int asked = 0;
};

class NoEvents final : public HpaEventSink {
 public:
  void Record(const Hpa&, const HpaEvent&) override {}
};

// The scale of an HPA with a target of 1 for its metric, after it was read and kept.
class KnownScale : public ::testing::Test {
 protected:
  KnownScale() {
    selectors_.Add("default", "web");
    pods_.Add(testing::PodOf("p0", {}));
    for (int i = 0; i < 3; ++i) Reconcile();
  }

  Outcome Reconcile() {
    const testing::Scene scene({testing::ExternalMetric("Value", 1000)}, 1);
    std::optional<Outcome> outcome;
    asio::co_spawn(
        io_,
        [&]() -> asio::awaitable<void> {
          outcome =
              (co_await reconciler_.Reconcile(std::make_shared<const Hpa>(scene.hpa), {})).outcome;
        },
        asio::detached);
    io_.restart();
    while (io_.poll() > 0) io_.restart();
    return *std::move(outcome);
  }

  asio::io_context io_;
  kubegauge::testing::ManualClock clock_;
  kubegauge::testing::PendingSleeper sleeper_{clock_};
  kubegauge::testing::ConstantRandom random_;
  testing::OneDeploymentApi api_{io_};
  spdlog::logger log_{"test", std::make_shared<spdlog::sinks::null_sink_st>()};
  kube::RestMapper mapper_{io_.get_executor(), api_, clock_};
  kube::ScaleClient scale_client_{api_, mapper_, sleeper_, random_};
  WatchedScales watched_{{api_, clock_, sleeper_, random_, log_}, [this](auto task) {
                           asio::co_spawn(io_, std::move(task), asio::detached);
                         }};
  TargetScales scales_{mapper_, scale_client_, &watched_};
  PodIndex pods_;
  SelectorRegistry selectors_;
  OneExternalValue metrics_;
  NoEvents events_;
  StatusWriter statuses_{api_, {}};
  Reconciler reconciler_{{.scales = scales_,
                          .pods = pods_,
                          .resource_metrics = metrics_,
                          .custom_metrics = metrics_,
                          .statuses = statuses_,
                          .events = events_,
                          .clock = clock_,
                          .log = log_},
                         selectors_,
                         {}};
};

TEST_F(KnownScale, IsNotReadWhereNothingIsToBeWritten) {
  const int before = api_.scale_reads;
  EXPECT_EQ(Reconcile().error, "");
  EXPECT_EQ(api_.scale_reads, before);
}

TEST_F(KnownScale, IsReadBeforeItIsWritten) {
  const int before = api_.scale_reads;
  const int asked_before = metrics_.asked;
  metrics_.milli = 3000;
  EXPECT_EQ(Reconcile().error, "");
  EXPECT_EQ(api_.scale_reads, before + 1);
  EXPECT_EQ(api_.replicas, 3);
  EXPECT_EQ(metrics_.asked, asked_before + 1) << "what was decided stands";
}

// The watch has not told yet: without the reading, the old number would overwrite what somebody
// wants, as a conflict is answered by a write of the same replicas (hpa.md 13).
TEST_F(KnownScale, ThatSomebodyTurnedOffStaysTurnedOff) {
  metrics_.milli = 3000;
  api_.version = 8;
  api_.replicas = 0;
  const Outcome outcome = Reconcile();
  EXPECT_EQ(api_.replicas, 0);
  ASSERT_TRUE(outcome.status);
  EXPECT_THAT(outcome.status->conditions,
              ::testing::Contains(::testing::Field(&HpaCondition::reason, "ScalingDisabled")));
}

TEST_F(KnownScale, ThatSomebodyChangedIsDecidedByAsItIs) {
  metrics_.milli = 3000;
  api_.version = 8;
  api_.replicas = 5;
  EXPECT_EQ(Reconcile().error, "");
  EXPECT_EQ(api_.replicas, 5) << "three are enough, but only after the stabilization window";
}

}  // namespace
}  // namespace kubegauge::autoscaler
