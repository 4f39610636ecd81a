#include "server/listener/connection_control.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <limits>

#include "tests/fakes/manual_clock.h"

namespace kubegauge::server {
namespace {

using namespace std::chrono_literals;
using Phase = ConnectionControl::Phase;
using testing::ManualClock;

class ConnectionControlTest : public ::testing::Test {
 protected:
  ConnectionControlTest() {
    control_->slot().assign([this](boost::asio::cancellation_type) { ++cancellations_; });
  }

  void Advance(std::chrono::nanoseconds time) { clock_.Advance(time.count()); }
  // What the listener's sweep does; gives whether the connection was cancelled.
  bool IsOverdue() {
    control_->CancelIfOverdue(clock_.MonotonicNs());
    return RunStrand();
  }
  bool RunStrand() {
    io_.restart();
    io_.run();
    return cancellations_ > 0;
  }

  boost::asio::io_context io_;
  ManualClock clock_;
  std::shared_ptr<ConnectionControl> control_ =
      std::make_shared<ConnectionControl>(io_.get_executor(), clock_, 10s);
  int cancellations_ = 0;
};

TEST_F(ConnectionControlTest, HoldsEveryPhaseToItsOwnTime) {
  Advance(9s);
  EXPECT_FALSE(IsOverdue());
  control_->Enter(Phase::kBusy, 30s);
  Advance(29s);
  EXPECT_FALSE(IsOverdue());
  control_->EnterWithoutLimit(Phase::kBusy);
  Advance(24h);
  EXPECT_FALSE(IsOverdue());
  control_->Enter(Phase::kIdle, 90s);
  Advance(90s);
  EXPECT_TRUE(IsOverdue());
  EXPECT_TRUE(control_->cancelled());
}

class ScriptedMultiplexed final : public ConnectionControl::Multiplexed {
 public:
  bool OnOverdue(int64_t) override {
    ++overdue;
    return goes_on;
  }
  void WindDown() override { ++wound_down; }
  void SayFarewell() override { ++farewells; }

