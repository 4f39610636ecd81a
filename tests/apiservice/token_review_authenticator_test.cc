#include "apiservice/token_review_authenticator.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "tests/apiservice/review_fixture.h"
#include "tests/apiservice/run_awaitable.h"

namespace kubegauge::apiservice {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ReviewFixture;
using testing::RunAwaitable;

class TokenReviewTest : public ::testing::Test, protected ReviewFixture {
 protected:
  absl::StatusOr<std::optional<UserInfo>> Authenticate(const std::string& token = "s3cret") {
    return RunAwaitable(authenticator_.AuthenticateToken(token));
  }

  TokenReviewAuthenticator authenticator_{transport, log};
};

TEST_F(TokenReviewTest, AsksAsUpstreamDoes) {
  answer = [](const kube::ApiRequest&) {
    return Reviewed(R"({"authenticated":true,
      "user":{"username":"system:serviceaccount:d:sa","uid":"u-1",
              "groups":["system:serviceaccounts","system:authenticated"],
              "extra":{"authentication.kubernetes.io/pod-name":["p"]}},
      "audiences":["https://kubernetes.default.svc"]})");
  };
  const auto user = Authenticate("a\"<b");
  ASSERT_TRUE(user.ok() && user->has_value()) << user.status().ToString();
  EXPECT_EQ((*user)->name, "system:serviceaccount:d:sa");
  EXPECT_EQ((*user)->uid, "u-1");
  EXPECT_THAT((*user)->groups, ElementsAre("system:serviceaccounts", "system:authenticated"));
  ASSERT_EQ((*user)->extra.size(), 1u);
  EXPECT_EQ((*user)->extra[0].first, "authentication.kubernetes.io/pod-name");
  EXPECT_THAT((*user)->extra[0].second, ElementsAre("p"));

  ASSERT_EQ(client.requests().size(), 1u);
  const kube::ApiRequest& sent = client.requests()[0];
  EXPECT_EQ(sent.method, "POST");
  EXPECT_EQ(sent.target, "/apis/authentication.k8s.io/v1/tokenreviews");
  EXPECT_EQ(sent.content_type, "application/json");
  EXPECT_EQ(sent.accept, "application/json, */*");
  EXPECT_EQ(sent.timeout, milliseconds(10'000));
  EXPECT_EQ(sent.body, R"({"kind":"TokenReview","apiVersion":"authentication.k8s.io/v1",)"
                       R"("metadata":{"creationTimestamp":null},"spec":{"token":"a\"\u003cb"},)"
                       R"("status":{"user":{}}})");
}

TEST_F(TokenReviewTest, TellsInvalidTokensFromErrors) {
  struct Row {
    const char* status;
    const char* outcome;
  };
  const Row rows[] = {
      {R"({"authenticated":false})", "nobody"},
      {R"({})", "nobody"},
      {R"({"authenticated":"true","user":{"username":"x"}})", "nobody"},
      {R"({"error":"token has expired"})", "token has expired"},
      {R"({"error":"no s3cret here"})",
       "the API server's message repeats the token, so it is not "
       "shown"},
  };
  for (const Row& row : rows) {
    answer = [&](const kube::ApiRequest&) { return Reviewed(row.status); };
    const auto user = Authenticate();
    EXPECT_EQ(user.ok() ? "nobody" : std::string(user.status().message()), row.outcome);
  }
}

TEST_F(TokenReviewTest, RepeatsPassingFailuresWithGrowingWaits) {
  int attempts = 0;
  answer = [&](const kube::ApiRequest&) {
    switch (++attempts) {
      case 1:
        return Broken(absl::AbortedError("connection reset by peer"));
      case 2:
        return Refused(500, "etcd is away");
      case 3:
        return Refused(429, "slow down");
      case 4:
        return Broken(absl::DeadlineExceededError("timed out"));
      default:
        return Reviewed(R"({"authenticated":true,"user":{"username":"jane"}})");
    }
  };
  const auto user = Authenticate();
  ASSERT_TRUE(user.ok() && user->has_value()) << user.status().ToString();
  // 500 ms × 1.5ⁿ, each longer by half of 20%.
  EXPECT_THAT(
      sleeper.slept(),
      ElementsAre(std::chrono::microseconds(550'000), std::chrono::microseconds(825'000),
                  std::chrono::microseconds(1'237'500), std::chrono::microseconds(1'856'250)));
}

