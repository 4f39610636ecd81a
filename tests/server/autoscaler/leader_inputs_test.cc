#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/logger.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "server/autoscaler/hpa_service.h"
#include "server/metrics/metrics_registry.h"
#include "tests/fakes/constant_random.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/pending_sleeper.h"
#include "tests/fakes/restarting_api.h"

namespace kubegauge::server {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Of a process that asks for a Lease: what it knows of the cluster when it begins to lead.
class LeaderInputsTest : public ::testing::Test {
 protected:
  void RunFor(std::chrono::nanoseconds duration) {
    const int64_t end_ns = clock_.MonotonicNs() + duration.count();
    io_.poll();
    while (clock_.MonotonicNs() < end_ns) {
      sleeper_.PassToNext();
      io_.poll();
    }
  }
  std::vector<std::string> RequestsWith(const std::string& part) const {
    std::vector<std::string> found;
    std::ranges::copy_if(api_.requests, std::back_inserter(found), [&](const std::string& request) {
      return request.find(part) != std::string::npos;
    });
    return found;
  }
  std::vector<std::string> StatusWrites() const { return RequestsWith("/status"); }

  static AutoscalerFlags FlagsOf() {
    AutoscalerFlags flags;
    flags.election.elect = true;
    return flags;
  }

  boost::asio::io_context io_{1};
  kubegauge::testing::ManualClock clock_;
  kubegauge::testing::PendingSleeper sleeper_{clock_};
  // The longest waits that there may be.
  kubegauge::testing::ConstantRandom random_{1.0};
  kubegauge::testing::RestartingApi api_{{"before"}};
  spdlog::logger log_{"silent"};
  MetricsRegistry registry_;
  HpaService service_{io_.get_executor(),
                      FlagsOf(),
                      {.client = api_,
                       .clock = clock_,
                       .sleeper = sleeper_,
                       .random = random_,
                       .log = log_,
                       .registry = registry_,
                       .identity = "me"}};
};

TEST_F(LeaderInputsTest, LeadsAgainOnlyOnWhatItHeardSinceAnOutage) {
  service_.Start();
  RunFor(5s);
  EXPECT_THAT(StatusWrites(), Not(IsEmpty()));
  EXPECT_THAT(StatusWrites(), Each(HasSubstr("/before/status")));

  api_.GoAway();
  RunFor(60s);
  EXPECT_FALSE(service_.leads());

  api_.requests.clear();
  api_.ComeBack({"since"}, /*forgets=*/true);
  RunFor(8s);
  EXPECT_TRUE(service_.leads());
  EXPECT_THAT(StatusWrites(), Not(IsEmpty()));
  EXPECT_THAT(StatusWrites(), Each(HasSubstr("/since/status")));
}

TEST_F(LeaderInputsTest, BeginsNoTermOnWhatADeadWatchSaid) {
  api_.HoldLeaseBy("another");
  service_.Start();
  RunFor(5s);
  EXPECT_FALSE(service_.leads());
  api_.Change({"since"});
  RunFor(20s);
  EXPECT_TRUE(service_.leads());
  EXPECT_THAT(StatusWrites(), Not(IsEmpty()));
  EXPECT_THAT(StatusWrites(), Each(HasSubstr("/since/status")));
}

TEST_F(LeaderInputsTest, WaitsForNoBackoffOnceItsLeaseIsRenewedAgain) {
  service_.Start();
  RunFor(5s);
  api_.GoAway();
  RunFor(5s);
  api_.requests.clear();
  api_.ComeBack({"since"}, /*forgets=*/false);
  RunFor(3s);
  EXPECT_TRUE(service_.leads());
  EXPECT_THAT(RequestsWith("/horizontalpodautoscalers?"), Not(IsEmpty()));
  EXPECT_THAT(RequestsWith("/pods?"), Not(IsEmpty()));
}

}  // namespace
}  // namespace kubegauge::server
