#include "server/health_checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/fakes/manual_clock.h"
#include "tests/scraper/snapshot_builder.h"

namespace kubegauge::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kSecondNs = 1'000'000'000;
constexpr int64_t kResolutionNs = 15 * kSecondNs;

std::vector<std::string> NamesOf(const std::vector<apiservice::HealthCheck>& checks) {
  std::vector<std::string> names;
  for (const apiservice::HealthCheck& check : checks) names.push_back(check.name);
  return names;
}

std::vector<std::string> FailuresOf(const std::vector<apiservice::HealthCheck>& checks) {
  std::vector<std::string> reasons;
  for (const apiservice::HealthCheck& check : checks) {
    const absl::Status status = check.check();
    if (!status.ok()) reasons.emplace_back(status.message());
  }
  return reasons;
}

class ClusterHealthChecksTest : public ::testing::Test {
 protected:
  ClusterHealthChecksTest() : snapshot_(testing::MakeSnapshot({}, {})) {}

  testing::ManualClock clock_;
  HealthState state_;
  apiservice::PublishedSnapshot snapshot_;
  const HealthChecks checks_ =
      ClusterHealthChecks(state_, snapshot_, clock_, kResolutionNs, clock_.MonotonicNs());
};

TEST_F(ClusterHealthChecksTest, HaveUpstreamsNamesInUpstreamsOrder) {
  const char* const kHooks[] = {"poststarthook/max-in-flight-filter",
                                "poststarthook/storage-object-count-tracker-hook"};
  EXPECT_THAT(NamesOf(checks_.healthz),
              ElementsAre("ping", "log", kHooks[0], kHooks[1], "metadata-informer-sync"));
  EXPECT_THAT(NamesOf(checks_.livez),
              ElementsAre("ping", "log", kHooks[0], kHooks[1], "metric-collection-timely",
                          "metadata-informer-sync"));
  EXPECT_THAT(NamesOf(checks_.readyz),
              ElementsAre("ping", "log", kHooks[0], kHooks[1], "metric-storage-ready",
                          "metric-informer-sync", "metadata-informer-sync", "shutdown"));
}

TEST_F(ClusterHealthChecksTest, AreAliveButNotReadyUntilTheClusterIsKnown) {
  EXPECT_THAT(FailuresOf(checks_.livez), IsEmpty());
  EXPECT_THAT(FailuresOf(checks_.readyz),
              ElementsAre("no metrics to serve", "cache for node informer has not synced",
                          "cache for pod informer has not synced"));
  state_.nodes_synced = true;
  state_.pods_synced = true;
  EXPECT_THAT(FailuresOf(checks_.readyz), ElementsAre("no metrics to serve"));
}

TEST_F(ClusterHealthChecksTest, AreNotReadyWhileUsageIsOfSomeNodesOnly) {
  const testing::UsageLiteral usage{.cpu_nanocores = 1, .timestamp_ns = 100 * kSecondNs};
  snapshot_.Set(testing::MakeSnapshot({{"a", {}, usage}, {"b", {}, {}}},
                                      {{"default", "web", {}, {{"nginx", usage}}}}));
  state_.nodes_synced = true;
  state_.pods_synced = true;
  EXPECT_THAT(FailuresOf(checks_.readyz), ElementsAre("no metrics to serve"));
  state_.usage_complete = true;
  EXPECT_THAT(FailuresOf(checks_.readyz), IsEmpty());
}

TEST_F(ClusterHealthChecksTest, AreNotReadyWhileNoClientCouldBeServed) {
  state_.nodes_synced = true;
  state_.pods_synced = true;
  state_.trust_known = false;
  EXPECT_THAT(
      FailuresOf(checks_.readyz),
      ElementsAre("no metrics to serve", "extension-apiserver-authentication has not been read"));
  EXPECT_THAT(FailuresOf(checks_.livez), IsEmpty());
  state_.trust_known = true;
  state_.certificate_known = false;
  EXPECT_THAT(FailuresOf(checks_.readyz),
              ElementsAre("no metrics to serve", "the serving certificate is not registered yet"));
}

TEST_F(ClusterHealthChecksTest, FailWhenATickIsHalfAResolutionLate) {
  state_.last_tick_began_ns = clock_.MonotonicNs();
  clock_.Advance(kResolutionNs * 3 / 2);
  EXPECT_THAT(FailuresOf(checks_.livez), IsEmpty());
  clock_.Advance(1);
  EXPECT_THAT(FailuresOf(checks_.livez), ElementsAre("metric collection didn't finish on time"));
}

TEST_F(ClusterHealthChecksTest, AreLiveInTheirGracePeriodHoweverLate) {
  const HealthChecks patient = ClusterHealthChecks(state_, snapshot_, clock_, kResolutionNs,
                                                   clock_.MonotonicNs() + 100 * kSecondNs);
  state_.last_tick_began_ns = clock_.MonotonicNs();
  clock_.Advance(99 * kSecondNs);
  EXPECT_THAT(FailuresOf(patient.livez), IsEmpty());
  clock_.Advance(kSecondNs);
  EXPECT_THAT(FailuresOf(patient.livez), ElementsAre("metric collection didn't finish on time"));
}

TEST_F(ClusterHealthChecksTest, AreNotReadyFromTheSignalOn) {
  state_.nodes_synced = true;
  state_.pods_synced = true;
  state_.shutting_down = true;
  EXPECT_THAT(FailuresOf(checks_.readyz),
              ElementsAre("no metrics to serve", "process is shutting down"));
}

}  // namespace
}  // namespace kubegauge::server
