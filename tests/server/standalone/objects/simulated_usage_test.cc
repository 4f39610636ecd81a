#include "server/standalone/objects/simulated_usage.h"

#include <gtest/gtest.h>
#include <spdlog/sinks/null_sink.h>

#include "server/standalone/objects/simulation.h"
#include "tests/server/standalone/objects/objects_fixture.h"

namespace kubegauge::server {
namespace {

using testing::kDeployments;
using testing::kWeb;

class SimulatedUsageTest : public testing::ObjectsFixture {
 protected:
  // A Deployment of two pods that have been ready for a while.
  void Deploy(const std::string& load, const Json& limits = Json::object()) {
    Json deployment = Json::parse(testing::WebDeployment());
    deployment["metadata"]["annotations"] = {{kLoadAnnotation, load}, {kMemoryAnnotation, "100Mi"}};
    deployment["spec"]["replicas"] = 2;
    deployment["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"] = limits;
    Ok("POST", kDeployments, deployment.dump());
    simulation_.Settle();
    clock_.Advance(10 * kSecond);
    simulation_.Settle();
    usage_.Measure();
  }
  // The CPU time that the pods use in the next ten seconds, in milliseconds.
  std::vector<int64_t> UseOfTenSeconds() {
    const auto counters = [&] {
      std::vector<int64_t> counters;
      for (const auto& container : usage_.Measure().containers) {
        counters.push_back(static_cast<int64_t>(container.point->cpu_ns));
      }
      return counters;
    };
    const std::vector<int64_t> before = counters();
    clock_.Advance(10 * kSecond);
    std::vector<int64_t> used = counters();
    for (size_t i = 0; i < used.size(); ++i) used[i] = (used[i] - before.at(i)) / 1'000'000;
    return used;
  }

  spdlog::logger log_{"test", std::make_shared<spdlog::sinks::null_sink_mt>()};
  Simulation simulation_{store_, clock_, random_, {.start_delay_ns = kSecond}};
  SimulatedUsage usage_{store_, "", clock_, log_};
};

TEST_F(SimulatedUsageTest, SharesTheLoadAmongReadyPods) {
  Deploy("constant:3");
  EXPECT_EQ(UseOfTenSeconds(), (std::vector<int64_t>{15'000, 15'000}));
  const scraper::Sample& sample = usage_.Measure();
  ASSERT_EQ(sample.pods.size(), 2u);
  EXPECT_EQ(sample.pods[0].namespace_name, "default");
  EXPECT_LT(sample.pods[0].name, sample.pods[1].name);
  EXPECT_EQ(sample.containers[0].name, "app");
  EXPECT_EQ(sample.containers[0].point->working_set_bytes, uint64_t{100} << 20);
  EXPECT_EQ(sample.containers[0].point->timestamp_ns, clock_.WallNs());
  EXPECT_FALSE(sample.node.has_value());
  EXPECT_EQ(usage_.Pods().size(), 2u);
}

// A clock on which each look takes a second.
class SlowMachineClock final : public kube::Clock {
 public:
  explicit SlowMachineClock(const kube::Clock& clock) : clock_(clock) {}
  int64_t WallNs() const override { return clock_.WallNs() + 1'000'000'000 * ++looks_; }
  int64_t MonotonicNs() const override { return clock_.MonotonicNs(); }

 private:
  const kube::Clock& clock_;
  mutable int64_t looks_ = 0;
};

// The pods of a machine that stalled between two stamps used a thousand times what they did.
TEST_F(SimulatedUsageTest, StampsAMeasurementWithOneTime) {
  Deploy("constant:3");
  const SlowMachineClock clock(clock_);
  SimulatedUsage usage(store_, "", clock, log_);
  const scraper::Sample& sample = usage.Measure();
  ASSERT_EQ(sample.containers.size(), 2u);
  EXPECT_EQ(sample.containers[0].point->timestamp_ns, clock_.WallNs() + kSecond);
  EXPECT_EQ(sample.containers[1].point->timestamp_ns, clock_.WallNs() + kSecond);
}

TEST_F(SimulatedUsageTest, KeepsToLimits) {
  Deploy("constant:3", {{"cpu", "500m"}});
  EXPECT_EQ(UseOfTenSeconds(), (std::vector<int64_t>{5'000, 5'000}));
}

TEST_F(SimulatedUsageTest, TellsWhenThePodsChange) {
  Deploy("constant:1");
  const uint64_t version = usage_.pods_version();
  usage_.Measure();
  EXPECT_EQ(usage_.pods_version(), version);
  Ok("PATCH", std::string(kWeb) + "/scale", R"({"spec":{"replicas":1}})",
     "application/merge-patch+json");
  simulation_.Settle();
  EXPECT_EQ(usage_.Measure().pods.size(), 1u);
  EXPECT_NE(usage_.pods_version(), version);
  Ok("DELETE", kWeb);
  simulation_.Settle();
  EXPECT_EQ(usage_.Measure().pods.size(), 0u);
}

}  // namespace
}  // namespace kubegauge::server
