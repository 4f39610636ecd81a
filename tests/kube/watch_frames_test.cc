#include "kube/watch_frames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kube/api_status.h"
#include "kube/node_decoder.h"
#include "kube/partial_metadata_decoder.h"
#include "tests/kube/api_bodies.h"
#include "tests/kube/body_encoder.h"

namespace kubegauge::kube {
namespace {

using ::testing::ElementsAre;
using testing::Encoder;
using ::testing::HasSubstr;
using testing::RecordedBody;

// "<type> <name> <resource version>" of each event, or "error: …" and an end.
std::vector<std::string> Read(WireFormat format, std::string_view body, size_t chunk_bytes) {
  std::vector<std::string> seen;
  WatchFrames frames(format);
  for (size_t i = 0; i < body.size(); i += chunk_bytes) {
    frames.Append(body.substr(i, chunk_bytes));
    for (;;) {
      const auto event = frames.Next();
      if (!event.ok()) {
        seen.push_back("error: " + std::string(event.status().message()));
        return seen;
      }
      if (!event->has_value()) break;
      const auto meta = DecodeObjectMeta((*event)->object);
      const auto position = DecodeEventPosition((*event)->object);
      seen.push_back(fmt::format("{} {} {}", static_cast<int>((*event)->type),
                                 meta.ok() ? (*meta)->name() : "-", position->resource_version));
    }
  }
  if (frames.mid_frame()) seen.push_back("cut off");
  return seen;
}

TEST(WatchFrames, ReadsRecordedWatchesInChunksOfAnySize) {
  for (const size_t chunk_bytes : {1, 3, 5, 100, 1333, 100'000}) {
    EXPECT_THAT(Read(WireFormat::kJson, RecordedBody("watch-nodes.body"), chunk_bytes),
                ElementsAre("1 node-00001 572", "3 - 572"));
    EXPECT_THAT(Read(WireFormat::kProtobuf, RecordedBody("watch-pods-meta-pb.body"), chunk_bytes),
                ElementsAre("0 app-02-00014-002 471", ::testing::StartsWith("0 app-")));
  }
}

// Each blank line once took a frame of the stack.
TEST(WatchFrames, PassesOverBlankLinesHoweverMany) {
  const std::string event =
      Encoder{WireFormat::kJson}.Event("ADDED", {.name = "n", .resource_version = "5"});
  EXPECT_THAT(Read(WireFormat::kJson, std::string(1'000'000, '\n') + event, 1'000'000),
              ElementsAre("0 n 5"));
}

TEST(WatchFrames, KnowsAllTypes) {
  for (const WireFormat format : {WireFormat::kProtobuf, WireFormat::kJson}) {
    const Encoder encoder{format};
    std::string body;
    for (const char* type : {"ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR", "LATER"}) {
      body += encoder.Event(type, {.name = "n", .resource_version = "5"});
    }
    EXPECT_THAT(Read(format, body, 50),
                ElementsAre("0 n 5", "1 n 5", "2 n 5", "3 n 5", "4 n 5", "5 n 5"));
  }
}

TEST(WatchFrames, TellsTheEndOfInitialEvents) {
  for (const WireFormat format : {WireFormat::kProtobuf, WireFormat::kJson}) {
    WatchFrames frames(format);
    frames.Append(Encoder{format}.Event(
        "BOOKMARK",
        {.resource_version = "9", .annotations = {{"k8s.io/initial-events-end", "true"}}}));
    const auto event = frames.Next();
    ASSERT_TRUE(event.ok() && event->has_value());
    const auto position = DecodeEventPosition((*event)->object);
    ASSERT_TRUE(position.ok());
    EXPECT_TRUE(position->initial_events_end);
    EXPECT_EQ(position->resource_version, "9");
  }
}

TEST(WatchFrames, CarriesTheStatusOfAnError) {
  for (const WireFormat format : {WireFormat::kProtobuf, WireFormat::kJson}) {
    WatchFrames frames(format);
    frames.Append(Encoder{format}.ErrorEvent(410, "Expired", "too old resource version: 1 (2)"));
    const auto event = frames.Next();
    ASSERT_TRUE(event.ok() && event->has_value());
    EXPECT_EQ((*event)->type, WatchEventType::kError);
    const auto status = DecodeApiStatus((*event)->object);
    ASSERT_TRUE(status.ok());
    EXPECT_EQ(status->code, 410);
    EXPECT_EQ(status->reason, "Expired");
    EXPECT_EQ(status->message, "too old resource version: 1 (2)");
  }
}

TEST(WatchFrames, RefusesWhatIsNoWatch) {
  struct Case {
    WireFormat format;
    std::string body;
    const char* error;
  };
  const Case cases[] = {
      {WireFormat::kProtobuf, "<html></html>", "longer than 16777216 bytes"},
      {WireFormat::kProtobuf, std::string("\0\0\0\0", 4), "does not begin with"},
      {WireFormat::kProtobuf, std::string("\0\0\0\1\x0b", 5), "unknown pbf field type"},
      {WireFormat::kProtobuf, std::string("\0\0\0\2\x0a\x09", 6), "end of buffer"},
      {WireFormat::kJson, "<html>\n", "malformed JSON"},
      {WireFormat::kJson, "{}\n", "no type"},
      {WireFormat::kJson, "{\"type\":\"ADDED\",\"object\":[]}\n", "malformed JSON"},
  };
  for (const Case& test : cases) {
    const auto seen = Read(test.format, test.body, 100);
    ASSERT_EQ(seen.size(), 1u) << test.body;
    EXPECT_THAT(seen[0], HasSubstr(test.error));
  }
}

TEST(WatchFrames, ToleratesEmptyLines) {
  const std::string event = Encoder{WireFormat::kJson}.Event("ADDED", {.name = "n"});
  EXPECT_THAT(Read(WireFormat::kJson, "\n \r\n" + event + "\n", 2), ElementsAre("0 n "));
}

TEST(WatchFrames, BoundsALineWithoutEnd) {
  WatchFrames frames(WireFormat::kJson, 8);
  frames.Append("12345678");
  EXPECT_TRUE(frames.Next().ok());
  frames.Append("9");
  EXPECT_FALSE(frames.Next().ok());
}

TEST(WatchFrames, SeesThatABodyWasCutOff) {
  for (const WireFormat format : {WireFormat::kProtobuf, WireFormat::kJson}) {
    const std::string event = Encoder{format}.Event("ADDED", {.name = "n"});
    for (size_t size = 1; size < event.size(); ++size) {
      EXPECT_THAT(Read(format, event + event.substr(0, size), 64), ElementsAre("0 n ", "cut off"));
    }
  }
}

}  // namespace
}  // namespace kubegauge::kube
