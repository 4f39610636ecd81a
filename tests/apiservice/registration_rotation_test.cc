// How one certificate follows another: clients of the aggregator never meet one that it does not
// trust.

#include <gmock/gmock.h>

#include <algorithm>
#include <memory>
#include <random>
#include <set>
#include <utility>

#include "tests/apiservice/registration_fixture.h"

namespace kubegauge::apiservice::registration_testing {
namespace {

using ::testing::ElementsAre;
using testing::FakeObjectStore;

class RegistrationRotationTest : public RegistrationTest {};

TEST_F(RegistrationRotationTest, DropsNoConnectionWhenTheSecretIsDeleted) {
  Replica first(store_, clock_, sleeper_);
  Replica second(store_, clock_, sleeper_);
  ASSERT_TRUE(RunOnce(first).ok());
  ASSERT_TRUE(RunOnce(second).ok());
  store_.Delete(kSecret);
  for (Replica* replica : {&first, &second, &first, &second}) {
    ASSERT_TRUE(RunOnce(*replica).ok());
    for (const Replica* server : {&first, &second}) {
      for (const std::string& path : {kV1Beta1, kV1}) {
        const std::string bundle = BundleIn(store_.Get(path));
        EXPECT_TRUE(Trusted(server->served.back().certificate, bundle, clock_.WallNs()).ok());
      }
    }
    clock_.Advance(60 * kSecondNs);
  }
  EXPECT_NE(first.served.back().certificate, first.served.front().certificate);
  EXPECT_EQ(first.served.back().certificate, second.served.back().certificate);
}

TEST_F(RegistrationRotationTest, ShowsTheCertificateBeforeItIsToldOf) {
  Replica replica(store_, clock_, sleeper_);
  std::vector<size_t> served_at_writes;
  store_.Intercept([&](const kube::ApiRequest& request) {
    if (IsWriteOfApiService(request)) served_at_writes.push_back(replica.served.size());
    return 0u;
  });
  ASSERT_TRUE(RunOnce(replica).ok());
  EXPECT_THAT(served_at_writes, ElementsAre(1u, 1u));
}

// Another has published the new authority a moment ago, so the aggregator may not know of it yet.
TEST_F(RegistrationRotationTest, WaitsForAPassThoughAnotherHasPublished) {
  Replica first(store_, clock_, sleeper_);
  Replica second(store_, clock_, sleeper_);
  ASSERT_TRUE(RunOnce(first).ok());
  ASSERT_TRUE(RunOnce(second).ok());
  store_.Delete(kSecret);
  ASSERT_TRUE(RunOnce(first).ok());
  ASSERT_TRUE(RunOnce(second).ok());
  EXPECT_EQ(second.served.size(), 1u);
  ASSERT_TRUE(RunOnce(second).ok());
  EXPECT_EQ(second.served.size(), 2u);
}

TEST_F(RegistrationRotationTest, ServesWhatIsTrustedUntilTheNewAuthorityIsPublished) {
  Replica replica(store_, clock_, sleeper_);
  ASSERT_TRUE(RunOnce(replica).ok());
  store_.Delete(kSecret);
  store_.Intercept(
      [](const kube::ApiRequest& request) { return IsWriteOfApiService(request) ? 503u : 0u; });
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(RunOnce(replica).ok());
  EXPECT_EQ(replica.served.size(), 1u);
  store_.Intercept(nullptr);
  ASSERT_TRUE(RunOnce(replica).ok());
  EXPECT_EQ(replica.served.size(), 1u);
  ASSERT_TRUE(RunOnce(replica).ok());
  EXPECT_EQ(replica.served.size(), 2u);
}

// Whether its authority is known there can then never be told.
TEST_F(RegistrationRotationTest, ServesNoExpiredCertificateThoughAnApiServiceCannotBeRead) {
  Replica replica(store_, clock_, sleeper_);
  ASSERT_TRUE(RunOnce(replica).ok());
  store_.Intercept([](const kube::ApiRequest& request) {
    return request.method == "GET" && request.target == kV1 ? 403u : 0u;
  });
  clock_.Advance((kIssuedDays - 1) * kDayNs);
  for (int half_hours = 0; replica.served.size() < 2; ++half_hours) {
    ASSERT_LT(half_hours, 2 * 24);
    const std::string served = replica.served.back().certificate;
    ASSERT_TRUE(Trusted(served, BundleIn(store_.Get(kV1Beta1)), clock_.WallNs()).ok());
    RunOnce(replica).IgnoreError();
    clock_.Advance(kHourNs / 2);
  }
}

// A replica that has read the Secret and then stood still must not undo what others have published
// since.
TEST_F(RegistrationRotationTest, PublishesNoSecretThatIsOlderThanThePublishedOne) {
  Replica slow(store_, clock_, sleeper_);
  Replica quick(store_, clock_, sleeper_);
  ASSERT_TRUE(RunOnce(quick).ok());
  // What a third replica makes of it while the slow one stands still.
  FakeObjectStore others;
  Replica maker(others, clock_, sleeper_);
  ASSERT_TRUE(RunOnce(maker).ok());
  nlohmann::json damaged = store_.Get(kV1);
  damaged["spec"]["caBundle"] = "";
  store_.Put(kV1, damaged);  // so that there is something to write
  bool has_read = false;
  bool is_done = false;
  store_.Intercept([&](const kube::ApiRequest& request) {
    if (has_read && !is_done) {
      is_done = true;
      store_.Put(kSecret, others.Get(kSecret));
      store_.Put(kV1Beta1, others.Get(kV1Beta1));
      store_.Put(kV1, others.Get(kV1));
    }
    has_read = has_read || request.target == kSecret;
    return 0u;
  });
  ASSERT_TRUE(RunOnce(slow).ok());
  EXPECT_TRUE(is_done);
  for (const std::string& path : {kV1Beta1, kV1}) {
    EXPECT_EQ(BundleIn(store_.Get(path)), BundleIn(others.Get(path)));
  }
  EXPECT_EQ(slow.served.back().certificate, maker.served.back().certificate);
}

// Eight years of three replicas with an API server that fails now and then: what any of them
// serves is always trusted by the bundles that are published.
TEST_F(RegistrationRotationTest, IsTrustedThroughAllRotations) {
  std::mt19937 random(1);
  const auto chance = [&](int percent) {
    return std::uniform_int_distribution<int>(1, 100)(random) <= percent;
  };
  std::vector<std::unique_ptr<Replica>> replicas;
  for (int i = 0; i < 3; ++i) {
    replicas.push_back(std::make_unique<Replica>(store_, clock_, sleeper_));
    ASSERT_TRUE(RunOnce(*replicas.back()).ok());
  }
  store_.Intercept([&](const kube::ApiRequest&) { return chance(10) ? 503u : 0u; });
  const auto all_are_trusted = [&]() -> absl::Status {
    absl::Status trusted;
    for (const auto& replica : replicas) {
      for (const std::string& path : {kV1Beta1, kV1}) {
        trusted.Update(Trusted(replica->served.back().certificate, BundleIn(store_.Get(path)),
                               clock_.WallNs()));
      }
    }
    return trusted;
  };
  const int64_t start_ns = clock_.WallNs();
  std::set<std::string> bundles = {BundleIn(store_.Get(kV1))};
  size_t largest_bundle = 0;
  int64_t busy_until_ns = 0;
  while (clock_.WallNs() < start_ns + 8 * 365 * kDayNs) {
    const int64_t day = (clock_.WallNs() - start_ns) / kDayNs;
    const int writes = store_.writes();
    for (const auto& replica : replicas) {
      const auto before = std::pair(store_.writes(), replica->served.size());
      (void)RunOnce(*replica);
      if (before == std::pair(store_.writes(), replica->served.size())) continue;
      const absl::Status trusted = all_are_trusted();
      ASSERT_TRUE(trusted.ok()) << trusted.ToString() << " on day " << day;
      const std::string bundle = BundleIn(store_.Get(kV1));
      bundles.insert(bundle);
      largest_bundle = std::max(largest_bundle, ParseCertificates(bundle)->size());
    }
    const absl::Status trusted = all_are_trusted();
    ASSERT_TRUE(trusted.ok()) << trusted.ToString() << " on day " << day;
    // Short steps while something happens, long ones else.
    if (store_.writes() != writes) busy_until_ns = clock_.WallNs() + 2 * kDayNs;
    clock_.Advance(clock_.WallNs() < busy_until_ns ? 2 * kHourNs : 10 * kDayNs);
  }
  EXPECT_EQ(largest_bundle, 2u);
  EXPECT_EQ(bundles.size(), 3u) << "the first authority, both, the second";
  EXPECT_GE(replicas[0]->served.size(), 11u);
  EXPECT_LE(replicas[0]->served.size(), 14u) << "each for two thirds of a year";
}

}  // namespace
}  // namespace kubegauge::apiservice::registration_testing
