#include "kube/leader_election.h"

#include <spdlog/sinks/ostream_sink.h>

#include <boost/asio/detached.hpp>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <utility>

#include "tests/kube/kube_api_fixture.h"
#include "tests/kube/recorded_events.h"

namespace kubegauge::kube {
namespace {

using kubegauge::testing::ConstantRandom;
using kubegauge::testing::KubeApiTest;
using kubegauge::testing::RecordedEvents;
using nlohmann::json;
using std::chrono::nanoseconds;
using ::testing::ElementsAre;
using namespace std::chrono_literals;

constexpr const char* kLeases = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";
constexpr const char* kLease = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/hpa";

// An API server with one Lease, which takes a write only with the resourceVersion of the last.
class LeaderElectionTest : public KubeApiTest {
 protected:
  LeaderElectionTest() {
    Answer(std::string("GET ") + kLease, [this](const ApiRequest&) {
      if (failure_) return *failure_;
      if (!lease_)
        return Failure(404, "NotFound", R"(leases.coordination.k8s.io \"hpa\" not found)");
      return Json(lease_->dump());
    });
    Answer(std::string("POST ") + kLeases, [this](const ApiRequest& request) {
      if (failure_) return *failure_;
      if (lease_) return Failure(409, "AlreadyExists", "there is one");
      lease_ = json::parse(request.body);
      (*lease_)["metadata"]["uid"] = "u-1";
      return Stored(201);
    });
    Answer(std::string("PUT ") + kLease, [this](const ApiRequest& request) {
      if (failure_) return *failure_;
      json written = json::parse(request.body);
      if (written["metadata"]["resourceVersion"] != (*lease_)["metadata"]["resourceVersion"]) {
        return Failure(409, "Conflict", "the object has been modified");
      }
      lease_ = std::move(written);
      return Stored(200);
    });
  }

  Script Stored(unsigned status) {
    (*lease_)["metadata"]["resourceVersion"] = std::to_string(++version_);
    writes_.push_back((*lease_)["spec"]["holderIdentity"].get<std::string>());
    return Json(lease_->dump(), status);
  }
  void HoldBy(const std::string& holder, int seconds = 15, int transitions = 3) {
    lease_ = {{"kind", "Lease"},
              {"metadata",
               {{"name", "hpa"},
                {"labels", {{"a", "b"}}},
                {"uid", "u-1"},
                {"resourceVersion", std::to_string(++version_)}}},
              {"spec",
               {{"holderIdentity", holder},
                {"leaseDurationSeconds", seconds},
                {"acquireTime", "2000-01-01T00:00:00.000000Z"},
                {"renewTime", "2000-01-01T00:00:00.000000Z"},
                {"leaseTransitions", transitions}}}};
  }
  // What another that is alive does.
  void RenewByOther() {
    (*lease_)["spec"]["renewTime"] = "t" + std::to_string(++version_);
    (*lease_)["metadata"]["resourceVersion"] = std::to_string(version_);
  }
  LeaderElectionOptions Options(std::string identity) {
    return {.name = "hpa", .identity = std::move(identity)};
  }
  nanoseconds Now() const { return nanoseconds(clock_.MonotonicNs()) - 1s; }

