#include "server/standalone/collector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <sstream>
#include <utility>

#include "tests/fakes/manual_clock.h"

namespace kubegauge::server {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kSecond = 1'000'000'000;

// A machine that uses half a core and whose pods a test decides.
class FakeMachine final : public scraper::Source {
 public:
  explicit FakeMachine(const kube::Clock& clock) : clock_(clock) {}

  boost::asio::awaitable<absl::StatusOr<const scraper::Sample*>> Collect() override {
    if (!error.ok()) co_return error;
    cpu_ns_ += kSecond / 2;
    const scraper::UsagePoint point{.start_time_ns = 1,
                                    .timestamp_ns = clock_.WallNs(),
                                    .cpu_ns = cpu_ns_,
                                    .working_set_bytes = 4096};
    sample_.Clear();
    sample_.node = point;
    for (const PodRecord& pod : pods) {
      sample_.pods.push_back({.namespace_name = pod.namespace_name,
                              .name = pod.name,
                              .first_container = static_cast<uint32_t>(sample_.containers.size()),
                              .container_count = 1});
      sample_.containers.push_back({.name = "c", .point = point});
    }
    co_return &sample_;
  }

  std::vector<PodRecord> pods;
  absl::Status error;

 private:
  const kube::Clock& clock_;
  uint64_t cpu_ns_ = 0;
  scraper::Sample sample_;
};

PodRecord Pod(std::string name) {
  return {.namespace_name = "luffy", .name = std::move(name), .labels = {{"app", "x"}}};
}

class CollectorTest : public ::testing::Test {
 protected:
  void Tick() {
    boost::asio::io_context context;
    boost::asio::co_spawn(context, collector_.Tick(), boost::asio::detached);
    context.run();
  }
  std::shared_ptr<const scraper::Snapshot> Snapshot() const { return snapshot_.Get(); }

  testing::ManualClock clock_;
  std::ostringstream lines_;
  spdlog::logger log_{"test", std::make_shared<spdlog::sinks::ostream_sink_mt>(lines_)};
  FakeMachine machine_{clock_};
  PublishedInventory inventory_{NextInventory(nullptr, {.name = "box"}, {}, 1)};
  apiservice::PublishedSnapshot snapshot_{nullptr};
  HealthState health_;
  Collector collector_{{.source = machine_,
                        .list_pods = [this] { return machine_.pods; },
                        .inventory = inventory_,
                        .show_inventory = nullptr,
                        .simulated = nullptr,
                        .snapshot = snapshot_,
                        .health = health_,
                        .clock = clock_,
                        .log = log_},
                       kSecond};
};

TEST_F(CollectorTest, PublishesUsageAfterTwoTicks) {
  machine_.pods = {Pod("busy")};
  Tick();
  EXPECT_EQ(Snapshot()->CountServableNodes(), 0u);
  EXPECT_EQ(inventory_.Get()->pods.size(), 1u);
  clock_.Advance(kSecond);
  Tick();
  const auto usage = Snapshot()->NodeUsage(0);
  ASSERT_TRUE(usage.has_value());
  EXPECT_EQ(usage->cpu_nanocores, 500'000'000u);
  EXPECT_EQ(usage->window_ns, kSecond);
  scraper::PodUsage pod;
  ASSERT_TRUE(Snapshot()->GetPodUsage(0, pod));
  EXPECT_EQ(pod.containers.at(0).usage.cpu_nanocores, 500'000'000u);
  EXPECT_EQ(Snapshot()->catalog().pods().at(0)->FindLabel("app"), "x");
}

TEST_F(CollectorTest, FollowsThePods) {
  machine_.pods = {Pod("a")};
  Tick();
  const auto first = inventory_.Get();
  Tick();
  EXPECT_EQ(inventory_.Get(), first) << "nothing changed, nothing is published";
  machine_.pods = {Pod("b"), Pod("c")};
  Tick();
  EXPECT_EQ(inventory_.Get()->pods.size(), 2u);
  EXPECT_EQ(Snapshot()->catalog().pods().size(), 2u);
  EXPECT_EQ(inventory_.Get()->resource_version, first->resource_version + 1);
}

TEST_F(CollectorTest, KeepsTheLastValuesOverAFailureAndSaysSoOnce) {
  for (int i = 0; i < 2; ++i) {
    Tick();
    clock_.Advance(kSecond);
  }
  machine_.error = absl::UnavailableError("no cgroups today");
  Tick();
  EXPECT_EQ(Snapshot()->CountServableNodes(), 1u);
  clock_.Advance(kSecond);
  Tick();
  const std::string lines = lines_.str();
  EXPECT_THAT(lines,
              HasSubstr("Cannot measure this machine held_back=0 error=\"no cgroups today\""));
  EXPECT_EQ(lines.find("Cannot measure"), lines.rfind("Cannot measure"));
  clock_.Advance(3 * kSecond);
  Tick();
  EXPECT_EQ(Snapshot()->CountServableNodes(), 0u) << "stale";
}

TEST_F(CollectorTest, TellsWhenATickBegan) {
  EXPECT_EQ(health_.last_tick_began_ns, 0);
  Tick();
  EXPECT_EQ(health_.last_tick_began_ns, clock_.MonotonicNs());
}

}  // namespace
}  // namespace kubegauge::server
