#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kube/api_status.h"
#include "kube/config_map.h"
#include "kube/list_reader.h"
#include "kube/node_decoder.h"
#include "kube/partial_metadata_decoder.h"
#include "kube/protobuf_envelope.h"
#include "tests/kube/api_bodies.h"
#include "tests/kube/body_encoder.h"

namespace kubegauge::kube {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::RecordedBody;

std::vector<std::shared_ptr<const NodeInfo>> NodesOf(WireFormat format, const std::string& body) {
  std::vector<std::shared_ptr<const NodeInfo>> nodes;
  ListReader reader(format, [&](const EncodedObject& object) {
    auto node = DecodeNode(object);
    if (node.ok()) nodes.push_back(*node);
    return node.status();
  });
  EXPECT_TRUE(reader.Append(body).ok());
  EXPECT_TRUE(reader.Finish().ok());
  return nodes;
}

TEST(DecodeNode, ReadsRecordedNodesOfBothFormatsAlike) {
  for (const auto& nodes : {NodesOf(WireFormat::kProtobuf, RecordedBody("nodes-list-pb.body")),
                            NodesOf(WireFormat::kJson, RecordedBody("nodes-list.json"))}) {
    ASSERT_GE(nodes.size(), 1u);
    const NodeInfo& node = *nodes[0];
    EXPECT_EQ(node.meta->name(), "node-00000");
    EXPECT_EQ(node.meta->namespace_name(), "");
    EXPECT_EQ(node.meta->FindLabel("kubernetes.io/hostname"), "node-00000");
    EXPECT_EQ(node.meta->label_count(), 2u);
    EXPECT_THAT(node.addresses, ElementsAre(NodeAddress{"InternalIP", "127.1.0.0"},
                                            NodeAddress{"Hostname", "node-00000"}));
    EXPECT_EQ(node.kubelet_port, 10250);
    EXPECT_TRUE(node.ready);
    EXPECT_EQ(node.resource_metrics_path, "");
  }
}

std::string ProtobufNode(int64_t port, const char* ready) {
  std::string endpoint;
  protozero::pbf_writer(endpoint).add_int64(1, port);
  std::string endpoints;
  protozero::pbf_writer(endpoints).add_message(1, endpoint);
  std::string condition;
  protozero::pbf_writer condition_writer(condition);
  condition_writer.add_string(1, "Ready");
  condition_writer.add_string(2, ready);
  std::string status;
  protozero::pbf_writer status_writer(status);
  status_writer.add_message(4, condition);
  status_writer.add_message(6, endpoints);
  std::string node = testing::ProtobufObject(
      {.name = "n", .annotations = {{"metrics.k8s.io/resource-metrics-path", "/virtual"}}});
  protozero::pbf_writer(node).add_message(3, status);
  return node;
}

std::string JsonNode(int64_t port, const char* ready) {
  return fmt::format(
      R"({{"metadata":{{"name":"n","annotations":{{"metrics.k8s.io/resource-metrics-path":)"
      R"("/virtual"}}}},"status":{{"conditions":[{{"type":"Ready","status":"{}"}}],)"
      R"("daemonEndpoints":{{"kubeletEndpoint":{{"Port":{}}}}}}}}})",
      ready, port);
}

TEST(DecodeNode, TakesPortsAndConditionsThatCanBe) {
  struct Case {
    int64_t port;
    const char* ready;
    uint16_t expected_port;
    bool expected_ready;
  };
  const Case cases[] = {
      {10250, "True", 10250, true},
      {65535, "False", 65535, false},
      {65536, "Unknown", 0, false},
      {-1, "true", 0, false},
      {0, "", 0, false},
      {int64_t{1} << 40, "True", 0, true},
  };
  for (const Case& test : cases) {
    const std::string protobuf = ProtobufNode(test.port, test.ready);
    const std::string json = JsonNode(test.port, test.ready);
    for (const EncodedObject& object :
         {EncodedObject{WireFormat::kProtobuf, protobuf}, EncodedObject{WireFormat::kJson, json}}) {
      const auto node = DecodeNode(object);
      ASSERT_TRUE(node.ok()) << node.status();
      EXPECT_EQ((*node)->kubelet_port, test.expected_port) << test.port;
      EXPECT_EQ((*node)->ready, test.expected_ready) << test.ready;
      EXPECT_EQ((*node)->resource_metrics_path, "/virtual");
    }
  }
}

TEST(DecodeNode, PassesOverMembersOfOtherTypes) {
  const auto node =
      DecodeNode({WireFormat::kJson,
                  R"({"metadata":{"name":"n","labels":{"a":1,"b":"c"},"annotations":[]},"status":{)"
                  R"("conditions":{"type":"Ready"},"addresses":["x",{"type":5,"address":"y"}],)"
                  R"("daemonEndpoints":{"kubeletEndpoint":{"Port":"10250"}}}})"});
  ASSERT_TRUE(node.ok()) << node.status();
  EXPECT_EQ((*node)->meta->label_count(), 1u);
  EXPECT_THAT((*node)->addresses, ElementsAre(NodeAddress{"", ""}, NodeAddress{"", "y"}));
  EXPECT_EQ((*node)->kubelet_port, 0);

  // Field 1 as a varint, then as it should be.
  const std::string strange = "\x08\x05" + testing::ProtobufObject({.name = "n"});
  EXPECT_TRUE(DecodeNode({WireFormat::kProtobuf, strange}).ok());
}

TEST(DecodeNode, NeedsAName) {
  EXPECT_THAT(std::string(DecodeNode({WireFormat::kJson, "{}"}).status().message()),
              HasSubstr("no name"));
  EXPECT_THAT(std::string(DecodeNode({WireFormat::kProtobuf, ""}).status().message()),
              HasSubstr("no name"));
}

TEST(DecodeObjectMeta, ReadsAllItKeeps) {
  const testing::ObjectSpec spec{.namespace_name = "ns",
                                 .name = "p",
                                 .resource_version = "4",
                                 .labels = {{"b", "2"}, {"a", "1"}}};
  for (const WireFormat format : {WireFormat::kProtobuf, WireFormat::kJson}) {
    const std::string bytes = testing::Encoder{format}.Object(spec);
    const auto meta = DecodeObjectMeta({format, bytes});
    ASSERT_TRUE(meta.ok());
    EXPECT_EQ((*meta)->namespace_name(), "ns");
    EXPECT_EQ((*meta)->name(), "p");
    EXPECT_EQ((*meta)->label(0), Label("a", "1"));
    EXPECT_EQ((*meta)->label(1), Label("b", "2"));
  }
}

TEST(DecodeConfigMap, ReadsBothFormatsAlike) {
  const std::string json = RecordedBody("authn-configmap.body");
  const auto from_json = DecodeConfigMap({WireFormat::kJson, json});
  ASSERT_TRUE(from_json.ok()) << from_json.status();
  EXPECT_EQ((*from_json)->meta->namespace_name(), "kube-system");
  EXPECT_EQ((*from_json)->meta->name(), "extension-apiserver-authentication");
  EXPECT_EQ((*from_json)->data.size(), 6u);
  EXPECT_EQ((*from_json)->data.at("requestheader-allowed-names"), "[\"front-proxy-client\"]");
  EXPECT_THAT((*from_json)->data.at("client-ca-file"),
              ::testing::StartsWith("-----BEGIN CERTIFICATE-----\nMIIC"));

  std::string protobuf = testing::ProtobufObject(
      {.namespace_name = "kube-system", .name = "extension-apiserver-authentication"});
  protozero::pbf_writer writer(protobuf);
  testing::AddTexts(writer, 2, {(*from_json)->data.begin(), (*from_json)->data.end()});
  const auto from_protobuf = DecodeConfigMap({WireFormat::kProtobuf, protobuf});
  ASSERT_TRUE(from_protobuf.ok()) << from_protobuf.status();
  EXPECT_EQ((*from_protobuf)->data, (*from_json)->data);
}

// wire.md A.12.
TEST(OpenProtobufEnvelope, ReadsTheStatusOfTheSpecification) {
  const std::string bytes(
      "\x6b\x38\x73\x00\x0a\x0c\x0a\x02\x76\x31\x12\x06\x53\x74\x61\x74\x75\x73\x12\x30\x0a\x06\x0a"
      "\x00\x12\x00\x1a\x00\x12\x07\x46\x61\x69\x6c\x75\x72\x65\x1a\x0c\x55\x6e\x61\x75\x74\x68\x6f"
      "\x72\x69\x7a\x65\x64\x22\x0c\x55\x6e\x61\x75\x74\x68\x6f\x72\x69\x7a\x65\x64\x30\x91\x03\x1a"
      "\x00\x22\x00",
      72);
  const auto envelope = OpenProtobufEnvelope(bytes);
  ASSERT_TRUE(envelope.ok());
  EXPECT_EQ(envelope->api_version, "v1");
  EXPECT_EQ(envelope->kind, "Status");
  const ApiStatus status = ReadErrorResponse(401, "application/vnd.kubernetes.protobuf", bytes);
  EXPECT_EQ(status.code, 401);
  EXPECT_EQ(status.reason, "Unauthorized");
  EXPECT_EQ(status.message, "Unauthorized");
}

TEST(OpenProtobufEnvelope, RefusesAnObjectThatWasCutOff) {
  const std::string bytes = testing::Envelope("v1", "Node", testing::ProtobufObject({.name = "n"}));
  constexpr size_t kTrailer = 4;  // two empty texts, which may be missing
  EXPECT_TRUE(OpenProtobufEnvelope(bytes).ok());
  for (size_t size = bytes.size() - kTrailer - 1; size > 16; --size) {
    EXPECT_FALSE(OpenProtobufEnvelope(std::string_view(bytes).substr(0, size)).ok()) << size;
  }
  EXPECT_FALSE(OpenProtobufEnvelope("k8s").ok());
}

TEST(OpenProtobufEnvelope, RefusesAContentEncoding) {
  std::string bytes("k8s\0", 4);
  protozero::pbf_writer(bytes).add_string(3, "gzip");
  EXPECT_THAT(std::string(OpenProtobufEnvelope(bytes).status().message()), HasSubstr("\"gzip\""));
}

TEST(ReadErrorResponse, KeepsWhatItCanOfAForeignPage) {
  const ApiStatus status = ReadErrorResponse(502, "text/html", "<b>Bad\nGateway</b>");
  EXPECT_EQ(status.code, 502);
  EXPECT_EQ(status.message, R"("<b>Bad\nGateway</b>")");
}

// Each bracket would take a node of a tree.
TEST(ReadErrorResponse, TakesNoLargeBodyApart) {
  const std::string message(size_t{64} << 10, 'x');
  const ApiStatus status =
      ReadErrorResponse(500, "application/json", R"({"reason":"R","message":")" + message + "\"}");
  EXPECT_EQ(status.reason, "");
  EXPECT_LT(status.message.size(), 300);
  EXPECT_FALSE(DecodeApiStatus({WireFormat::kJson, std::string(size_t{1} << 20, '[')}).ok());
}

