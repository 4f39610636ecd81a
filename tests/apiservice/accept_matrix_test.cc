// The matrix of wire.md G.5 with the bytes of the answers: one node in every form that there is.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "apiservice/metrics_handler.h"
#include "tests/apiservice/exchange.h"
#include "tests/fakes/manual_clock.h"
#include "tests/scraper/snapshot_builder.h"

namespace kubegauge::apiservice {
namespace {

using ::kubegauge::testing::Answer;
using ::kubegauge::testing::Ask;
using ::kubegauge::testing::MakeRequest;
using ::kubegauge::testing::MakeSnapshot;

const std::string kNodes = "/apis/metrics.k8s.io/v1beta1/nodes";
const std::string kNode = kNodes + "/n1";

std::string Unhex(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

// JSON of one line, as upstream writes it.
const std::string kMetadata =
    R"("metadata":{"name":"n1","creationTimestamp":"2023-11-14T22:13:21Z","labels":{"a":"b"}})";
const std::string kJsonItem = kMetadata + R"(,"timestamp":"2023-11-14T22:13:20Z","window":"15.5s",)"
                                          R"("usage":{"cpu":"123456789n","memory":"1Mi"}})";
const std::string kJsonList =
    R"({"kind":"NodeMetricsList","apiVersion":"metrics.k8s.io/v1beta1","metadata":{},"items":[{)" +
    kJsonItem + "]}\n";
const std::string kJsonNode =
    R"({"kind":"NodeMetrics","apiVersion":"metrics.k8s.io/v1beta1",)" + kJsonItem + "\n";

std::string JsonMetadata(const std::string& version) {
  return R"({"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/)" + version + "\"," +
         kMetadata + "}";
}

std::string JsonMetadataList(const std::string& version) {
  return R"({"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/)" + version +
         R"(","metadata":{},"items":[)" + JsonMetadata(version) + "]}\n";
}

std::string JsonTable(const std::string& version) {
  return R"({"kind":"Table","apiVersion":"meta.k8s.io/)" + version +
         R"(","metadata":{},"columnDefinitions":[)"
         R"({"name":"Name","type":"string","format":"name","description":"Name of the resource",)"
         R"("priority":0},)"
         R"({"name":"cpu","type":"string","format":"quantity","description":"","priority":0},)"
         R"({"name":"memory","type":"string","format":"quantity","description":"","priority":0},)"
         R"({"name":"Window","type":"string","format":"duration","description":"","priority":0}],)"
         R"("rows":[{"cells":["n1","123456789n","1Mi","15.5s"],"object":)" +
         JsonMetadata(version) + "}]}\n";
}

const std::string kYamlList =
    "apiVersion: metrics.k8s.io/v1beta1\n"
    "items:\n"
    "- metadata:\n"
    "    creationTimestamp: \"2023-11-14T22:13:21Z\"\n"
    "    labels:\n"
    "      a: b\n"
    "    name: n1\n"
    "  timestamp: \"2023-11-14T22:13:20Z\"\n"
    "  usage:\n"
    "    cpu: 123456789n\n"
    "    memory: 1Mi\n"
    "  window: 15.5s\n"
    "kind: NodeMetricsList\n"
    "metadata: {}\n";

const std::string kYamlTable =
    "apiVersion: meta.k8s.io/v1\n"
    "columnDefinitions:\n"
    "- description: Name of the resource\n  format: name\n  name: Name\n  priority: 0\n"
    "  type: string\n"
    "- description: \"\"\n  format: quantity\n  name: cpu\n  priority: 0\n  type: string\n"
    "- description: \"\"\n  format: quantity\n  name: memory\n  priority: 0\n  type: string\n"
    "- description: \"\"\n  format: duration\n  name: Window\n  priority: 0\n  type: string\n"
    "kind: Table\n"
    "metadata: {}\n"
    "rows:\n"
    "- cells:\n"
    "  - n1\n"
    "  - 123456789n\n"
    "  - 1Mi\n"
    "  - 15.5s\n"
    "  object:\n"
    "    apiVersion: meta.k8s.io/v1\n"
    "    kind: PartialObjectMetadata\n"
    "    metadata:\n"
    "      creationTimestamp: \"2023-11-14T22:13:21Z\"\n"
    "      labels:\n"
    "        a: b\n"
    "      name: n1\n";

const std::string kYamlMetadataList =
    "apiVersion: meta.k8s.io/v1beta1\n"
    "items:\n"
    "- apiVersion: meta.k8s.io/v1beta1\n"
    "  kind: PartialObjectMetadata\n"
    "  metadata:\n"
    "    creationTimestamp: \"2023-11-14T22:13:21Z\"\n"
    "    labels:\n"
    "      a: b\n"
    "    name: n1\n"
    "kind: PartialObjectMetadataList\n"
    "metadata: {}\n";