  std::optional<json> lease_;
  std::optional<Script> failure_;  // of every request
  int version_ = 0;
  std::vector<std::string> writes_;  // the holders that were written
  RecordedEvents events_;
  std::ostringstream log_;
  spdlog::logger logger_{"test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log_)};
  LeaderElector me_{server_, clock_, sleeper_, random_, &events_, logger_, Options("me")};
};

TEST_F(LeaderElectionTest, CreatesTheLease) {
  EXPECT_FALSE(me_.IsLeader());
  Run(me_.Acquire());
  EXPECT_TRUE(me_.IsLeader());
  EXPECT_EQ(me_.Leader(), "me");
  EXPECT_THAT(Requests(),
              ElementsAre(std::string("GET ") + kLease, std::string("POST ") + kLeases));
  EXPECT_EQ(json::parse(server_.requests().back().body), json::parse(R"({
    "apiVersion":"coordination.k8s.io/v1","kind":"Lease",
    "metadata":{"name":"hpa","namespace":"kube-system"},
    "spec":{"holderIdentity":"me","leaseDurationSeconds":15,"leaseTransitions":0,
      "acquireTime":"2023-11-14T22:13:20.000000Z","renewTime":"2023-11-14T22:13:20.000000Z"}})"));
  EXPECT_THAT(events_.lines(),
              ElementsAre("Normal LeaderElection kube-system/hpa: me became leader"));
  EXPECT_EQ(events_.last_involved().kind, "Lease");
  EXPECT_EQ(events_.last_involved().api_version, "coordination.k8s.io/v1");
  EXPECT_EQ(events_.last_involved().uid, "u-1");
}

TEST_F(LeaderElectionTest, WaitsUntilALeaseHasNotChangedForItsDuration) {
  HoldBy("other");
  sleeper_.OnSleep([&](nanoseconds) {
    if (Now() < 20s) RenewByOther();
  });
  Run(me_.Acquire());
  EXPECT_EQ(Now(), 32500ms) << "it was renewed last at 19.5 s, and 2 s are made up for";
  EXPECT_EQ((*lease_)["spec"]["leaseTransitions"], 4);
  EXPECT_EQ((*lease_)["metadata"]["labels"]["a"], "b") << "what else it says stays";
}

TEST_F(LeaderElectionTest, WaitsWithJitterButNotBeyondTheEndOfTheLease) {
  HoldBy("other", 5);
  ConstantRandom random(0.5);
  LeaderElector me(server_, clock_, sleeper_, random, nullptr, logger_, Options("me"));
  Run(me.Acquire());
  EXPECT_THAT(sleeper_.slept(), ElementsAre(800ms, 800ms, 800ms, 800ms, 800ms, 800ms, 200ms));
}

TEST_F(LeaderElectionTest, TakesAReleasedLeaseAtOnce) {
  HoldBy("", 15);
  Run(me_.Acquire());
  EXPECT_THAT(sleeper_.slept(), ElementsAre());
  EXPECT_EQ((*lease_)["spec"]["leaseTransitions"], 4);
}

TEST_F(LeaderElectionTest, OfTwoThatClaimTheSameLeaseOneGetsIt) {
  HoldBy("gone", 1);
  LeaderElector you(server_, clock_, sleeper_, random_, nullptr, logger_, Options("you"));
  int leaders = 0;
  const auto acquire = [&](LeaderElector& elector) -> boost::asio::awaitable<void> {
    co_await elector.Acquire();
    ++leaders;
    io_.stop();
  };
  boost::asio::co_spawn(io_, acquire(me_), boost::asio::use_future);
  boost::asio::co_spawn(io_, acquire(you), boost::asio::use_future);
  io_.run();
  EXPECT_EQ(leaders, 1);
  EXPECT_NE(me_.IsLeader(), you.IsLeader());
  EXPECT_EQ(writes_.size(), 1U);
}

TEST_F(LeaderElectionTest, RenewsWithOneWriteEachRetryPeriod) {
  Run(me_.Acquire());
  const size_t before = server_.requests().size();
  sleeper_.OnSleep([&](nanoseconds) {
    EXPECT_EQ(me_.IsLeader(), Now() < 28s);
    if (Now() >= 20s) failure_ = Script{.failure = absl::UnavailableError("refused")};
  });
  EXPECT_FALSE(Run(me_.Hold()).ok());
  for (size_t i = before; i < before + 9; ++i) EXPECT_EQ(server_.requests()[i].method, "PUT");
  EXPECT_EQ((*lease_)["spec"]["acquireTime"], "2023-11-14T22:13:20.000000Z");
  EXPECT_EQ((*lease_)["spec"]["renewTime"], "2023-11-14T22:13:38.000000Z");
  EXPECT_EQ((*lease_)["spec"]["leaseTransitions"], 0);
}

TEST_F(LeaderElectionTest, TellsWhenItIsRenewedAfterAFailure) {
  Run(me_.Acquire());
  sleeper_.OnSleep([&](nanoseconds) {
    const bool away = (Now() >= 4s && Now() < 8s) || Now() >= 20s;
    failure_.reset();
    if (away) failure_ = Script{.failure = absl::UnavailableError("refused")};
  });
  std::vector<nanoseconds> recoveries;
  EXPECT_FALSE(Run(me_.Hold([&] { recoveries.push_back(Now()); })).ok());
  EXPECT_THAT(recoveries, ElementsAre(8s));
}

TEST_F(LeaderElectionTest, LosesAtTheRenewDeadline) {
  Run(me_.Acquire());
  failure_ = Script{.failure = absl::UnavailableError("refused")};
  const absl::Status why = Run(me_.Hold());
  EXPECT_EQ(Now(), 10s);
  EXPECT_FALSE(me_.IsLeader());
  EXPECT_TRUE(absl::IsDeadlineExceeded(why));
  EXPECT_EQ(std::string(why.message()),
            "lost the lease kube-system/hpa: not renewed for 10s: refused");
  EXPECT_THAT(events_.lines(),
              ElementsAre("Normal LeaderElection kube-system/hpa: me became leader",
                          "Normal LeaderElection kube-system/hpa: me stopped leading"));
}

TEST_F(LeaderElectionTest, LeadsNoLongerThanTheDeadlineEvenIfNothingRuns) {
  Run(me_.Acquire());
  clock_.Advance(nanoseconds(10s).count() - 1);
  EXPECT_TRUE(me_.IsLeader());
  clock_.Advance(1);
  EXPECT_FALSE(me_.IsLeader());
  EXPECT_FALSE(Run(me_.Hold()).ok()) << "and does not win it back by itself";
  EXPECT_FALSE(me_.IsLeader());
  Run(me_.Acquire());
  EXPECT_TRUE(me_.IsLeader());
}

// Whoever is told of the loss is well, and a candidate is.
TEST_F(LeaderElectionTest, IsUnwellOnceItHasNotNoticedForLongThatItsLeaseExpired) {
  EXPECT_EQ(me_.CheckRenewals(20s), absl::OkStatus());
  Run(me_.Acquire());
  clock_.Advance(nanoseconds(35s).count());
  EXPECT_EQ(me_.CheckRenewals(20s), absl::OkStatus()) << "the lease of 15 s, and 20 s";
  clock_.Advance(1);
  EXPECT_EQ(me_.CheckRenewals(20s),
            absl::DeadlineExceededError("failed election to renew leadership on lease hpa"));
  EXPECT_FALSE(Run(me_.Hold()).ok());
  EXPECT_EQ(me_.CheckRenewals(20s), absl::OkStatus());
  Run(me_.Acquire());
  EXPECT_EQ(me_.CheckRenewals(20s), absl::OkStatus());
}

TEST_F(LeaderElectionTest, ARenewalThatIsAnsweredTooLateDoesNotCount) {
  Run(me_.Acquire());
  Answer(std::string("PUT ") + kLease, [this](const ApiRequest& request) {
    clock_.Advance(nanoseconds(9s).count());
    lease_ = json::parse(request.body);
    return Stored(200);
  });
  EXPECT_FALSE(Run(me_.Hold()).ok());
  EXPECT_EQ(Now(), 11s);
  EXPECT_FALSE(me_.IsLeader());
}

TEST_F(LeaderElectionTest, RequestsOfALeaderEndWithItsTime) {
  Run(me_.Acquire());
  failure_ = Script{.failure = absl::UnavailableError("refused")};
  EXPECT_FALSE(Run(me_.Hold()).ok());
  EXPECT_EQ(server_.requests()[0].timeout, 5s);
  EXPECT_EQ(server_.requests()[2].timeout, 5s) << "8 s are left";
  EXPECT_EQ(server_.requests().back().timeout, 2s);
}

TEST_F(LeaderElectionTest, AnotherHolderEndsLeadershipAtOnce) {
  Run(me_.Acquire());
  HoldBy("other");
  const absl::Status why = Run(me_.Hold());
  EXPECT_EQ(Now(), 2s);
  EXPECT_FALSE(me_.IsLeader());
  EXPECT_EQ(me_.Leader(), "other");
  EXPECT_EQ(std::string(why.message()), "lost the lease kube-system/hpa: it is held by other");
  EXPECT_THAT(writes_, ElementsAre("me"));
}

TEST_F(LeaderElectionTest, SomebodyElsesWriteToItsLeaseDoesNotUnseatTheLeader) {
  Run(me_.Acquire());
  sleeper_.OnSleep([&](nanoseconds) {
    if (Now() == 2s) (*lease_)["metadata"]["resourceVersion"] = std::to_string(++version_);
    if (Now() >= 20s) failure_ = Script{.status = 500};
  });
  EXPECT_FALSE(Run(me_.Hold()).ok());
  EXPECT_EQ(Now(), 28s) << "renewed last at 18 s";
}

TEST_F(LeaderElectionTest, ADeletedLeaseIsMadeAnew) {
  Run(me_.Acquire());
  sleeper_.OnSleep([&](nanoseconds) {
    if (Now() == 2s) lease_.reset();
    if (Now() >= 10s) failure_ = Script{.status = 500};
  });
  Answer(std::string("PUT ") + kLease,
         [](const ApiRequest&) { return Failure(404, "NotFound", "gone"); });
  EXPECT_FALSE(Run(me_.Hold()).ok());
  EXPECT_THAT(writes_, ElementsAre("me", "me"));
}

TEST_F(LeaderElectionTest, ReleasesWhatItHolds) {
  Run(me_.Acquire());
  clock_.Advance(nanoseconds(1s).count());
  (*lease_)["metadata"]["resourceVersion"] = std::to_string(++version_);
  Run(me_.Release());
  EXPECT_FALSE(me_.IsLeader());
  EXPECT_EQ((*lease_)["spec"], json::parse(R"({
    "holderIdentity":"","leaseDurationSeconds":1,"leaseTransitions":0,
    "acquireTime":"2023-11-14T22:13:21.000000Z","renewTime":"2023-11-14T22:13:21.000000Z"})"));
  LeaderElector you(server_, clock_, sleeper_, random_, nullptr, logger_, Options("you"));
  Run(you.Acquire());
  EXPECT_EQ(Now(), 1s) << "without waiting";
  EXPECT_EQ((*lease_)["spec"]["leaseTransitions"], 1);
}

// A renewal that was overtaken by the release was once followed by another claim.
TEST_F(LeaderElectionTest, DoesNotTakeTheLeaseAgainOnceItIsReleased) {
  Run(me_.Acquire());
  const auto write = answers_[std::string("PUT ") + kLease];
  bool overtaken = false;
  Answer(std::string("PUT ") + kLease, [&](ApiRequest request) {
    if (!std::exchange(overtaken, true)) {
      boost::asio::co_spawn(io_, me_.Release(), boost::asio::detached);
      while (io_.poll() > 0) continue;
    }
    return write(request);
  });
  Run(me_.Hold()).IgnoreError();
  EXPECT_EQ((*lease_)["spec"]["holderIdentity"], "");
  EXPECT_FALSE(me_.IsLeader());
}

TEST_F(LeaderElectionTest, GivesBackWhatItGetsAfterItsRelease) {
  const std::string create = std::string("POST ") + kLeases;
  const auto write = answers_[create];
  Answer(create, [&](ApiRequest request) {
    boost::asio::co_spawn(io_, me_.Release(), boost::asio::detached);
    while (io_.poll() > 0) continue;
    return write(request);
  });
  Run(me_.Acquire());
  EXPECT_THAT(writes_, ElementsAre("me", ""));
  EXPECT_FALSE(me_.IsLeader());
}

TEST_F(LeaderElectionTest, DoesNotReleaseWhatAnotherHolds) {
  Run(me_.Acquire());
  HoldBy("other");
  Run(me_.Release());
  EXPECT_EQ((*lease_)["spec"]["holderIdentity"], "other");
  EXPECT_FALSE(me_.IsLeader());
}

TEST_F(LeaderElectionTest, TellsOnceWhyItCannotLead) {
  failure_ = Failure(403, "Forbidden", "leases is forbidden");
  sleeper_.OnSleep([&](nanoseconds) {
    if (Now() >= 20s) failure_.reset();
  });
  Run(me_.Acquire());
  const std::string log = log_.str();
  const size_t told = log.find("lease=kube-system/hpa error=\"leases is forbidden\"");
  ASSERT_NE(told, std::string::npos);
  EXPECT_EQ(log.find("leases is forbidden", told + 40), std::string::npos);
}

TEST_F(LeaderElectionTest, GivesUpReleasingWhenTheServerFails) {
  Run(me_.Acquire());
  for (const absl::Status& error :
       {absl::UnavailableError("refused"), absl::AbortedError("broke")}) {
    failure_ = Script{.failure = error};
    Run(me_.Release());
    EXPECT_FALSE(me_.IsLeader());
  }
}

TEST(LeaderElectionOptionsTest, AreChecked) {
  const LeaderElectionOptions good{.name = "hpa", .identity = "me"};
  EXPECT_TRUE(CheckLeaderElectionOptions(good).ok());
  const struct {
    void (*change)(LeaderElectionOptions&);
    const char* error;
  } cases[] = {
      {[](LeaderElectionOptions& o) { o.renew_deadline = 15s; },
       "leaseDuration must be greater than renewDeadline"},
      {[](LeaderElectionOptions& o) { o.lease_duration = 10900ms, o.renew_deadline = 10s; },
       "leaseDuration must be greater than renewDeadline"},
      {[](LeaderElectionOptions& o) { o.retry_period = 9s; },
       "renewDeadline must be greater than retryPeriod*JitterFactor"},
      {[](LeaderElectionOptions& o) { o.lease_duration = 999ms; },
       "leaseDuration must be at least one second"},
      {[](LeaderElectionOptions& o) { o.renew_deadline = 0s; },
       "renewDeadline must be greater than zero"},
      {[](LeaderElectionOptions& o) { o.retry_period = 0s; },
       "retryPeriod must be greater than zero"},
      {[](LeaderElectionOptions& o) { o.identity = ""; }, "Lock identity is empty"},
      {[](LeaderElectionOptions& o) { o.name = ""; }, "the lease needs a name and a namespace"},
  };
  for (const auto& c : cases) {
    LeaderElectionOptions options = good;
    c.change(options);
    EXPECT_EQ(std::string(CheckLeaderElectionOptions(options).message()), c.error);
  }
}

}  // namespace
}  // namespace kubegauge::kube
