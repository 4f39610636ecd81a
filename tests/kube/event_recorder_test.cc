#include "kube/event_recorder.h"

#include <spdlog/sinks/ostream_sink.h>

#include <algorithm>
#include <boost/asio/detached.hpp>
#include <chrono>
#include <deque>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/kube/kube_api_fixture.h"

namespace kubegauge::kube {
namespace {

using kubegauge::testing::ConstantRandom;
using kubegauge::testing::KubeApiTest;
using nlohmann::json;
using std::chrono::nanoseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using namespace std::chrono_literals;

constexpr const char* kEvents = "POST /api/v1/namespaces/n/events";

class EventRecorderTest : public KubeApiTest {
 protected:
  EventRecorderTest() { Answer(kEvents, Json("{}", 201)); }

  void Record(const std::string& message) {
    recorder_.Record({.kind = "HorizontalPodAutoscaler", .namespace_name = "n", .name = "web"},
                     EventType::kWarning, "FailedGetScale", message);
  }
  // Runs until there is nothing left to do.
  void Settle() {
    if (!running_) boost::asio::co_spawn(io_, recorder_.Run(), boost::asio::detached);
    running_ = true;
    io_.restart();
    io_.poll();
  }

  std::ostringstream log_;
  spdlog::logger logger_{"test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log_)};
  bool running_ = false;
  ConstantRandom half_{0.5};
  ApiEventRecorder recorder_{io_.get_executor(),  server_, clock_, sleeper_, half_, logger_,
                             {.component = "hpa"}};
};

TEST_F(EventRecorderTest, PostsNewEventsAndPatchesRepeatedOnes) {
  Record("a");
  EXPECT_THAT(Requests(), IsEmpty()) << "the caller never waits";
  Settle();
  const std::string name = json::parse(server_.requests().at(0).body)["metadata"]["name"];
  const std::string patch = "PATCH /api/v1/namespaces/n/events/" + name;
  Answer(patch, Json("{}"));
  clock_.Advance(nanoseconds(15s).count());
  Record("a");
  Settle();
  EXPECT_THAT(Requests(), ElementsAre(kEvents, patch));
  const ApiRequest& request = server_.requests().back();
  EXPECT_EQ(request.content_type, "application/strategic-merge-patch+json");
  EXPECT_EQ(request.body, R"({"count":2,"lastTimestamp":"2023-11-14T22:13:35Z","message":"a"})");
  EXPECT_EQ(recorder_.Counts().written, 2U);
}

TEST_F(EventRecorderTest, AnEventThatTheServerForgotIsPostedAgain) {
  Record("a");
  Record("a");
  Settle();
  ASSERT_THAT(server_.requests(), SizeIs(3));
  const json again = json::parse(server_.requests().back().body);
  EXPECT_EQ(again["count"], 2);
  EXPECT_EQ(again["metadata"]["name"],
            json::parse(server_.requests().front().body)["metadata"]["name"]);
}

TEST_F(EventRecorderTest, WhatTheServerRefusesIsGivenUp) {
  for (const unsigned status : {403U, 404U, 422U, 429U, 500U}) {
    Answer(kEvents, Failure(status, "Any", "a reason"));
    Record("m" + std::to_string(status));
  }
  Settle();
  EXPECT_THAT(Requests(), SizeIs(5));
  EXPECT_THAT(sleeper_.slept(), IsEmpty());
  EXPECT_EQ(recorder_.Counts().failed, 5U);
  EXPECT_THAT(log_.str(), HasSubstr("An event was refused namespace=n name=web "
                                    "reason=FailedGetScale error=\"a reason\""));
}

TEST_F(EventRecorderTest, TriesAgainWhileTheServerCannotBeReached) {
  int requests = 0;
  Answer(kEvents, [&](const ApiRequest&) {
    if (++requests <= 3) return Script{.failure = absl::UnavailableError("refused")};
    return Json("{}", 201);
  });
  Record("a");
  Record("b");
  Settle();
  EXPECT_THAT(sleeper_.slept(), ElementsAre(nanoseconds(5s), nanoseconds(10s), nanoseconds(10s)));
  EXPECT_THAT(Requests(), SizeIs(5));
  EXPECT_EQ(recorder_.Counts().written, 2U);
}

TEST_F(EventRecorderTest, GivesUpAfterTwelveTries) {
  Answer(kEvents, Script{.failure = absl::UnavailableError("refused")});
  Record("a");
  Settle();
  EXPECT_THAT(Requests(), SizeIs(12));
  EXPECT_THAT(sleeper_.slept(), SizeIs(11));
  EXPECT_EQ(recorder_.Counts().failed, 1U);
}

TEST_F(EventRecorderTest, DropsNewEventsWhenTheQueueIsFull) {
  for (int i = 0; i < 1003; ++i) {
    recorder_.Record({.kind = "Pod", .namespace_name = "n", .name = "p" + std::to_string(i)},
                     EventType::kNormal, "r", "m");
  }
  Settle();
  EXPECT_THAT(server_.requests(), SizeIs(1000));
  EXPECT_THAT(server_.requests().back().body, HasSubstr(R"("name":"p999")"));
  EXPECT_EQ(recorder_.Counts().dropped, 3U);
}

// Not one line for each of them, which could be thousands.
// Who makes an object decides how long the messages about it are.
TEST_F(EventRecorderTest, DropsNewEventsWhenThoseQueuedAreLong) {
  for (int i = 0; i < 20; ++i) Record(std::string((16 << 20) / 4, 'a'));
  EXPECT_EQ(recorder_.Counts().dropped, 16U);
  Settle();
  Record(std::string(17 << 20, 'a'));
  EXPECT_EQ(recorder_.Counts().dropped, 16U) << "one is always taken";
  Record("a");
  EXPECT_EQ(recorder_.Counts().dropped, 17U);
}

TEST_F(EventRecorderTest, SaysOnceThatEventsAreLost) {
  const auto fill = [this] {
    for (int i = 0; i < 1005; ++i) Record("a");
  };
  const auto lines = [this] {
    const std::string text = log_.str();
    return std::count(text.begin(), text.end(), '\n');
  };
  fill();
  EXPECT_THAT(log_.str(), HasSubstr("some are lost"));
  EXPECT_EQ(lines(), 1);
  Settle();
  log_.str("");
  fill();
  EXPECT_EQ(lines(), 1) << "after the queue was empty it is said again";
}

// Whoever has lost the Lease does not send: neither now, nor when it leads again.
TEST_F(EventRecorderTest, WhatTheClientDoesNotSendIsGivenUpInSilence) {
  Answer(kEvents, Script{.failure = absl::CancelledError("not sent")});
  Record("a");
  Settle();
  EXPECT_THAT(Requests(), SizeIs(1));
  EXPECT_EQ(recorder_.Counts().failed, 1U);
  EXPECT_EQ(log_.str(), "");
}

TEST_F(EventRecorderTest, LeavesOutWhatIsTooMuch) {
  for (int i = 0; i < 30; ++i) Record("a");
  Settle();
  EXPECT_EQ(recorder_.Counts().filtered, 5U);
  EXPECT_EQ(recorder_.Counts().written, 25U);
}

}  // namespace
}  // namespace kubegauge::kube
