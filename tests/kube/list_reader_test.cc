#include "kube/list_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

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

struct ReadList {
  absl::Status status;
  ListMeta meta;
  std::vector<std::string> names;
};

ReadList Read(WireFormat format, std::string_view body, size_t chunk_bytes) {
  ReadList result;
  ListReader reader(format, [&](const EncodedObject& object) {
    const auto meta = DecodeObjectMeta(object);
    if (!meta.ok()) return meta.status();
    result.names.emplace_back((*meta)->name());
    return absl::OkStatus();
  });
  for (size_t i = 0; i < body.size(); i += chunk_bytes) {
    result.status = reader.Append(body.substr(i, chunk_bytes));
    if (!result.status.ok()) return result;
  }
  absl::StatusOr<ListMeta> meta = reader.Finish();
  result.status = meta.status();
  if (meta.ok()) result.meta = *std::move(meta);
  return result;
}

TEST(ListReader, ReadsRecordedListsInChunksOfAnySize) {
  struct Case {
    const char* file;
    WireFormat format;
    std::vector<std::string> names;
    std::string token_begins;
  };
  const std::vector<std::string> pods = {"app-00-00000-000", "app-01-00000-001",
                                         "app-02-00000-002"};
  const Case cases[] = {
      {"nodes-list-pb.body", WireFormat::kProtobuf, {"node-00000", "node-00001"}, "eyJ2Ijoi"},
      {"pods-meta-list-pb.body", WireFormat::kProtobuf, {}, "eyJ2Ijoi"},
      {"pods-meta-list.body", WireFormat::kJson, {}, "eyJ2Ijoi"},
  };
  for (const Case& test : cases) {
    const std::string body = RecordedBody(test.file);
    const ReadList whole = Read(test.format, body, body.size());
    ASSERT_TRUE(whole.status.ok()) << test.file << whole.status;
    EXPECT_EQ(whole.meta.resource_version, "569");
    EXPECT_THAT(whole.meta.continue_token, ::testing::StartsWith(test.token_begins));
    if (!test.names.empty()) {
      EXPECT_EQ(whole.names, test.names);
    } else {
      EXPECT_EQ(whole.names.size(), 3u);
    }
    for (const size_t chunk_bytes : {1, 2, 3, 7, 64, 1000}) {
      const ReadList cut = Read(test.format, body, chunk_bytes);
      ASSERT_TRUE(cut.status.ok()) << test.file << " in chunks of " << chunk_bytes;
      EXPECT_EQ(cut.names, whole.names);
      EXPECT_EQ(cut.meta.continue_token, whole.meta.continue_token);
    }
  }
}

TEST(ListReader, KnowsTheFieldNumbersOfV1beta1) {
  const std::string body = testing::ProtobufList("7", "", {testing::ProtobufObject({.name = "a"})},
                                                 "meta.k8s.io/v1beta1");
  const ReadList list = Read(WireFormat::kProtobuf, body, 5);
  ASSERT_TRUE(list.status.ok()) << list.status;
  EXPECT_EQ(list.meta.resource_version, "7");
  EXPECT_THAT(list.names, ElementsAre("a"));
}

TEST(ListReader, ReadsEmptyLists) {
  const std::string bodies[] = {
      R"({"kind":"PodList","metadata":{"resourceVersion":"1"},"items":[]})",
      R"({"items":null,"metadata":{"resourceVersion":"1"},"kind":"List"})",
      R"({"kind":"PodList","metadata":{"resourceVersion":"1","remainingItemCount":3,"selfLink":null}})",
  };
  for (const std::string& body : bodies) {
    const ReadList list = Read(WireFormat::kJson, body, body.size());
    ASSERT_TRUE(list.status.ok()) << body << list.status;
    EXPECT_EQ(list.meta.resource_version, "1");
    EXPECT_TRUE(list.names.empty());
  }
  EXPECT_TRUE(Read(WireFormat::kProtobuf, testing::ProtobufList("1", "", {}), 1).status.ok());
}