TEST(DecodeApiStatus, KnowsAVersionThatIsTooLarge) {
  const std::string_view bodies[] = {
      R"({"code":504,"reason":"Timeout","message":"x","details":{"retryAfterSeconds":1,)"
      R"("causes":[{"reason":"ResourceVersionTooLarge","message":"y"}]}})",
      R"({"code":504,"reason":"Timeout","message":"Too large resource version: 9, current: 8",)"
      R"("details":{"retryAfterSeconds":1}})",
  };
  for (const std::string_view body : bodies) {
    const auto status = DecodeApiStatus({WireFormat::kJson, body});
    ASSERT_TRUE(status.ok());
    EXPECT_TRUE(status->resource_version_too_large);
    EXPECT_EQ(status->retry_after_seconds, 1);
  }
  std::string cause;
  protozero::pbf_writer(cause).add_string(1, "ResourceVersionTooLarge");
  std::string details;
  protozero::pbf_writer details_writer(details);
  details_writer.add_message(4, cause);
  details_writer.add_int32(5, 2);
  std::string raw;
  protozero::pbf_writer(raw).add_message(5, details);
  const auto status = DecodeApiStatus({WireFormat::kProtobuf, raw});
  ASSERT_TRUE(status.ok());
  EXPECT_TRUE(status->resource_version_too_large);
  EXPECT_EQ(status->retry_after_seconds, 2);
}

}  // namespace
}  // namespace kubegauge::kube
