// Watches, of which metrics-server has none: the events that a client of any Kubernetes API
// expects.

#include "apiservice/watch_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "apiservice/metrics_handler.h"
#include "tests/apiservice/exchange.h"
#include "tests/apiservice/recorded_cluster.h"
#include "tests/apiservice/run_awaitable.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/manual_sleeper.h"

namespace kubegauge::apiservice {
namespace {

using ::kubegauge::testing::MakeRequest;
using ::kubegauge::testing::MakeSnapshot;
using ::kubegauge::testing::PodUsageLiteral;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Json = nlohmann::json;

constexpr int64_t kSecond = 1'000'000'000;
constexpr char kPods[] = "/apis/metrics.k8s.io/v1beta1/pods?watch=true";
constexpr char kBookmarks[] = "&allowWatchBookmarks=true";

// `name`, which is its label too, has to stay.
PodUsageLiteral Pod(std::string_view name, int64_t timestamp) {
  return {
      "ns", std::string(name), {{"app", name}}, {{"c", {1'000'000, 1 << 20, timestamp * kSecond}}}};
}

std::shared_ptr<const scraper::Snapshot> State(const std::vector<PodUsageLiteral>& pods) {
  return MakeSnapshot({{"node", {}, {1, 1, kSecond}}}, pods);
}

class WatchTest : public ::testing::Test {
 protected:
  // Opens a watch; its clock moves only while it waits.
  Response Open(const std::string& target, const std::string& accept = "application/json") {
    const Request request = MakeRequest(target, {{"Accept", accept}});
    const RequestInfo info = ParseRequestInfo(request);
    const UserInfo user{.name = "admin"};
    return handler_.Handle({.request = request, .info = info, .user = user});
  }

  static std::string Next(Response& watch) {
    std::string part;
    ended_ = !testing::RunAwaitable(watch.events->Next(part));
    return part;
  }

  // The next events in brief: `ADDED a@1`, with the time of measurement.
  std::vector<std::string> Events(Response& watch) {
    std::vector<std::string> events;
    std::istringstream lines(Next(watch));
    for (std::string line; std::getline(lines, line);) {
      const Json event = Json::parse(line);
      const Json& object = event["object"];
      std::string text = event["type"];
      if (object["metadata"].contains("name")) {
        const int64_t sampled = testing::At(object["timestamp"].get<std::string>());
        text += " " + object["metadata"]["name"].get<std::string>() + "@" +
                std::to_string(sampled / kSecond);
      }
      if (object["metadata"].contains("annotations")) text += " initial-events-end";
      if (object["kind"] == "Status") text += " " + object["reason"].get<std::string>();
      events.push_back(text);
    }
    return events;
  }

  // The numbers that the next events of a watch in JSON say.
  static std::vector<std::string> Versions(Response& watch) {
    std::vector<std::string> versions;
    std::istringstream lines(Next(watch));
    for (std::string line; std::getline(lines, line);) {
      versions.push_back(Json::parse(line)["object"]["metadata"]["resourceVersion"]);
    }
    return versions;
  }

