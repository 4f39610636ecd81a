#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <set>
#include <sstream>
#include <string>

#include "kube/object_cache.h"
#include "kube/pod_meta_cache.h"
#include "kube/reflector.h"
#include "tests/fakes/constant_random.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/pending_sleeper.h"
#include "tests/fakes/restarting_api.h"

namespace kubegauge::kube {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int64_t kMs = 1'000'000;

class ReflectorRenewalTest : public ::testing::Test {
 protected:
  void Start() {
    boost::asio::co_spawn(io_, reflector_.Run(), boost::asio::detached);
    io_.poll();
  }
  // As a process does that waits for long.
  void PassWaits(int waits) {
    for (int i = 0; i < waits; ++i) {
      sleeper_.PassToNext();
      io_.poll();
    }
  }
  std::set<std::string> Names() const {
    std::set<std::string> names;
    for (const ObjectMetaRef& meta : cache_.Objects()) names.emplace(meta->name());
    return names;
  }

  boost::asio::io_context io_{1};
  testing::ManualClock clock_;
  testing::PendingSleeper sleeper_{clock_};
  testing::ConstantRandom random_;
  testing::RestartingApi api_{{"a"}};
  std::ostringstream log_;
  spdlog::logger logger_{"test", std::make_shared<spdlog::sinks::ostream_sink_st>(log_)};
  ObjectCache<ObjectMetaKind> cache_;
  Reflector reflector_{
      {.name = "h", .path = "/horizontalpodautoscalers", .list_accept = "L", .watch_accept = "W"},
      cache_,
      {api_, clock_, sleeper_, random_, logger_}};
};

TEST_F(ReflectorRenewalTest, IsRenewedByItsFirstList) {
  EXPECT_FALSE(reflector_.renewed());
  Start();
  EXPECT_TRUE(reflector_.renewed());
}

TEST_F(ReflectorRenewalTest, EndsAPauseAndGrowsTheNextOnesFromTheStart) {
  Start();
  api_.GoAway();
  io_.poll();
  PassWaits(10);
  api_.ComeBack({"a"}, /*forgets=*/false);
  api_.requests.clear();
  io_.poll();
  EXPECT_THAT(api_.requests, IsEmpty());

  api_.GoAway();
  reflector_.Renew();
  io_.poll();
  const int64_t began_ns = clock_.MonotonicNs();
  api_.ComeBack({"b"}, /*forgets=*/false);
  PassWaits(1);
  EXPECT_EQ(clock_.MonotonicNs() - began_ns, 800 * kMs);
  EXPECT_EQ(api_.requests.size(), 1u);
  EXPECT_THAT(Names(), ElementsAre("b"));
}

TEST_F(ReflectorRenewalTest, BeginsAnewAWatchThatIsDead) {
  Start();
  api_.Change({"b"});
  api_.requests.clear();
  io_.poll();
  EXPECT_THAT(Names(), ElementsAre("a"));

  reflector_.Renew();
  EXPECT_FALSE(reflector_.renewed());
  io_.poll();
  EXPECT_THAT(Names(), ElementsAre("b"));
  EXPECT_THAT(api_.requests, ElementsAre(HasSubstr("resourceVersion=1&")));
  EXPECT_FALSE(reflector_.renewed());  // more may come
  clock_.Advance(249 * kMs);
  EXPECT_FALSE(reflector_.renewed());
  clock_.Advance(1 * kMs);
  EXPECT_TRUE(reflector_.renewed());
  EXPECT_EQ(log_.str(), "");
}

TEST_F(ReflectorRenewalTest, IsRenewedByAWatchThatIsNeverQuiet) {
  Start();
  reflector_.Renew();
  io_.poll();
  for (int i = 0; i < 19; ++i) {
    clock_.Advance(100 * kMs);
    api_.TellBookmark();
    io_.poll();
    EXPECT_FALSE(reflector_.renewed()) << i;
  }
  clock_.Advance(100 * kMs);
  api_.TellBookmark();
  io_.poll();
  EXPECT_TRUE(reflector_.renewed());
}

TEST_F(ReflectorRenewalTest, IsRenewedByAListWhereItsVersionIsForgotten) {
  Start();
  api_.GoAway();
  io_.poll();
  api_.ComeBack({"b"}, /*forgets=*/true);
  reflector_.Renew();
  io_.poll();
  EXPECT_FALSE(reflector_.renewed());
  EXPECT_THAT(Names(), ElementsAre("a"));
  PassWaits(1);
  EXPECT_TRUE(reflector_.renewed());
  EXPECT_THAT(Names(), ElementsAre("b"));
}

}  // namespace
}  // namespace kubegauge::kube
