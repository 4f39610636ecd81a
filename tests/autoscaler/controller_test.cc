#include "autoscaler/controller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "tests/autoscaler/controller_fixture.h"

namespace kubegauge::autoscaler::controller_testing {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::Le;
using ::testing::Pair;
using ::testing::SizeIs;

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

TEST_F(ControllerTest, TheSecondLookOfATermIsHalfAPeriodAfterTheFirstAtLeast) {
  const auto gaps_ns = GapsOfATermsFirstLooks(cadence_, "");
  EXPECT_THAT(gaps_ns, SizeIs(30));
  EXPECT_THAT(gaps_ns, Each(AllOf(Gt(7.5 * kSecond), Le(15.3 * kSecond))));
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
  Answer(
      "PUT /apis/apps/v1/namespaces/shop/deployments/running/scale"
      "?fieldManager=kube-controller-manager",
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

TEST_F(ControllerTest, WhoDoesNotLeadWritesNothing) {
  leads_ = false;
  RunUntil(1, [&](Controller& controller) { controller.Added(Make("a")); });
  EXPECT_THAT(observer_.errors,
              ElementsAre("failed to update status for a: not sent: this process does not lead any "
                          "more"));
  for (const kube::ApiRequest& request : server_.requests()) EXPECT_EQ(request.method, "GET");
}

}  // namespace
}  // namespace kubegauge::autoscaler::controller_testing
