// Cadences beside upstream's: reactions to samples and edits, and the minimum periods of HPAs.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "autoscaler/controller.h"
#include "tests/autoscaler/controller_fixture.h"

namespace kubegauge::autoscaler::controller_testing {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::Le;
using ::testing::Pair;
using ::testing::SizeIs;

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

TEST_F(ControllerTest, TheSecondLookOfATermDoesNotUndercutTheMinimumPeriod) {
  const auto gaps_ns =
      GapsOfATermsFirstLooks({.react_to_samples = true, .samples_are_announced = true}, "10s");
  EXPECT_THAT(gaps_ns, SizeIs(30));
  EXPECT_THAT(gaps_ns, Each(AllOf(Ge(10 * kSecond), Le(15.3 * kSecond))));
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

}  // namespace
}  // namespace kubegauge::autoscaler::controller_testing
