#include "scraper/scrape_state_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <memory>
#include <sstream>
#include <string>

#include "tests/fakes/manual_clock.h"

namespace kubegauge::scraper {
namespace {

using ::kubegauge::testing::ManualClock;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr int64_t kMinuteNs = int64_t{60} * 1'000'000'000;

class ScrapeStateLogTest : public ::testing::Test {
 protected:
  ScrapeStateLogTest() {
    log_.set_level(spdlog::level::debug);
    log_.set_pattern("%l %v");
  }

  std::string Fail(const absl::Status& status) {
    state_.Failed(target_, status);
    return Logged();
  }
  std::string Succeed() {
    state_.Scraped(target_);
    return Logged();
  }
  std::string Logged() {
    std::string text = logged_.str();
    logged_.str("");
    return text;
  }

  ManualClock clock_;
  std::ostringstream logged_;
  spdlog::logger log_{"", std::make_shared<spdlog::sinks::ostream_sink_mt>(logged_)};
  KubeletTarget target_{.node = "a", .host = "h", .port = 1, .ready = true};
  ScrapeStateLog state_{log_, clock_};
};

TEST_F(ScrapeStateLogTest, LogsAKubeletThatFailsAndWorksByTurnsOnceAMinute) {
  const absl::Status damage = absl::DataLossError("damaged");
  EXPECT_THAT(Succeed(), IsEmpty());
  EXPECT_THAT(Fail(damage), StartsWith("error Kubelet cannot be scraped node=a"));
  EXPECT_THAT(Succeed(), StartsWith("info Kubelet is scraped again node=a"));
  for (int i = 0; i < 3; ++i) {
    clock_.Advance(kMinuteNs / 4);
    EXPECT_THAT(Fail(damage), IsEmpty());
    EXPECT_THAT(Succeed(), IsEmpty()) << "as of no failure";
  }
  clock_.Advance(kMinuteNs / 4);
  EXPECT_THAT(Fail(damage), HasSubstr("damaged"));
}

TEST_F(ScrapeStateLogTest, LogsAnotherFailureOnceTheMinuteIsOver) {
  EXPECT_THAT(Fail(absl::UnavailableError("refused")), HasSubstr("refused"));
  EXPECT_THAT(Fail(absl::DataLossError("damaged")), IsEmpty());
  clock_.Advance(kMinuteNs);
  EXPECT_THAT(Fail(absl::DataLossError("damaged")), HasSubstr("damaged"));
  EXPECT_THAT(Succeed(), HasSubstr("again"));
}

TEST_F(ScrapeStateLogTest, FailuresOfANodeThatIsNotReadyHoldBackNoError) {
  target_.ready = false;
  EXPECT_THAT(Fail(absl::UnavailableError("refused")), StartsWith("debug"));
  target_.ready = true;
  EXPECT_THAT(Fail(absl::UnavailableError("refused")), StartsWith("error"));
}

TEST_F(ScrapeStateLogTest, WritesTheBeginningOfALongError) {
  const std::string line = Fail(absl::DataLossError("begins" + std::string(1'000'000, 'x')));
  EXPECT_THAT(line, AllOf(HasSubstr("begins"), SizeIs(::testing::Lt(1100))));
}

}  // namespace
}  // namespace kubegauge::scraper