const std::string kYamlMetadata =
    "apiVersion: meta.k8s.io/v1\n"
    "kind: PartialObjectMetadata\n"
    "metadata:\n"
    "  creationTimestamp: \"2023-11-14T22:13:21Z\"\n"
    "  labels:\n"
    "    a: b\n"
    "  name: n1\n";

// The golden bytes of wire.md A.12, and the same fields as metadata alone.
const std::string kProtobufList = Unhex(
    "6b3873000a290a166d6574726963732e6b38732e696f2f76316265746131120f4e6f64654d6574726963734c697374"
    "12660a060a0012001a00125c0a220a026e3112001a0022002a003200380042080881e2cfaa0610005a060a01611201"
    "6212080880e2cfaa0610001a060880f6fcde3922130a03637075120c0a0a3132333435363738396e220f0a066d656d"
    "6f727912050a03314d691a002200");
const std::string kMetadataField =
    "0a220a026e3112001a0022002a003200380042080881e2cfaa0610005a060a0161120162";
const std::string kProtobufMetadataListV1 = Unhex(
    "6b3873000a2b0a0e6d6574612e6b38732e696f2f763112195061727469616c4f626a6563744d657461646174614c69"
    "7374122e0a060a0012001a001224" +
    kMetadataField + "1a002200");
const std::string kProtobufMetadataListV1Beta1 = Unhex(
    "6b3873000a300a136d6574612e6b38732e696f2f7631626574613112195061727469616c4f626a6563744d65746164"
    "6174614c697374122e0a24" +
    kMetadataField + "12060a0012001a001a002200");
const std::string kProtobufMetadata = Unhex(
    "6b3873000a270a0e6d6574612e6b38732e696f2f763112155061727469616c4f626a6563744d65746164617461122"
    "4" +
    kMetadataField + "1a002200");

// The indented Status of a refusal. `details` is upstream's of the router, which has empty ones.
std::string Refusal(const std::string& message, const std::string& details = "") {
  return "{\n  \"kind\": \"Status\",\n  \"apiVersion\": \"v1\",\n  \"metadata\": {},\n"
         "  \"status\": \"Failure\",\n  \"message\": \"" +
         message + "\",\n  \"reason\": \"NotAcceptable\",\n" + details + "  \"code\": 406\n}";
}

const std::string kTypes =
    "application/json, application/yaml, application/vnd.kubernetes.protobuf";
const std::string kRefused = Refusal("only the following media types are accepted: " + kTypes);
const std::string kRouterRefusedObject = Refusal(
    "406: Not Acceptable\\n\\nAvailable representations: " + kTypes, "  \"details\": {},\n");
const std::string kRouterRefusedList =
    Refusal("406: Not Acceptable\\n\\nAvailable representations: " + kTypes +
                ", application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch",
            "  \"details\": {},\n");

// The same of a type that the router does not know but the negotiation behind it does: the Status
// is encoded as any other.
std::string Compact(const std::string& indented) {
  return nlohmann::ordered_json::parse(indented).dump() + "\n";
}

class AcceptMatrix : public ::testing::Test {
 protected:
  struct Row {
    std::string accept;
    unsigned status;
    std::string content_type;
    std::string body;
  };

  void Expect(const std::string& target, const std::vector<Row>& rows) {
    for (const Row& row : rows) {
      testing::HeaderLiterals headers;
      if (!row.accept.empty()) headers.emplace_back("Accept", row.accept);
      const Answer answer = Ask(handler_, MakeRequest(target, headers));
      EXPECT_EQ(answer.status, row.status) << target << " Accept: " << row.accept;
      EXPECT_EQ(answer.Header("Content-Type"), row.content_type) << row.accept;
      EXPECT_EQ(answer.body, row.body) << target << " Accept: " << row.accept;
    }
  }