// A body that lacks as little as one byte must not pass for a shorter list.
TEST(ListReader, RefusesAListThatWasCutOffAnywhere) {
  for (const auto& [file, format] : {std::pair("nodes-list-pb.body", WireFormat::kProtobuf),
                                     std::pair("pods-meta-list.body", WireFormat::kJson)}) {
    std::string body = RecordedBody(file);
    while (!body.empty() && body.back() == '\n') body.pop_back();
    // What stands behind the list in its envelope, two empty texts, may be missing.
    const size_t list_end = format == WireFormat::kProtobuf ? body.size() - 4 : body.size();
    for (size_t size = 0; size < list_end; ++size) {
      EXPECT_FALSE(Read(format, body.substr(0, size), 512).status.ok()) << file << " " << size;
    }
  }
}

TEST(ListReader, RefusesWhatIsNoList) {
  struct Case {
    WireFormat format;
    std::string body;
    const char* error;
  };
  const std::string magic("k8s\0", 4);
  const Case cases[] = {
      {WireFormat::kProtobuf, "<html>", "does not begin with"},
      {WireFormat::kProtobuf, "k8", "cut off"},
      {WireFormat::kProtobuf, magic + "\x0b", "unknown pbf field type"},
      {WireFormat::kProtobuf, magic + std::string("\x00\x00", 2), "invalid tag"},
      {WireFormat::kProtobuf, magic + std::string(11, '\xff'), "varint too long"},
      {WireFormat::kProtobuf,
       magic + "\x12\x03\x12\x7f"
               "a",
       "end of buffer"},
      {WireFormat::kProtobuf, magic + "\x0a\xff\xff\xff\xff\x7f", "longer than"},
      {WireFormat::kJson, "[]", "malformed JSON"},
      {WireFormat::kJson, R"({"items":{}})", "malformed JSON"},
      {WireFormat::kJson, R"({"items":["a"]})", "malformed JSON"},
      {WireFormat::kJson, R"({"items":[{}]})", "no name"},
      {WireFormat::kJson, "{}", "no list, of kind \"\""},
      {WireFormat::kJson, R"({"message":"maintenance"})", "no list, of kind \"\""},
      {WireFormat::kJson, R"({"kind":7,"metadata":{"resourceVersion":"1"},"items":[]})", "no list"},
      {WireFormat::kJson, R"({"kind":"Status","metadata":{"resourceVersion":"1"}})", "\"Status\""},
      {WireFormat::kProtobuf, testing::Envelope("v1", "Status", ""), "no list, of kind \"Status\""},
      {WireFormat::kProtobuf, testing::Envelope("v1", "", ""), "no list, of kind \"\""},
  };
  for (const Case& test : cases) {
    const ReadList list = Read(test.format, test.body, 4);
    EXPECT_FALSE(list.status.ok()) << test.body;
    EXPECT_THAT(std::string(list.status.message()), HasSubstr(test.error)) << test.body;
  }
}

TEST(ListReader, StopsAtItsLimits) {
  const auto ignore = [](const EncodedObject&) { return absl::OkStatus(); };
  const std::string body =
      testing::ProtobufList("1", "", {testing::ProtobufObject({.name = std::string(200, 'n')})});
  ListReader protobuf(WireFormat::kProtobuf, ignore, {.item_bytes = 100});
  EXPECT_THAT(std::string(protobuf.Append(body).message()), HasSubstr("longer than 100 bytes"));

  ListReader json(WireFormat::kJson, ignore, {.json_body_bytes = 10});
  EXPECT_TRUE(json.Append("{\"items\"").ok());
  EXPECT_THAT(std::string(json.Append(":[]}").message()), HasSubstr("longer than 10 bytes"));
}

}  // namespace
}  // namespace kubegauge::kube
