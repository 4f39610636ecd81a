#include "server/cluster/account_token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "tests/fakes/constant_random.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/manual_sleeper.h"
#include "tests/fakes/scripted_api_client.h"

namespace kubegauge::server {
namespace {

using std::chrono::duration_cast;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using Script = testing::ScriptedApiClient::Script;

// Minutes pass only while the token sleeps; the test looks when it does.
class AccountTokenTest : public ::testing::Test {
 protected:
  Script Granted() {
    ++granted_;
    return {.status = 201,
            .body = nlohmann::json{{"kind", "TokenRequest"},
                                   {"spec", {{"expirationSeconds", life_s_}}},
                                   {"status", {{"token", "secret-" + std::to_string(granted_)}}}}
                        .dump()};
  }
  static Script Forbidden() {
    return {
        .status = 403,
        .headers = {{"content-type", "application/json"}},
        .body =
            R"({"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","code":403,)"
            R"("message":"serviceaccounts \"k\" is forbidden"})"};
  }

  // Lets `minutes` pass; calls `look` after each wait with the seconds that have passed.
  void Pass(int minutes, std::function<void(int64_t passed_s)> look = {}) {
    const int64_t began_ns = clock_.MonotonicNs();
    sleeper_.OnSleep([&](auto) {
      const int64_t passed_s = (clock_.MonotonicNs() - began_ns) / 1'000'000'000;
      if (look) look(passed_s);
      if (passed_s >= minutes * 60) io_.stop();
    });
    boost::asio::co_spawn(io_, token_.Run(), boost::asio::detached);
    io_.run();
  }

  // What a kubelet would be shown at this moment, or why nothing.
  std::string Shown() {
    std::string shown = "waits";
    boost::asio::io_context io{1};
    const auto get = [&]() -> boost::asio::awaitable<void> {
      const auto got = co_await token_.Get();
      shown = got.ok() ? **got : std::string(got.status().message());
    };
    boost::asio::co_spawn(io, get(), boost::asio::detached);
    io.run();
    return shown;
  }

  int granted_ = 0;
  int64_t life_s_ = 3600;
  bool refuses_ = false;
  std::ostringstream log_;
  spdlog::logger logger_{"test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log_)};
  testing::ManualClock clock_;
  testing::ManualSleeper sleeper_{clock_};
  testing::ConstantRandom random_;
  testing::ScriptedApiClient client_{
      [this](const auto&) { return refuses_ ? Forbidden() : Granted(); }};
  boost::asio::io_context io_{1};
  AccountToken token_{{"kube-system", "k"}, client_, clock_, sleeper_, random_, logger_};
};

TEST_F(AccountTokenTest, IsAskedOfTheApiServerForAnHour) {
  Pass(1);
  ASSERT_THAT(client_.requests(), SizeIs(1));
  const kube::ApiRequest& request = client_.requests()[0];
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/api/v1/namespaces/kube-system/serviceaccounts/k/token");
  EXPECT_EQ(nlohmann::json::parse(request.body)["spec"],
            (nlohmann::json{{"expirationSeconds", 3600}}));
  EXPECT_EQ(Shown(), "Bearer secret-1");
}

TEST_F(AccountTokenTest, IsRenewedAtFourFifthsOfTheLifeThatTheServerGave) {
  life_s_ = 1000;
  std::vector<int64_t> renewed_at;
  int seen = 1;
  Pass(30, [&](int64_t passed_s) {
    if (granted_ > std::exchange(seen, granted_)) renewed_at.push_back(passed_s / 100);
  });
  EXPECT_THAT(renewed_at, ElementsAre(8, 16));
}

TEST_F(AccountTokenTest, ServesToItsEndWhileThereIsNoNewOne) {
  bool served_near_its_end = false;
  Pass(70, [&](int64_t passed_s) {
    refuses_ = true;
    if (passed_s > 3500 && passed_s < 3590) served_near_its_end = Shown() == "Bearer secret-1";
  });
  EXPECT_TRUE(served_near_its_end);
  EXPECT_EQ(Shown(),
            "token of the service account kube-system/k: serviceaccounts \"k\" is forbidden");
}

TEST_F(AccountTokenTest, IsAskedForSoonAndThenEverMoreRarelyAfterAFailure) {
  refuses_ = true;
  Pass(10);
  std::vector<int64_t> waits;
  for (const auto wait : sleeper_.slept()) waits.push_back(duration_cast<seconds>(wait).count());
  waits.resize(10);
  EXPECT_THAT(waits, ElementsAre(0, 1, 2, 4, 8, 16, 32, 60, 60, 60));
}

TEST_F(AccountTokenTest, IsWaitedForUntilTheApiServerHasAnswered) {
  EXPECT_FALSE(client_.requests().size());
  std::optional<std::string> got;
  boost::asio::co_spawn(
      io_,
      [&]() -> boost::asio::awaitable<void> {
        const auto authorization = co_await token_.Get();
        got = authorization.ok() ? **authorization : "none";
      },
      boost::asio::detached);
  Pass(1);
  EXPECT_EQ(got, "Bearer secret-1");
}

TEST_F(AccountTokenTest, IsReplacedWhenRefusedButNotAgainAtOnce) {
  std::vector<std::string> shown;
  std::vector<int64_t> at_s;
  Pass(3, [&](int64_t passed_s) {
    if (shown.empty() || shown.back() != Shown()) {
      shown.push_back(Shown());
      at_s.push_back(passed_s);
    }
    token_.Refuse(Shown());
    token_.Refuse("Bearer of-somebody-else");
  });
  EXPECT_THAT(shown, ElementsAre("Bearer secret-1", "Bearer secret-2", "Bearer secret-3"));
  EXPECT_THAT(at_s, ElementsAre(10, 70, 130));
}

TEST_F(AccountTokenTest, IsNeverLogged) {
  Pass(60, [&](int64_t passed_s) { refuses_ = passed_s > 1000 && passed_s < 3300; });
  EXPECT_EQ(granted_, 2);
  EXPECT_THAT(log_.str(), HasSubstr("kube-system/k: serviceaccounts \"k\" is forbidden"));
  EXPECT_THAT(log_.str(), Not(HasSubstr("secret-")));
}

TEST_F(AccountTokenTest, IsNotToldInErrorsAboutWhatTheServerSays) {
  testing::ScriptedApiClient broken(
      [](const auto&) { return Script{.status = 201, .body = R"({"status":{"token":"secret-)"}; });
  AccountToken token({"a", "b"}, broken, clock_, sleeper_, random_, logger_);
  sleeper_.OnSleep([&](auto) { io_.stop(); });
  boost::asio::co_spawn(io_, token.Run(), boost::asio::detached);
  io_.run();
  EXPECT_THAT(log_.str(), HasSubstr("the API server answered no JSON object"));
  EXPECT_THAT(log_.str(), Not(HasSubstr("secret-")));
}

}  // namespace
}  // namespace kubegauge::server
