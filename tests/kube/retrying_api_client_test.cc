#include "kube/retrying_api_client.h"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <deque>

#include "kube/rate_limited_api_client.h"
#include "kube/retry_after.h"
#include "tests/fakes/constant_random.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/manual_sleeper.h"
#include "tests/fakes/scripted_api_client.h"

namespace kubegauge::kube {
namespace {

namespace asio = boost::asio;
using kubegauge::testing::ConstantRandom;
using kubegauge::testing::ManualClock;
using kubegauge::testing::ManualSleeper;
using kubegauge::testing::ScriptedApiClient;
using std::chrono::nanoseconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using namespace std::chrono_literals;
using Script = ScriptedApiClient::Script;

class RetryTest : public ::testing::Test {
 protected:
  template <class T>
  T Run(asio::awaitable<T> work) {
    io_.restart();
    auto result = asio::co_spawn(io_, std::move(work), asio::use_future);
    io_.run();
    return result.get();
  }
  // What the server gives in its order, the last of it for ever.
  void Answer(std::deque<Script> scripts) { scripts_ = std::move(scripts); }

  asio::io_context io_;
  ManualClock clock_;
  ManualSleeper sleeper_{clock_};
  ConstantRandom random_;
  std::deque<Script> scripts_;
  ScriptedApiClient server_{[this](const ApiRequest&) {
    Script script = scripts_.front();
    if (scripts_.size() > 1) scripts_.pop_front();
    return script;
  }};
  RetryingApiClient client_{server_, sleeper_};
};

Script Busy(unsigned status, std::string seconds) {
  return {.status = status, .headers = {{"retry-after", std::move(seconds)}}};
}

TEST(RetryAfter, IsANumberOfSeconds) {
  const std::vector<std::pair<std::string, std::optional<std::chrono::seconds>>> rows = {
      {"1", 1s},           {"0", 0s},   {"120", 120s}, {"", {}},
      {"-1", {}},          {"1.5", {}}, {"1 ", {}},    {"Wed, 21 Oct 2015 07:28:00 GMT", {}},
      {"99999999999", {}},
  };
  for (const auto& [text, seconds] : rows) {
    EXPECT_EQ(RetryAfter({.status = 429, .headers = {{"retry-after", text}}}), seconds) << text;
  }
  EXPECT_EQ(RetryAfter({}), std::nullopt);
}

TEST_F(RetryTest, WaitsAsTheServerAsksAndRepeats) {
  Answer({Busy(429, "1"), Busy(503, "3"), Script{.body = "done"}});
  const auto response = Run(client_.Send({.method = "POST", .target = "/a", .body = "b"}));
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->body, "done");
  EXPECT_THAT(sleeper_.slept(), ElementsAre(1s, 3s));
  ASSERT_THAT(server_.requests(), SizeIs(3));
  EXPECT_EQ(server_.requests()[2].body, "b");
}

TEST_F(RetryTest, GivesUpAfterTenRepeatsWithTheServersLastWord) {
  Answer({Busy(429, "1")});
  EXPECT_EQ(Run(client_.Send({.target = "/"}))->head.status, 429u);
  EXPECT_THAT(sleeper_.slept(), SizeIs(10));
  EXPECT_THAT(server_.requests(), SizeIs(11));
}

TEST_F(RetryTest, RepeatsNothingElse) {
  for (const Script& script : {Script{.status = 200}, Busy(200, "1"), Busy(404, "1"),
                               Script{.status = 429}, Script{.status = 500}, Busy(500, "soon"),
                               Busy(503, "61"), Script{.failure = absl::DeadlineExceededError("")},
                               Script{.failure = absl::UnavailableError("")}}) {
    Answer({script});
    const auto response = Run(client_.Send({.target = "/"}));
    EXPECT_EQ(response.ok(), script.failure.ok());
  }
  EXPECT_THAT(sleeper_.slept(), IsEmpty());
}

TEST_F(RetryTest, RepeatsReadingRequestsWhoseConnectionBroke) {
  const Script broken{.failure = absl::AbortedError("reset")};
  Answer({broken, Script{.body = "done"}});
  EXPECT_EQ(Run(client_.Send({.target = "/"}))->body, "done");
  EXPECT_THAT(sleeper_.slept(), ElementsAre(1s));
  Answer({broken});
  EXPECT_TRUE(absl::IsAborted(Run(client_.Send({.method = "POST", .target = "/"})).status()));
  EXPECT_THAT(sleeper_.slept(), SizeIs(1)) << "a POST may have been carried out";
}

TEST_F(RetryTest, RepeatsOpensLikewise) {
  Answer({Busy(429, "2"), Script{.failure = absl::AbortedError("reset")}, Script{.chunks = {"x"}}});
  auto stream = Run(client_.Open({.target = "/?watch=1"}));
  ASSERT_TRUE(stream.ok());
  EXPECT_EQ(*Run((*stream)->Read(1s)), "x");
  EXPECT_THAT(sleeper_.slept(), ElementsAre(2s, 1s));
}

TEST_F(RetryTest, SendsReviewsAgainUntilTheStepsAreUsedUp) {
  const ApiRequest review{.method = "POST", .target = "/tokenreviews"};
  const auto send = [&] {
    return Run(SendWithBackoff(server_, review, kReviewBackoff, sleeper_, random_));
  };
  Answer({Script{.failure = absl::AbortedError("")}, Script{.status = 500},
          Script{.failure = absl::DeadlineExceededError("")}, Busy(429, "9"),
          Script{.status = 201}});
  EXPECT_EQ(send()->head.status, 201u);
  EXPECT_THAT(sleeper_.slept(), ElementsAre(500ms, 750ms, 1125ms, 1687500us));
  Answer({Script{.status = 504}});
  EXPECT_EQ(send()->head.status, 504u);
  EXPECT_THAT(server_.requests(), SizeIs(10));
  for (const Script& final_word : {Script{.status = 403}, Script{.status = 503},
                                   Script{.failure = absl::UnavailableError("refused")}}) {
    Answer({final_word});
    send().status().IgnoreError();
  }
  EXPECT_THAT(server_.requests(), SizeIs(13));
}

TEST_F(RetryTest, ARateLimitDelaysWhatIsTooMuch) {
  Answer({Script{}});
  RateLimitedApiClient limited(server_, {.interval = 100ms, .burst = 2}, clock_, sleeper_);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(Run(limited.Send({.target = "/"})).ok());
  EXPECT_TRUE(Run(limited.Open({.target = "/"})).ok());
  EXPECT_THAT(sleeper_.slept(), ElementsAre(100ms, 100ms));
  clock_.Advance(nanoseconds(1s).count());
  EXPECT_TRUE(Run(limited.Send({.target = "/"})).ok());
  EXPECT_THAT(sleeper_.slept(), SizeIs(2));
}

TEST_F(RetryTest, TwoClientsMayHaveOneLimit) {
  Answer({Script{}});
  RateLimitedApiClient limited(server_, {.interval = 100ms, .burst = 2}, clock_, sleeper_);
  RateLimitedApiClient other(server_, limited);
  for (RateLimitedApiClient* client : {&limited, &other, &other, &limited}) {
    EXPECT_TRUE(Run(client->Send({.target = "/"})).ok());
  }
  EXPECT_THAT(sleeper_.slept(), ElementsAre(100ms, 100ms));
}

}  // namespace
}  // namespace kubegauge::kube