  testing::ManualClock clock_{1'700'000'001'000'000'000};
  PublishedSnapshot snapshot_{MakeSnapshot(
      {{"n1", {{"a", "b"}}, {123'456'789, 1 << 20, 1'700'000'000'000'000'000, 15'500'000'000}}},
      {})};
  MetricsHandler handler_{snapshot_, clock_};
};

const std::string kJson = "application/json";
const std::string kYaml = "application/yaml";
const std::string kProtobuf = "application/vnd.kubernetes.protobuf";

std::string As(const std::string& type, const std::string& kind, const std::string& version) {
  return type + ";as=" + kind + ";g=meta.k8s.io;v=" + version;
}

TEST_F(AcceptMatrix, OfAList) {
  const std::string list = "PartialObjectMetadataList";
  const std::string mismatch =
      R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":)"
      R"("you requested PartialObjectMetadata, but the requested object is a list )"
      R"status((*metrics.NodeMetricsList)","reason":"NotAcceptable","code":406})status";
  Expect(kNodes, {
                     {"", 200, kJson, kJsonList},
                     {"*/*", 200, kJson, kJsonList},
                     {"application/json, */*", 200, kJson, kJsonList},
                     {kYaml, 200, kYaml, kYamlList},
                     {kProtobuf + ", */*", 200, kProtobuf, kProtobufList},
                     {"application/json;q=0.5," + kProtobuf, 200, kProtobuf, kProtobufList},
                     {As(kJson, "Table", "v1") + ",application/json", 200, kJson, JsonTable("v1")},
                     {As(kJson, "Table", "v1beta1"), 200, kJson, JsonTable("v1beta1")},
                     {As(kYaml, "Table", "v1"), 200, kYaml, kYamlTable},
                     {As(kProtobuf, "Table", "v1") + ",application/json", 200, kJson, kJsonList},
                     {As(kProtobuf, "Table", "v1"), 406, kJson, kRefused},
                     {As(kJson, list, "v1"), 200, kJson, JsonMetadataList("v1")},
                     {As(kJson, list, "v1beta1"), 200, kJson, JsonMetadataList("v1beta1")},
                     {As(kYaml, list, "v1beta1"), 200, kYaml, kYamlMetadataList},
                     {As(kProtobuf, list, "v1"), 200, kProtobuf, kProtobufMetadataListV1},
                     {As(kProtobuf, list, "v1beta1"), 200, kProtobuf, kProtobufMetadataListV1Beta1},
                     {As(kJson, "PartialObjectMetadata", "v1") + ",application/json;q=0.1", 406,
                      kJson, mismatch + "\n"},
                     {As(kJson, "Foo", "v1"), 406, kJson, kRefused},
                     {"application/json;stream=watch", 200, kJson, kJsonList},
                     {"application/yaml;stream=watch", 406, kJson, kRefused},
                     {"application/cbor", 406, kJson, kRouterRefusedList},
                     {"application/cbor, application/json", 200, kJson, kJsonList},
                     {"application/*", 406, kJson, Compact(kRouterRefusedList)},
                     {"text/html", 406, kJson, kRouterRefusedList},
                     {"*/*;q=0.9, application/yaml;q=0.1", 200, kYaml, kYamlList},
                     {"text/html,application/xhtml+xml,*/*;q=0.8", 200, kJson, kJsonList},
                 });
}

TEST_F(AcceptMatrix, OfAnObject) {
  const std::string single = "PartialObjectMetadata";
  const std::string mismatch =
      "you requested PartialObjectMetadataList, but the requested object is not a list "
      "(*metrics.NodeMetrics)";
  Expect(kNode,
         {
             {"", 200, kJson, kJsonNode},
             {As(kJson, "Table", "v1"), 200, kJson, JsonTable("v1")},
             {As(kJson, single, "v1"), 200, kJson, JsonMetadata("v1") + "\n"},
             {As(kYaml, single, "v1"), 200, kYaml, kYamlMetadata},
             {As(kProtobuf, single, "v1"), 200, kProtobuf, kProtobufMetadata},
             {As(kJson, "PartialObjectMetadataList", "v1"), 406, kJson, Refusal(mismatch)},
             {As(kJson, "PartialObjectMetadataList", "v1") + ",application/yaml;q=0.5", 406, kYaml,
              "apiVersion: v1\n"
              "code: 406\n"
              "kind: Status\n"
              "message: you requested PartialObjectMetadataList, but the requested object is not\n"
              "  a list (*metrics.NodeMetrics)\n"
              "metadata: {}\n"
              "reason: NotAcceptable\n"
              "status: Failure\n"},
             {"application/*", 406, kJson, Compact(kRouterRefusedObject)},
         });
}

TEST_F(AcceptMatrix, BrowsersGetIndentedJson) {
  const Answer answer =
      Ask(handler_, MakeRequest(kNode, {{"Accept", "text/html,application/xhtml+xml,*/*;q=0.8"},
                                        {"User-Agent", "Mozilla/5.0 (X11; Linux x86_64)"}}));
  EXPECT_EQ(answer.body,
            "{\n"
            "  \"kind\": \"NodeMetrics\",\n"
            "  \"apiVersion\": \"metrics.k8s.io/v1beta1\",\n"
            "  \"metadata\": {\n"
            "    \"name\": \"n1\",\n"
            "    \"creationTimestamp\": \"2023-11-14T22:13:21Z\",\n"
            "    \"labels\": {\n"
            "      \"a\": \"b\"\n"
            "    }\n"
            "  },\n"
            "  \"timestamp\": \"2023-11-14T22:13:20Z\",\n"
            "  \"window\": \"15.5s\",\n"
            "  \"usage\": {\n"
            "    \"cpu\": \"123456789n\",\n"
            "    \"memory\": \"1Mi\"\n"
            "  }\n"
            "}");
}

}  // namespace
}  // namespace kubegauge::apiservice
