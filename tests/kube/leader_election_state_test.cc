#include "kube/leader_election_state.h"

#include <gmock/gmock.h>

namespace kubegauge::kube {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kWall = 1'700'000'000'123'456'789;
constexpr const char* kWallText = "2023-11-14T22:13:20.123456Z";

LeaderRecord HeldBy(const char* holder, const char* renew_time = "2001-01-01T00:00:00.000000Z") {
  return {.holder = holder,
          .lease_duration_seconds = 10,
          .acquire_time = "2000-01-01T00:00:00.000000Z",
          .renew_time = renew_time,
          .transitions = 4};
}

TEST(LeaderElectionStateTest, AnothersLeaseIsGoodFromWhenAChangeWasSeen) {
  LeaderElectionState state("me", 15);
  EXPECT_FALSE(state.IsTaken(0)) << "nothing was read";
  state.Observe(HeldBy("other"), 100 * kSecond);
  EXPECT_TRUE(state.IsTaken(100 * kSecond)) << "its renewTime, long past, means nothing";
  EXPECT_TRUE(state.IsTaken(110 * kSecond - 1));
  EXPECT_FALSE(state.IsTaken(110 * kSecond));

  state.Observe(HeldBy("other"), 109 * kSecond);
  EXPECT_FALSE(state.IsTaken(110 * kSecond)) << "the same again is no renewal";
  state.Observe(HeldBy("other", "2001-01-01T00:00:02.000000Z"), 109 * kSecond);
  EXPECT_TRUE(state.IsTaken(110 * kSecond));
  EXPECT_EQ(state.ExpiresAtNs(), 119 * kSecond);
}

TEST(LeaderElectionStateTest, AReleasedLeaseIsNobodys) {
  LeaderElectionState state("me", 15);
  state.Observe(HeldBy(""), 100 * kSecond);
  EXPECT_FALSE(state.IsTaken(100 * kSecond));
}

TEST(LeaderElectionStateTest, WritesWhatClientGoWrites) {
  LeaderElectionState state("me", 15);
  const LeaderRecord first{.holder = "me",
                           .lease_duration_seconds = 15,
                           .acquire_time = kWallText,
                           .renew_time = kWallText};
  EXPECT_EQ(state.FirstClaim(kWall), first);

  state.Observe(HeldBy("other"), 0);
  LeaderRecord taken = first;
  taken.transitions = 5;
  EXPECT_EQ(state.Claim(kWall), taken);

  state.Wrote(HeldBy("me"), 0);
  ASSERT_TRUE(state.HoldsLease());
  LeaderRecord renewed = first;
  renewed.transitions = 4;
  renewed.acquire_time = "2000-01-01T00:00:00.000000Z";
  EXPECT_EQ(state.Claim(kWall), renewed);

  const LeaderRecord released{.lease_duration_seconds = 1,
                              .acquire_time = kWallText,
                              .renew_time = kWallText,
                              .transitions = 4};
  EXPECT_EQ(state.Renunciation(kWall), released);
}

TEST(LeaderElectionStateTest, TakesALeaseWhoseTransitionsCanGrowNoMore) {
  constexpr int64_t kMost = 2147483647;
  LeaderElectionState state("me", 15);
  for (const int64_t transitions : {kMost - 1, kMost}) {
    LeaderRecord record = HeldBy("other");
    record.transitions = transitions;
    state.Observe(record, 0);
    EXPECT_EQ(state.Claim(kWall).transitions, kMost);
  }
}

}  // namespace
}  // namespace kubegauge::kube
