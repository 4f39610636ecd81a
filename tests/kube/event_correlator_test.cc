#include "kube/event_correlator.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <malloc.h>

#include <string>

#include "tests/kube/kube_api_fixture.h"

namespace kubegauge::kube {
namespace {

using kubegauge::testing::ConstantRandom;

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kStart = 1'700'000'000 * kSecond;

class EventCorrelatorTest : public ::testing::Test {
 protected:
  // What is written of an event: "POST 1 message", "PATCH 2 message", or "" when it is left out.
  std::string Record(const std::string& message, const std::string& object = "web",
                     const std::string& reason = "FailedGetScale") {
    now_ns_ += kSecond;
    const auto result = correlator_.Correlate(
        MakeEvent({.kind = "HorizontalPodAutoscaler", .namespace_name = "n", .name = object},
                  {.component = "horizontal-pod-autoscaler"}, EventType::kWarning, reason, message,
                  kStart + now_ns_, random_),
        kStart + now_ns_, now_ns_);
    if (!result) return "";
    last_ = result->event;
    correlator_.Written(result->event);
    return fmt::format("{} {} {}", result->exists ? "PATCH" : "POST", result->event.count,
                       result->event.message);
  }

  ConstantRandom random_;
  int64_t now_ns_ = 0;
  Event last_;
  EventCorrelator correlator_;
};

TEST_F(EventCorrelatorTest, CountsEqualEvents) {
  EXPECT_EQ(Record("a"), "POST 1 a");
  const Event first = last_;
  EXPECT_EQ(Record("a"), "PATCH 2 a");
  EXPECT_EQ(last_.name, first.name);
  EXPECT_EQ(last_.first_ns, first.first_ns);
  EXPECT_EQ(last_.last_ns, first.last_ns + kSecond);
  EXPECT_EQ(Record("b"), "POST 1 b");
  EXPECT_EQ(Record("a", "other"), "POST 1 a");
  EXPECT_EQ(Record("a", "web", "FailedRescale"), "POST 1 a");
  EXPECT_EQ(Record("a"), "PATCH 3 a");
}

TEST_F(EventCorrelatorTest, CombinesEventsThatDifferInTheirMessage) {
  for (int i = 0; i < 9; ++i) {
    const std::string message = fmt::format("m{}", i);
    EXPECT_EQ(Record(message), "POST 1 " + message);
  }
  EXPECT_EQ(Record("m9"), "POST 1 (combined from similar events): m9");
  EXPECT_EQ(last_.reporting_component, "");
  EXPECT_EQ(last_.source.component, "horizontal-pod-autoscaler");
  const std::string name = last_.name;
  EXPECT_EQ(name, fmt::format("web.{:x}", kStart + now_ns_));
  EXPECT_EQ(Record("m10"), "PATCH 2 (combined from similar events): m10");
  EXPECT_EQ(last_.name, name);
  EXPECT_EQ(Record("m11"), "PATCH 3 (combined from similar events): m11");
  EXPECT_EQ(Record("other reason", "web", "FailedRescale"), "POST 1 other reason");

  now_ns_ += 600 * kSecond;
  EXPECT_EQ(Record("late"), "POST 1 late") << "after ten minutes of silence they are told apart";
}

TEST_F(EventCorrelatorTest, LimitsTheEventsOfAnObject) {
  for (int i = 1; i <= 25; ++i) EXPECT_NE(Record("a"), "") << i;
  EXPECT_EQ(Record("a"), "");
  EXPECT_NE(Record("a", "other"), "") << "each for itself";
  now_ns_ = 301 * kSecond;
  EXPECT_EQ(Record("a"), "PATCH 27 a") << "what was left out is counted too";
  EXPECT_EQ(Record("a"), "");
}

TEST_F(EventCorrelatorTest, LimitsWarningsApartFromOthers) {
  for (int i = 1; i <= 26; ++i) Record("a");
  EXPECT_EQ(Record("a"), "");
  const auto result = correlator_.Correlate(
      MakeEvent({.kind = "HorizontalPodAutoscaler", .namespace_name = "n", .name = "web"},
                {.component = "horizontal-pod-autoscaler"}, EventType::kNormal, "r", "a", kStart,
                random_),
      kStart, now_ns_);
  EXPECT_TRUE(result.has_value());
}

size_t HeapInUse() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// What it remembers does not grow with the messages, which may be of any length.
TEST_F(EventCorrelatorTest, RemembersLongMessagesBriefly) {
  const size_t before = HeapInUse();
  for (int i = 0; i < 20; ++i) {
    const std::string message = std::to_string(i) + std::string(1 << 20, 'a');
    EXPECT_TRUE(Record(message).ends_with(message)) << "what is written is whole: " << i;
  }
  EXPECT_LT(HeapInUse(), before + (4 << 20));
}

}  // namespace
}  // namespace kubegauge::kube