TEST_F(TokenReviewTest, GivesUpAfterFiveAttemptsAndSaysWhyWithoutTheToken) {
  answer = [](const kube::ApiRequest&) { return Refused(500, "cannot decode s3cret"); };
  const auto user = Authenticate();
  EXPECT_FALSE(user.ok());
  EXPECT_EQ(client.requests().size(), 5u);
  EXPECT_THAT(user.status().ToString(), Not(HasSubstr("s3cret")));
  EXPECT_THAT(logged.str(), HasSubstr("Cannot ask the API server whose a bearer token is"));
  EXPECT_THAT(logged.str(), Not(HasSubstr("s3cret")));
}

TEST_F(TokenReviewTest, LogsNowAndThenThatItCannotAsk) {
  answer = [](const kube::ApiRequest&) { return Refused(403, "forbidden"); };
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(Authenticate().ok());
  EXPECT_EQ(std::ranges::count(logged.str(), '\n'), 1);
}

TEST_F(TokenReviewTest, TakesTenSecondsForAllAttemptsTogether) {
  answer = [&](const kube::ApiRequest& request) {
    clock.Advance(std::chrono::nanoseconds(request.timeout).count());
    return Broken(absl::DeadlineExceededError("timed out"));
  };
  const int64_t start_ns = clock.MonotonicNs();
  EXPECT_FALSE(Authenticate().ok());
  EXPECT_EQ(client.requests().size(), 1u);
  EXPECT_EQ(clock.MonotonicNs() - start_ns, 10'000'000'000);
}

TEST_F(TokenReviewTest, WaitsAsLongAsAnOverloadedServerAsks) {
  int attempts = 0;
  answer = [&](const kube::ApiRequest&) {
    if (++attempts > 3) return Reviewed(R"({"authenticated":true,"user":{"username":"jane"}})");
    testing::ScriptedApiClient::Script busy = Refused(attempts == 1 ? 429 : 503, "slow down");
    busy.headers = {{"retry-after", "2"}};
    return busy;
  };
  const auto user = Authenticate();
  ASSERT_TRUE(user.ok() && user->has_value()) << user.status().ToString();
  using std::chrono::seconds;
  EXPECT_THAT(sleeper.slept(), ElementsAre(seconds(2), seconds(2), seconds(2)));
}

// Else all later requests with this token would wait along.
TEST_F(TokenReviewTest, DoesNotWaitAnHourBecauseAServerAsksIt) {
  answer = [](const kube::ApiRequest&) {
    testing::ScriptedApiClient::Script busy = Refused(429, "slow down");
    busy.headers = {{"retry-after", "3600"}};
    return busy;
  };
  const int64_t start_ns = clock.MonotonicNs();
  EXPECT_FALSE(Authenticate().ok());
  EXPECT_LE(clock.MonotonicNs() - start_ns, 10'000'000'000);
}

TEST_F(TokenReviewTest, DoesNotRepeatWhatWillNotPass) {
  for (const unsigned status : {400u, 401u, 403u, 404u, 422u}) {
    const size_t before = client.requests().size();
    answer = [&](const kube::ApiRequest&) {
      return Refused(status, "tokenreviews.authentication.k8s.io is forbidden");
    };
    const auto user = Authenticate();
    EXPECT_EQ(std::string(user.status().message()),
              "tokenreviews.authentication.k8s.io is forbidden");
    EXPECT_EQ(client.requests().size(), before + 1) << status;
  }
  answer = [](const kube::ApiRequest&) {
    return testing::ScriptedApiClient::Script{
        .status = 200, .headers = {}, .body = "<html>", .chunks = {}};
  };
  EXPECT_THAT(Authenticate().status().ToString(), HasSubstr("not a review in JSON"));
}

}  // namespace
}  // namespace kubegauge::apiservice