  static inline bool ended_ = false;
  testing::ManualClock clock_;
  testing::ManualSleeper sleeper_{clock_};
  PublishedSnapshot published_{State({Pod("a", 1), Pod("b", 1)})};
  MetricsHandler handler_{published_, clock_, nullptr, {.max_watches = 3, .sleeper = &sleeper_}};
};

TEST_F(WatchTest, TellsTheStateThenWhatChanges) {
  Response watch = Open(kPods);
  EXPECT_THAT(Events(watch), ElementsAre("ADDED a@1", "ADDED b@1"));
  sleeper_.OnSleep([&](auto) { published_.Set(State({Pod("b", 1), Pod("c", 2)})); });
  EXPECT_THAT(Events(watch), ElementsAre("DELETED a@1", "MODIFIED b@1", "ADDED c@2"))
      << "b has another record of labels";
  EXPECT_FALSE(ended_);
}

TEST_F(WatchTest, SaysNothingOfObjectsThatWereNotMeasuredAgain) {
  const auto first = published_.Get();
  Response watch = Open(kPods);
  Events(watch);
  int sleeps = 0;
  sleeper_.OnSleep([&](auto) {
    // The same records and points in another snapshot, then a newer point of a.
    if (++sleeps == 1) {
      published_.Set(std::make_shared<const scraper::Snapshot>(
          std::make_shared<const scraper::Catalog>(first->catalog()), first->points(),
          first->places()));
    }
    if (sleeps == 5) published_.Set(State({Pod("a", 9), Pod("b", 1)}));
  });
  EXPECT_THAT(Events(watch), ElementsAre("MODIFIED a@9", "MODIFIED b@1"));
  EXPECT_EQ(sleeps, 5);
}

// The pod's own time is that of its oldest container.
TEST_F(WatchTest, TellsOfAPodWhoseOldestContainerAloneWasNotMeasuredAgain) {
  using Containers = decltype(PodUsageLiteral::containers);
  const auto usage = [](int64_t timestamp) {
    return testing::UsageLiteral{1'000'000, 1 << 20, timestamp * kSecond};
  };
  const auto first =
      MakeSnapshot({{"node", {}, {}}}, {{"ns", "p", {}, {{"a", usage(100)}, {"b", usage(98)}}}});
  const std::pair<Containers, std::vector<std::string>> kCases[] = {
      {{{"a", usage(112)}, {"b", usage(98)}}, {"MODIFIED p@98"}},
      {{{"b", usage(98)}}, {"MODIFIED p@98"}},
      {{{"a", usage(100)}, {"b", usage(98)}, {"c", usage(112)}}, {"MODIFIED p@98"}},
      {{{"a", usage(100)}, {"b", usage(98)}}, {}},
  };
  for (const auto& [containers, events] : kCases) {
    published_.Set(first);
    Response watch = Open(kPods + std::string("&timeoutSeconds=3"));
    EXPECT_THAT(Events(watch), ElementsAre("ADDED p@98"));
    const auto next = MakeSnapshot({{"node", {}, {}}}, {{"ns", "p", {}, containers}});
    sleeper_.OnSleep([&](auto) {
      // The record of the pod stays, so that only its points tell.
      published_.Set(std::make_shared<const scraper::Snapshot>(
          std::make_shared<const scraper::Catalog>(first->catalog()), next->points(),
          first->places()));
    });
    EXPECT_EQ(Events(watch), events);
    sleeper_.OnSleep(nullptr);
  }
}

TEST_F(WatchTest, IsBoundToItsSelectorsAndNamespace) {
  const std::pair<std::string, std::vector<std::string>> kCases[] = {
      {"&labelSelector=app%3Db", {"ADDED b@1"}},
      {"&fieldSelector=metadata.name%3Da", {"ADDED a@1"}},
  };
  for (const auto& [query, events] : kCases) {
    Response watch = Open(kPods + query);
    EXPECT_EQ(Events(watch), events) << query;
  }
  Response one = Open(
      "/apis/metrics.k8s.io/v1beta1/namespaces/ns/pods?watch=1&fieldSelector=metadata.name%3Db");
  EXPECT_THAT(Events(one), ElementsAre("ADDED b@1"));
  Response node = Open("/apis/metrics.k8s.io/v1/nodes?watch=true");
  EXPECT_THAT(Events(node), ElementsAre("ADDED node@1"));
}

TEST_F(WatchTest, GoesOnFromTheNewestStateAndNoOther) {
  Response first = Open(std::string(kPods) + kBookmarks);
  const std::string version = Versions(first).back();
  Response second = Open(kPods + ("&resourceVersion=" + version));
  sleeper_.OnSleep([&](auto) { published_.Set(State({Pod("a", 2)})); });
  EXPECT_THAT(Events(second), ElementsAre("MODIFIED a@2", "DELETED b@1"));
  Response late = Open(kPods + ("&resourceVersion=" + version));
  EXPECT_THAT(Events(late), ElementsAre("ERROR Expired"));
  EXPECT_TRUE(ended_);
}

// Their client would not learn of what it missed: never of a pod that is gone.
TEST_F(WatchTest, GoesOnFromNoEventButTheLastOfAState) {
  published_.Set(State({Pod("a", 1), Pod("b", 1), Pod("c", 1)}));
  const char* const kViews[] = {"application/json", "application/json;as=Table;v=v1;g=meta.k8s.io"};
  for (const char* view : kViews) {
    Response watch = Open(kPods, view);
    std::vector<std::string> versions = Versions(watch);
    sleeper_.OnSleep([&](auto) { published_.Set(State({Pod("b", 2), Pod("d", 2)})); });
    const std::vector<std::string> changes = Versions(watch);  // DELETED, MODIFIED, DELETED, ADDED
    ASSERT_EQ(versions.size(), 3u);
    ASSERT_EQ(changes.size(), 4u);
    versions.insert(versions.end(), changes.begin(), changes.end());
    EXPECT_TRUE(std::is_sorted(versions.begin(), versions.end()));
    for (size_t i = 0; i + 1 < versions.size(); ++i) {
      Response cut = Open(kPods + ("&resourceVersion=" + versions[i]));
      EXPECT_THAT(Events(cut), ElementsAre("ERROR Expired")) << view << i;
    }
    sleeper_.OnSleep([&](auto) { published_.Set(State({Pod("b", 3), Pod("d", 2)})); });
    Response whole = Open(kPods + ("&resourceVersion=" + versions.back()));
    EXPECT_THAT(Events(whole), ElementsAre("MODIFIED b@3", "MODIFIED d@2")) << view;
    sleeper_.OnSleep(nullptr);
    Response bookmarked = Open(std::string(kPods) + kBookmarks);
    const std::string last = Versions(bookmarked).back();
    EXPECT_THAT(Versions(bookmarked), ElementsAre(last)) << "a bookmark where nothing changes";
    published_.Set(State({Pod("a", 1), Pod("b", 1), Pod("c", 1)}));
  }
}

TEST_F(WatchTest, GoesOnFromTheOnlyEventOfAState) {
  const std::string one = "&fieldSelector=metadata.name%3Da";
  Response watch = Open(kPods + one);
  const std::vector<std::string> versions = Versions(watch);
  ASSERT_EQ(versions.size(), 1u);
  Response next = Open(kPods + one + "&resourceVersion=" + versions[0]);
  sleeper_.OnSleep([&](auto) { published_.Set(State({Pod("a", 2)})); });
  EXPECT_THAT(Events(next), ElementsAre("MODIFIED a@2"));
}

TEST_F(WatchTest, MarksTheEndOfTheInitialEventsForWhoAsks) {
  const std::string initial = "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan";
  Response watch = Open(kPods + initial + kBookmarks);
  EXPECT_THAT(Events(watch), ElementsAre("ADDED a@1", "ADDED b@1", "BOOKMARK initial-events-end"));
}

TEST_F(WatchTest, SendsABookmarkAMinuteWhereAllowed) {
  Response watch = Open(std::string(kPods) + kBookmarks);
  Events(watch);
  const int64_t begin = clock_.MonotonicNs();
  EXPECT_THAT(Next(watch), HasSubstr(R"({"type":"BOOKMARK","object":{"kind":"PodMetrics",)"
                                     R"("apiVersion":"metrics.k8s.io/v1beta1","metadata":)"
                                     R"({"resourceVersion":)"));
  EXPECT_EQ(clock_.MonotonicNs() - begin, 60 * kSecond);
}

TEST_F(WatchTest, EndsWhenItsTimeIsUp) {
  Response watch = Open(kPods + std::string("&timeoutSeconds=3"));
  Events(watch);
  const int64_t begin = clock_.MonotonicNs();
  EXPECT_EQ(Next(watch), "");
  EXPECT_TRUE(ended_);
  EXPECT_EQ(clock_.MonotonicNs() - begin, 3 * kSecond);

  Response by_default = Open(kPods);
  Events(by_default);
  const int64_t second_begin = clock_.MonotonicNs();
  EXPECT_EQ(Next(by_default), "");
  EXPECT_GE(clock_.MonotonicNs() - second_begin, 1800 * kSecond);
  EXPECT_LE(clock_.MonotonicNs() - second_begin, 3600 * kSecond);
}

TEST_F(WatchTest, LargeStatesComeInPartsAndTheNewestFollows) {
  std::vector<std::string> names;
  for (int i = 0; i < 1000; ++i) names.push_back("p" + std::to_string(1000 + i));
  std::vector<PodUsageLiteral> pods;
  for (const std::string& name : names) pods.push_back(Pod(name, 1));
  published_.Set(State(pods));
  Response watch = Open(kPods);
  size_t added = Events(watch).size();
  EXPECT_LT(added, 1000u);
  published_.Set(State({Pod("a", 3)}));
  published_.Set(State({Pod("a", 4)}));
  while (added < 1000) added += Events(watch).size();
  std::vector<std::string> rest = Events(watch);
  EXPECT_EQ(rest.front(), "ADDED a@4") << "the state between is not told";
}

TEST_F(WatchTest, RowsOfATableSayTheirColumnsOnce) {
  Response watch = Open(kPods, "application/json;as=Table;v=v1;g=meta.k8s.io");
  std::istringstream lines(Next(watch));
  std::string first;
  std::string second;
  std::getline(lines, first);
  std::getline(lines, second);
  EXPECT_EQ(Json::parse(first)["object"]["columnDefinitions"].size(), 4u);
  EXPECT_TRUE(Json::parse(second)["object"]["columnDefinitions"].is_null());
  EXPECT_EQ(Json::parse(second)["object"]["rows"][0]["cells"], Json({"b", "1m", "1Mi", "15s"}));
}

TEST_F(WatchTest, ProtobufEventsStandInFrames) {
  Response watch = Open(kPods, "application/vnd.kubernetes.protobuf");
  EXPECT_EQ(watch.headers.front().second, "application/vnd.kubernetes.protobuf;stream=watch");
  const std::string events = Next(watch);
  size_t frames = 0;
  for (size_t at = 0; at < events.size(); ++frames) {
    const auto byte = [&](size_t i) { return static_cast<unsigned char>(events[at + i]); };
    const size_t size = byte(0) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3);
    ASSERT_LE(at + 4 + size, events.size());
    EXPECT_EQ(events.substr(at + 4, 7),
              "\x0a\x05"
              "ADDED");
    EXPECT_NE(events.substr(at + 4, size).find(std::string("k8s\0", 4)), std::string::npos);
    at += 4 + size;
  }
  EXPECT_EQ(frames, 2u);
}

TEST_F(WatchTest, TooManyWatchesAreRefusedUntilOneEnds) {
  std::vector<Response> watches;
  for (int i = 0; i < 3; ++i) watches.push_back(Open(kPods));
  const Response refused = Open(kPods);
  EXPECT_EQ(refused.status, 429u);
  EXPECT_THAT(refused.body, HasSubstr("\"retryAfterSeconds\":1"));
  watches.pop_back();
  EXPECT_EQ(Open(kPods).status, 200u);
}

}  // namespace
}  // namespace kubegauge::apiservice
