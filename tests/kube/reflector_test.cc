#include "kube/reflector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/kube/reflector_harness.h"

namespace kubegauge::kube {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ObjectSpec;
using testing::ReflectorHarness;

ObjectSpec Pod(const std::string& name, const std::string& version, const std::string& value) {
  return {
      .namespace_name = "ns", .name = name, .resource_version = version, .labels = {{"v", value}}};
}

size_t Count(std::string_view text, std::string_view part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

constexpr char kWatchFrom[] =
    "/p?allowWatchBookmarks=true&resourceVersion={}&timeoutSeconds=300&watch=true";
std::string WatchFrom(int version) { return fmt::format(kWatchFrom, version); }

class ReflectorTest : public ::testing::TestWithParam<WireFormat> {
 protected:
  std::string Event(std::string_view type, const ObjectSpec& spec) const {
    return harness_.encoder.Event(type, spec);
  }
  std::string Bookmark(const std::string& version) const {
    return Event("BOOKMARK", {.resource_version = version});
  }

  ReflectorHarness harness_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Formats, ReflectorTest,
                         ::testing::Values(WireFormat::kProtobuf, WireFormat::kJson),
                         [](const auto& format) {
                           return format.param == WireFormat::kProtobuf ? "Protobuf" : "Json";
                         });

TEST_P(ReflectorTest, ListsInPagesThenWatches) {
  EXPECT_FALSE(harness_.cache.synced());
  harness_.Run({harness_.List("7", "to=k/1", {Pod("a", "1", "1"), Pod("b", "2", "1")}),
                harness_.List("7", "token2", {Pod("c", "3", "1")}),
                harness_.List("7", "", {Pod("d", "4", "1")}), harness_.Watch({Bookmark("9")}),
                harness_.Watch({Bookmark("10")})});
  EXPECT_THAT(harness_.targets,
              ElementsAre("/p?limit=500&resourceVersion=0", "/p?continue=to%3Dk%2F1&limit=500",
                          "/p?continue=token2&limit=500", WatchFrom(7), WatchFrom(9)));
  EXPECT_EQ(harness_.requests[0].accept, "L");
  EXPECT_EQ(harness_.requests[3].accept, "W");
  EXPECT_THAT(harness_.served[2], ElementsAre());
  EXPECT_THAT(harness_.served[3], ElementsAre("a=1", "b=1", "c=1", "d=1"));
  EXPECT_TRUE(harness_.cache.synced());
  EXPECT_EQ(harness_.changes, 1);
  EXPECT_THAT(harness_.slept, ElementsAre());
}

TEST_P(ReflectorTest, ListsInOnePieceWhenTheListExpiresBetweenPages) {
  harness_.Run({harness_.List("7", "t", {Pod("a", "1", "1")}),
                harness_.Error(410, "Expired", "The provided continue parameter is too old"),
                harness_.List("8", "", {Pod("b", "1", "1")}), harness_.Watch({Bookmark("8")})});
  EXPECT_THAT(harness_.targets,
              ElementsAre("/p?limit=500&resourceVersion=0", "/p?continue=t&limit=500",
                          "/p?resourceVersion=0", WatchFrom(8)));
  EXPECT_THAT(harness_.Names(), ElementsAre("b=1"));
  EXPECT_EQ(harness_.changes, 1);
}

TEST_P(ReflectorTest, WaitsWhenAListGoesOnWhereItBegan) {
  harness_.Run({harness_.List("7", "t", {}), harness_.List("7", "t", {}),
                harness_.List("8", "", {Pod("b", "1", "1")}), harness_.Watch({Bookmark("9")})});
  EXPECT_THAT(harness_.targets,
              ElementsAre("/p?limit=500&resourceVersion=0", "/p?continue=t&limit=500",
                          "/p?limit=500&resourceVersion=0", WatchFrom(8)));
  EXPECT_THAT(harness_.log, HasSubstr("says to continue where it began"));
  EXPECT_EQ(harness_.slept.size(), 1u);
}

TEST_P(ReflectorTest, WaitsWhenListsExpireAgainAndAgain) {
  const auto expired = harness_.Error(410, "Expired", "The provided continue parameter is too old");
  const auto page = harness_.List("7", "t", {});
  harness_.Run({page, expired, page, expired, page, expired, page, expired,
                harness_.List("8", "", {}), harness_.Watch({Bookmark("9")})});
  EXPECT_EQ(harness_.targets.size(), 10u);
  EXPECT_EQ(harness_.slept.size(), 1u);
}

TEST_P(ReflectorTest, FollowsEventsAndGoesOnFromTheLastVersion) {
  harness_.Run({harness_.List("7", "", {Pod("a", "1", "1"), Pod("b", "2", "1")}),
                harness_.Watch({Event("ADDED", Pod("c", "8", "1")),
                                Event("MODIFIED", Pod("a", "9", "2")) +
                                    Event("DELETED", Pod("b", "10", "1"))}),
                harness_.Watch({Event("MODIFIED", Pod("a", "11", "2")), Bookmark("20")}),
                harness_.Watch({Bookmark("21")})});
  EXPECT_THAT(harness_.targets, ElementsAre("/p?limit=500&resourceVersion=0", WatchFrom(7),
                                            WatchFrom(10), WatchFrom(20)));
  EXPECT_THAT(harness_.Names(), ElementsAre("a=2", "c=1"));
  // The list, the first chunk and the second; what came later changed nothing.
  EXPECT_EQ(harness_.changes, 3);
  EXPECT_EQ(harness_.cache.version(), 3u);
}

TEST_P(ReflectorTest, ListsAnewAsOneChangeWhenItsVersionExpired) {
  const std::deque<ReflectorHarness::Script> expiries = {
      harness_.Watch({Event("ADDED", Pod("c", "8", "1")),
                      harness_.encoder.ErrorEvent(410, "Expired", "too old resource version: 8")}),
      harness_.Error(410, "Expired", "too old resource version: 8 (40)"),
      harness_.Watch({harness_.encoder.ErrorEvent(0, "Gone", "")})};
  for (const auto& expiry : expiries) {
    ReflectorHarness harness(GetParam());
    std::string told;
    harness.cache.SetHandlers(
        {.added = [&](const auto& pod) { told += fmt::format("+{} ", pod->name()); },
         .updated =
             [&](const auto& before, const auto& after) {
               told += fmt::format("{}:{}>{} ", after->name(), before->FindLabel("v"),
                                   after->FindLabel("v"));
             },
         .deleted = [&](const auto& pod) { told += fmt::format("-{} ", pod->name()); }});
    harness.Run({harness.List("7", "", {Pod("a", "1", "1")}),
                 harness.Watch({Event("ADDED", Pod("b", "8", "1"))}), expiry,
                 harness.List("50", "t", {Pod("b", "40", "2")}),
                 harness.List("50", "", {Pod("d", "45", "1")}), harness.Watch({Bookmark("51")})});
    EXPECT_EQ(harness.targets[3], "/p?resourceVersion=8");
    EXPECT_EQ(harness.targets[4], "/p?continue=t");
    EXPECT_THAT(harness.served[4], harness.served[3]);  // the old contents, whole
    EXPECT_TRUE(harness.served[4].contains("a=1"));
    EXPECT_THAT(harness.Names(), ElementsAre("b=2", "d=1"));
    EXPECT_THAT(told, HasSubstr("-a "));
    EXPECT_THAT(told, HasSubstr("b:1>2 "));
    EXPECT_THAT(told, HasSubstr("+d "));
    EXPECT_THAT(harness.slept, ElementsAre(800ms));
    EXPECT_THAT(harness.log, Not(HasSubstr("error")));
  }
}

TEST_P(ReflectorTest, ListsTheLatestWhenTheServerCannotListItsVersion) {
  for (const auto& refusal :
       {harness_.Error(410, "Expired", "x"),
        harness_.Error(504, "Timeout", "Too large resource version: 7, current: 5")}) {
    ReflectorHarness harness(GetParam());
    harness.Run({harness.List("7", "", {Pod("a", "1", "1")}),
                 harness.Error(410, "Expired", "too old resource version"), refusal,
                 harness.List("5", "", {Pod("b", "1", "1")}), harness.Watch({Bookmark("5")})});
    EXPECT_THAT(harness.targets, ElementsAre("/p?limit=500&resourceVersion=0", WatchFrom(7),
                                             "/p?resourceVersion=7", "/p?limit=500", WatchFrom(5)));
    EXPECT_THAT(harness.Names(), ElementsAre("b=1"));
  }
}

TEST_P(ReflectorTest, LosesNothingWhenAWatchBreaksWithinAFrame) {
  const std::string event = Event("ADDED", Pod("c", "9", "1"));
  for (const absl::Status& end : {absl::OkStatus(), absl::AbortedError("connection reset")}) {
    ReflectorHarness harness(GetParam());
    harness.Run(
        {harness.List("7", "", {Pod("a", "1", "1")}),
         harness.Watch(
             {Event("ADDED", Pod("b", "8", "1")) + event.substr(0, 20), event.substr(20, 5)}, end),
         harness.Watch({event}), harness.Watch({Bookmark("10")})});
    EXPECT_THAT(harness.targets, ElementsAre("/p?limit=500&resourceVersion=0", WatchFrom(7),
                                             WatchFrom(8), WatchFrom(9)));
    EXPECT_THAT(harness.served[2], ElementsAre("a=1", "b=1"));
    EXPECT_THAT(harness.Names(), ElementsAre("a=1", "b=1", "c=1"));
    EXPECT_THAT(harness.slept, ElementsAre(800ms));
    EXPECT_EQ(harness.log, "");
  }
}

TEST_P(ReflectorTest, KeepsItsContentsThroughTenMinutesWithoutServer) {
  std::deque<ReflectorHarness::Script> answers = {harness_.List("7", "", {Pod("a", "1", "1")})};
  constexpr int kFailures = 24;
  for (int i = 0; i < kFailures; ++i) answers.push_back(ReflectorHarness::Unreachable());
  answers.push_back(harness_.Watch({Event("ADDED", Pod("b", "8", "1"))}));
  answers.push_back(harness_.Watch({Bookmark("9")}));
  harness_.Run(std::move(answers));

  for (size_t i = 1; i <= kFailures; ++i) {
    EXPECT_EQ(harness_.targets[i], WatchFrom(7)) << "it must not list again";
    EXPECT_THAT(harness_.served[i], ElementsAre("a=1"));
  }
  EXPECT_THAT(harness_.Names(), ElementsAre("a=1", "b=1"));
  ASSERT_EQ(harness_.slept.size(), size_t{kFailures});
  EXPECT_THAT(std::vector(harness_.slept.begin(), harness_.slept.begin() + 8),
              ElementsAre(800ms, 1600ms, 3200ms, 6400ms, 12800ms, 25600ms, 30s, 30s));
  EXPECT_GT(harness_.clock.MonotonicNs(), std::chrono::nanoseconds(9min).count());
  EXPECT_EQ(Count(harness_.log, "error Cannot follow"), 1u);
  EXPECT_EQ(Count(harness_.log, "info Follows objects of the API server again"), 1u);
}

TEST_P(ReflectorTest, WaitsLongerByItsJitter) {
  ReflectorHarness harness(GetParam(), 0.5);
  harness.Run({harness.Unreachable(), harness.Unreachable(), harness.List("7", "", {}),
               harness.Watch({Bookmark("8")})});
  EXPECT_THAT(harness.slept, ElementsAre(1200ms, 2400ms));
  EXPECT_THAT(harness.targets[3], HasSubstr("timeoutSeconds=450"));
}

TEST_P(ReflectorTest, EndsAWatchThatGoesSilent) {
  harness_.Run({harness_.List("7", "", {Pod("a", "1", "1")}),
                harness_.Watch({Event("ADDED", Pod("b", "8", "1"))},
                               absl::DeadlineExceededError("nothing came")),
                harness_.Watch({Bookmark("8")})});
  EXPECT_THAT(harness_.targets,
              ElementsAre("/p?limit=500&resourceVersion=0", WatchFrom(7), WatchFrom(8)));
  // Two reads of the list; then of the watch, where bookmarks come each minute.
  EXPECT_THAT(std::vector(harness_.patiences.begin(), harness_.patiences.begin() + 4),
              ElementsAre(60s, 60s, 150s, 150s));
  EXPECT_THAT(harness_.Names(), ElementsAre("a=1", "b=1"));
}

TEST_P(ReflectorTest, WaitsForAServerWithoutBookmarksNoLongerEachTime) {
  const auto silent = harness_.Watch({}, absl::DeadlineExceededError("nothing came"));
  harness_.Run({harness_.List("7", "", {Pod("a", "1", "1")}), silent, silent, silent, silent,
                silent, silent});
  EXPECT_EQ(harness_.targets.back(), WatchFrom(7));
  EXPECT_THAT(harness_.slept, ElementsAre(800ms, 800ms, 800ms, 800ms, 800ms, 800ms));
  EXPECT_EQ(harness_.log, "");
}

TEST_P(ReflectorTest, SaysThatItFollowsAgainWhereAServerWithoutBookmarksIsSilent) {
  harness_.Run({harness_.List("7", "", {Pod("a", "1", "1")}),
                harness_.Error(403, "Forbidden", "pods is forbidden: User cannot watch"),
                harness_.Watch({}, absl::DeadlineExceededError("nothing came"))});
  EXPECT_EQ(Count(harness_.log, "Follows objects of the API server again"), 1u);
}

TEST_P(ReflectorTest, SaysOnceWhatToGrant) {
  const auto forbidden = harness_.Error(403, "Forbidden", "pods is forbidden: User cannot list");
  harness_.Run({forbidden, forbidden, forbidden, harness_.Error(404, "NotFound", "no such thing"),
                forbidden, harness_.List("7", "", {}), harness_.Watch({Bookmark("7")})});
  EXPECT_EQ(Count(harness_.log, "verbs get, list, watch on pods"), 2u);
  EXPECT_EQ(Count(harness_.log, "check that the API server serves /p"), 1u);
  EXPECT_EQ(Count(harness_.log, "Follows objects of the API server again"), 1u);
  EXPECT_THAT(harness_.log, HasSubstr("403 Forbidden: pods is forbidden"));
  EXPECT_TRUE(harness_.cache.synced());
}

TEST_P(ReflectorTest, HeedsRetryAfter) {
  auto busy = harness_.Error(429, "TooManyRequests", "later");
  busy.headers.emplace_back("retry-after", "17");
  auto absurd = harness_.Error(503, "ServiceUnavailable", "later");
  absurd.headers.emplace_back("retry-after", "86400");
  harness_.Run({harness_.List("7", "", {}), busy, harness_.Watch({Bookmark("8")}), absurd,
                harness_.Watch({Bookmark("9")})});
  EXPECT_THAT(harness_.slept, ElementsAre(17s, 10min));
}

TEST_P(ReflectorTest, BeginsItsWaitsAnewAfterTwoMinutes) {
  harness_.Run({harness_.Unreachable(), harness_.Unreachable(), harness_.List("7", "", {}),
                harness_.Watch({Bookmark("8")}, absl::DeadlineExceededError("silent")),
                harness_.Watch({Bookmark("9")})});
  EXPECT_THAT(harness_.slept, ElementsAre(800ms, 1600ms, 800ms));
}

TEST_P(ReflectorTest, LeavesOutOnlyWhatCannotBeRead) {
  harness_.Run(
      {harness_.List("7", "", {Pod("a", "1", "1"), Pod("", "2", "1"), Pod("c", "3", "1")}),
       harness_.Watch({Event("ADDED", Pod("", "8", "1")) + Event("ADDED", Pod("d", "9", "1"))}),
       harness_.Watch({Bookmark("9")})});
  EXPECT_THAT(harness_.Names(), ElementsAre("a=1", "c=1", "d=1"));
  EXPECT_EQ(harness_.targets.back(), WatchFrom(9));
  EXPECT_EQ(Count(harness_.log, "cannot be read and are left out resource=pods objects=1"), 2u);
}

// As behind a proxy that lets nothing last.
TEST_P(ReflectorTest, WaitsAfterWatchesThatEndAtOnceWithoutAChange) {
  harness_.Run({harness_.List("7", "", {Pod("a", "1", "1")}), harness_.Watch({Bookmark("7")}),
                harness_.Watch({Bookmark("8")}), harness_.Watch({Bookmark("8")}),
                harness_.Watch({Event("ADDED", Pod("b", "9", "1"))}),
                harness_.Watch({Bookmark("10")})});
  EXPECT_THAT(harness_.targets,
              ElementsAre("/p?limit=500&resourceVersion=0", WatchFrom(7), WatchFrom(7),
                          WatchFrom(8), WatchFrom(8), WatchFrom(9)));
  EXPECT_THAT(harness_.slept, ElementsAre(800ms, 1600ms));
  EXPECT_THAT(harness_.Names(), ElementsAre("a=1", "b=1"));
  EXPECT_EQ(harness_.log, "");
}

// The version might be what the server cannot stand, as after a restore of etcd.
TEST_P(ReflectorTest, ListsAnewAfterFiveFruitlessWatches) {
  const auto broken = harness_.Error(500, "InternalError", "etcdserver: mvcc");
  const auto garbage = harness_.Watch({"<html></html>\n"});
  const auto short_watch = harness_.Watch({});
  harness_.Run({harness_.List("7", "", {Pod("a", "1", "1")}), broken, garbage, short_watch, broken,
                garbage, harness_.List("8", "", {Pod("a", "1", "1")}),
                harness_.Watch({Bookmark("8")})});
  EXPECT_EQ(harness_.targets[5], WatchFrom(7));
  EXPECT_EQ(harness_.targets[6], "/p?resourceVersion=7");
  EXPECT_EQ(harness_.targets[7], WatchFrom(8));
  EXPECT_EQ(harness_.changes, 1);
}

TEST_P(ReflectorTest, IsNotSyncedByAListThatFailed) {
  auto cut_off = harness_.List("7", "", {Pod("a", "1", "1")});
  cut_off.chunks[0].resize(cut_off.chunks[0].size() / 2);
  harness_.Run({cut_off});
  EXPECT_FALSE(harness_.cache.synced());
  EXPECT_EQ(harness_.changes, 0);
  EXPECT_THAT(harness_.Names(), ElementsAre());
}

TEST_P(ReflectorTest, KeepsItsObjectsWhenAProxyAnswersForTheServer) {
  const auto json = [](std::string body) {
    return ReflectorHarness::Script{.headers = {{"content-type", "application/json"}},
                                    .chunks = {std::move(body)}};
  };
  harness_.Run({harness_.List("7", "", {Pod("a", "1", "1")}), harness_.Error(410, "Expired", "x"),
                json("{}"), json(R"({"message":"maintenance"})"),
                harness_.Body(harness_.encoder.Status(503, "", "x")), harness_.List("", "", {}),
                harness_.List("9", "", {Pod("b", "1", "1")})});
  for (size_t i = 2; i <= 6; ++i) EXPECT_THAT(harness_.served[i], ElementsAre("a=1")) << i;
  EXPECT_THAT(harness_.Names(), ElementsAre("b=1"));
}

TEST_P(ReflectorTest, GoesOnPagingWhereTheServerPages) {
  harness_.Run({harness_.List("7", "t", {}), harness_.List("7", "", {}),
                harness_.Error(410, "Expired", "x"), harness_.List("9", "", {}),
                harness_.Watch({Bookmark("9")})});
  EXPECT_EQ(harness_.targets[3], "/p?limit=500&resourceVersion=7");
}

}  // namespace
}  // namespace kubegauge::kube