  bool goes_on = true;
  int overdue = 0;
  int wound_down = 0;
  int farewells = 0;
};

TEST_F(ConnectionControlTest, LeavesItToAMultiplexedConnectionHowItEnds) {
  ScriptedMultiplexed multiplexed;
  control_->SetMultiplexed(&multiplexed);
  control_->EnterUntil(Phase::kBusy, clock_.MonotonicNs() + 1'000'000'000);
  Advance(2s);
  EXPECT_FALSE(IsOverdue());
  EXPECT_EQ(multiplexed.overdue, 1);
  control_->BeginDrain(clock_.MonotonicNs());
  EXPECT_FALSE(RunStrand());
  EXPECT_EQ(multiplexed.wound_down, 1) << "though it is busy";
  multiplexed.goes_on = false;
  EXPECT_TRUE(IsOverdue());
}

TEST_F(ConnectionControlTest, LetsAMultiplexedConnectionThatIsIdleSayFarewell) {
  ScriptedMultiplexed multiplexed;
  control_->SetMultiplexed(&multiplexed);
  control_->EnterUntil(Phase::kIdle, clock_.MonotonicNs() + 1'000'000'000);
  control_->CancelIfIdle(control_->idle_since_ns());
  EXPECT_TRUE(RunStrand()) << "its place is needed at once";
  EXPECT_EQ(multiplexed.farewells, 1);
  EXPECT_EQ(multiplexed.wound_down, 0);
}

TEST_F(ConnectionControlTest, IsSilentSinceItSays) {
  control_->EnterUntil(Phase::kBusy, 1);
  const int64_t since_ns = clock_.MonotonicNs();
  Advance(1s);
  control_->EnterUntil(Phase::kReading, 1);
  control_->SetSilentSince(since_ns);
  EXPECT_EQ(control_->silent_since_ns(), since_ns);
  control_->CancelIfSilent(since_ns);
  EXPECT_TRUE(RunStrand());
}

TEST_F(ConnectionControlTest, StaysInAPhaseWhoseDeadlineMoves) {
  control_->EnterUntil(Phase::kIdle, 1);
  const int64_t since_ns = control_->idle_since_ns();
  Advance(1s);
  control_->EnterUntil(Phase::kIdle, 2);
  EXPECT_EQ(control_->idle_since_ns(), since_ns);
}

TEST_F(ConnectionControlTest, LetsGoWhoMovedOnBeforeTheStrandLooked) {
  Advance(10s);
  control_->CancelIfOverdue(clock_.MonotonicNs());
  control_->Enter(Phase::kBusy, 30s);
  EXPECT_FALSE(RunStrand());
}

TEST_F(ConnectionControlTest, IsIdleOnlyBetweenRequests) {
  constexpr int64_t kNotIdle = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(control_->idle_since_ns(), kNotIdle);
  control_->Enter(Phase::kBusy, 30s);
  EXPECT_EQ(control_->idle_since_ns(), kNotIdle);
  control_->CancelIfIdle(clock_.MonotonicNs());
  EXPECT_FALSE(RunStrand());
  control_->Enter(Phase::kIdle, 90s);
  const int64_t since_ns = clock_.MonotonicNs();
  Advance(1s);
  EXPECT_EQ(control_->idle_since_ns(), since_ns);
  control_->CancelIfIdle(since_ns - 1);
  EXPECT_FALSE(RunStrand()) << "that was another pause";
  control_->CancelIfIdle(since_ns);
  EXPECT_TRUE(RunStrand());
}

TEST_F(ConnectionControlTest, IsSilentUntilItHasAWholeRequest) {
  constexpr int64_t kNotSilent = std::numeric_limits<int64_t>::max();
  const int64_t since_ns = clock_.MonotonicNs();
  Advance(1s);
  control_->Enter(Phase::kNew, 30s);  // the handshake is done
  Advance(1s);
  control_->Enter(Phase::kReading, 30s);
  EXPECT_EQ(control_->silent_since_ns(), since_ns);
  control_->CancelIfSilent(since_ns);
  control_->EnterWithoutLimit(Phase::kBusy);
  EXPECT_FALSE(RunStrand()) << "its request has come in time";
  EXPECT_EQ(control_->silent_since_ns(), kNotSilent);
  control_->Enter(Phase::kIdle, 90s);
  EXPECT_EQ(control_->silent_since_ns(), kNotSilent);
  control_->CancelIfSilent(since_ns);
  control_->Enter(Phase::kReading, 30s);
  EXPECT_FALSE(RunStrand()) << "it has begun another request since";
  EXPECT_EQ(control_->silent_since_ns(), clock_.MonotonicNs());
  control_->CancelIfSilent(clock_.MonotonicNs());
  EXPECT_TRUE(RunStrand());
}

TEST_F(ConnectionControlTest, EndsInADrainAtOnceWhenIdle) {
  control_->Enter(Phase::kIdle, 90s);
  control_->BeginDrain(clock_.MonotonicNs());
  EXPECT_TRUE(control_->draining());
  EXPECT_TRUE(RunStrand());
}

TEST_F(ConnectionControlTest, MayFinishItsRequestInADrain) {
  control_->Enter(Phase::kBusy, 30s);
  control_->BeginDrain(clock_.MonotonicNs());
  EXPECT_FALSE(RunStrand());
  Advance(29s);
  EXPECT_FALSE(IsOverdue());
}

TEST_F(ConnectionControlTest, HasUntilItsFirstRequestInADrain) {
  control_->BeginDrain(clock_.MonotonicNs() + 5'000'000'000);
  EXPECT_FALSE(RunStrand());
  control_->Enter(Phase::kNew, 32s);  // the handshake is done
  Advance(4s);
  EXPECT_FALSE(IsOverdue());
  Advance(1s);
  EXPECT_TRUE(IsOverdue());
}

TEST_F(ConnectionControlTest, CannotBeCancelledAfterItsEnd) {
  control_->Finish();
  control_->Cancel();
  EXPECT_FALSE(RunStrand());
}

}  // namespace
}  // namespace kubegauge::server
