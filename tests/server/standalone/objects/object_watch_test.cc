#include "server/standalone/objects/object_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <sstream>

#include "tests/fakes/manual_sleeper.h"
#include "tests/server/standalone/objects/objects_fixture.h"

namespace kubegauge::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kLeases[] = "/apis/coordination.k8s.io/v1/namespaces/default/leases";

class ObjectWatchTest : public testing::ObjectsFixture {
 protected:
  // A watch of the query of `target`, for two seconds.
  std::unique_ptr<ObjectWatch> Watch(const std::string& target) {
    const auto request = testing::MakeRequest(target);
    const apiservice::RequestInfo info = apiservice::ParseRequestInfo(request);
    ObjectQuery query;
    EXPECT_EQ(ParseObjectQuery(request, info, leases_, query), std::nullopt);
    return std::make_unique<ObjectWatch>(
        ObjectWatchEnvironment{.store = store_, .clock = clock_, .sleeper = manual_sleeper_},
        ObjectView{
            .resource = leases_, .version = leases_.served.front(), .negotiated = negotiated_},
        std::move(query), std::chrono::seconds(2));
  }
  // The lines of all that a watch tells until it ends.
  std::vector<std::string> Lines(ObjectWatch& watch) {
    std::string all;
    bool goes_on = true;
    while (goes_on) {
      boost::asio::io_context context;
      auto next = boost::asio::co_spawn(context, watch.Next(all), boost::asio::use_future);
      context.run();
      goes_on = next.get();
    }
    std::vector<std::string> lines;
    std::istringstream stream(all);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
  }
  // "ADDED a", "MODIFIED b" and so on.
  std::vector<std::string> Events(ObjectWatch& watch) {
    std::vector<std::string> events;
    for (const std::string& line : Lines(watch)) {
      const Json event = Json::parse(line);
      events.push_back(event["type"].get<std::string>() + " " +
                       event["object"]["metadata"].value("name", ""));
    }
    return events;
  }
  void Make(const std::string& name, const std::string& label = "x") {
    Ok("POST", kLeases, Json({{"metadata", {{"name", name}, {"labels", {{"l", label}}}}}}).dump());
  }
  void Label(const std::string& name, const std::string& label) {
    Ok("PATCH", std::string(kLeases) + "/" + name,
       Json({{"metadata", {{"labels", {{"l", label}}}}}}).dump(), "application/merge-patch+json");
  }
  void Delete(const std::string& name) { Ok("DELETE", std::string(kLeases) + "/" + name); }

  const ResourceType& leases_ = ResourceTypeNamed("leases");
  apiservice::Negotiated negotiated_;
  testing::ManualSleeper manual_sleeper_{clock_};
};

TEST_F(ObjectWatchTest, TellsThePresentStateThenChanges) {
  Make("a");
  const auto watch = Watch("/apis/coordination.k8s.io/v1/leases?watch=true");
  int waits = 0;
  manual_sleeper_.OnSleep([&](auto) {
    if (++waits == 1) Make("b");
    if (waits == 2) Label("a", "y");
    if (waits == 3) Delete("a");
  });
  EXPECT_THAT(Events(*watch), ElementsAre("ADDED a", "ADDED b", "MODIFIED a", "DELETED a"));
}

TEST_F(ObjectWatchTest, GoesOnFromAVersion) {
  Make("a");
  const uint64_t known = store_.version();
  Make("b");
  Delete("a");
  const auto watch =
      Watch(std::string(kLeases) + "?watch=true&resourceVersion=" + std::to_string(known));
  const std::vector<std::string> lines = Lines(*watch);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_THAT(lines[0], HasSubstr(R"({"type":"ADDED","object":{"kind":"Lease","apiVersion":)"
                                  R"("coordination.k8s.io/v1","metadata":{"name":"b")"));
  EXPECT_THAT(lines[1], HasSubstr(R"("type":"DELETED")"));
  EXPECT_EQ(Json::parse(lines[1])["object"]["metadata"]["resourceVersion"],
            std::to_string(store_.version()));
}

TEST_F(ObjectWatchTest, TellsWhatTheSelectorSees) {
  Make("a", "no");
  Make("b", "yes");
  const auto watch = Watch(std::string(kLeases) + "?watch=true&labelSelector=l%3Dyes");
  int waits = 0;
  manual_sleeper_.OnSleep([&](auto) {
    if (++waits == 1) Label("a", "yes");
    if (waits == 2) Label("b", "no");
    if (waits == 3) Delete("b");
  });
  EXPECT_THAT(Events(*watch), ElementsAre("ADDED b", "ADDED a", "DELETED b"));
}

TEST_F(ObjectWatchTest, SaysThatAVersionIsForgotten) {
  for (const char* version : {"1", "99999999"}) {
    const auto watch =
        Watch(std::string(kLeases) + "?watch=true&resourceVersion=" + std::string(version));
    const std::vector<std::string> lines = Lines(*watch);
    ASSERT_EQ(lines.size(), 1u);
    const Json event = Json::parse(lines[0]);
    EXPECT_EQ(event["type"], "ERROR");
    EXPECT_EQ(event["object"]["code"], 410);
    EXPECT_EQ(event["object"]["reason"], "Expired");
    EXPECT_EQ(event["object"]["message"], "too old resource version: " + std::string(version) +
                                              " (" + std::to_string(store_.version()) + ")");
  }
}

TEST_F(ObjectWatchTest, MarksTheEndOfTheInitialEvents) {
  Make("a");
  const auto watch = Watch(std::string(kLeases) +
                           "?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
                           "&allowWatchBookmarks=true");
  const std::vector<std::string> lines = Lines(*watch);
  ASSERT_EQ(lines.size(), 2u);
  const Json bookmark = Json::parse(lines[1]);
  EXPECT_EQ(bookmark["type"], "BOOKMARK");
  EXPECT_EQ(bookmark["object"]["kind"], "Lease");
  EXPECT_EQ(bookmark["object"]["metadata"]["annotations"]["k8s.io/initial-events-end"], "true");
  EXPECT_EQ(bookmark["object"]["metadata"]["resourceVersion"], std::to_string(store_.version()));
}

TEST_F(ObjectWatchTest, ShowsTablesWithColumnsOnce) {
  negotiated_ = {.view = apiservice::View::kTable, .meta_version = "v1"};
  Make("a");
  Make("b");
  const auto watch = Watch(std::string(kLeases) + "?watch=true");
  const std::vector<std::string> lines = Lines(*watch);
  ASSERT_EQ(lines.size(), 2u);
  const Json first = Json::parse(lines[0])["object"];
  EXPECT_EQ(first["kind"], "Table");
  EXPECT_EQ(first["columnDefinitions"].size(), 3u);
  EXPECT_EQ(first["rows"][0]["cells"][0], "a");
  EXPECT_TRUE(Json::parse(lines[1])["object"]["columnDefinitions"].is_null());
}

TEST_F(ObjectWatchTest, EndsInTime) {
  const auto watch = Watch(std::string(kLeases) + "?watch=true");
  const int64_t begin_ns = clock_.MonotonicNs();
  EXPECT_THAT(Lines(*watch), IsEmpty());
  EXPECT_EQ(clock_.MonotonicNs() - begin_ns, 2 * kSecond);
}

}  // namespace
}  // namespace kubegauge::server
