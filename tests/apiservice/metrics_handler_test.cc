// Answers of a real metrics-server (testdata/metrics-server-0.6) and the rules of wire.md A.8 to
// A.11.

#include "apiservice/metrics_handler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/apiservice/exchange.h"
#include "tests/apiservice/recorded_cluster.h"
#include "tests/fakes/manual_clock.h"

namespace kubegauge::apiservice {
namespace {

using ::kubegauge::testing::Answer;
using ::kubegauge::testing::Ask;
using ::kubegauge::testing::At;
using ::kubegauge::testing::Golden;
using ::kubegauge::testing::MakeRequest;
using ::kubegauge::testing::MakeSnapshot;
using ::kubegauge::testing::ManualClock;
using ::kubegauge::testing::PodUsageLiteral;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr uint64_t kMi = 1 << 20;
const std::string kTableAccept =
    "application/json;as=Table;v=v1;g=meta.k8s.io,"
    "application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";

std::string Gunzip(const std::string& compressed) {
  z_stream state{};
  EXPECT_EQ(inflateInit2(&state, MAX_WBITS + 16), Z_OK);
  std::string text(4 << 20, '\0');
  state.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  state.avail_in = static_cast<uInt>(compressed.size());
  state.next_out = reinterpret_cast<Bytef*>(text.data());
  state.avail_out = static_cast<uInt>(text.size());
  EXPECT_EQ(inflate(&state, Z_FINISH), Z_STREAM_END);
  text.resize(state.total_out);
  inflateEnd(&state);
  return text;
}

class MetricsHandlerTest : public ::testing::Test {
 protected:
  Answer Get(const std::string& target, const std::string& accept = "application/json") {
    return Ask(handler_, MakeRequest(target, {{"Accept", accept}}));
  }

  ManualClock clock_{testing::RecordedAt()};
  PublishedSnapshot snapshot_{testing::RecordedCluster()};
  MetricsHandler handler_{snapshot_, clock_};
};

TEST_F(MetricsHandlerTest, AnswersByteForByteAsMetricsServerDoes) {
  const std::string v1beta1 = "/apis/metrics.k8s.io/v1beta1";
  const struct {
    std::string target;
    std::string accept;
    std::string golden;
  } kCases[] = {
      {v1beta1 + "/nodes", "application/json", "nodes.json"},
      {v1beta1 + "/nodes", kTableAccept, "nodes.table.json"},
      {v1beta1 + "/namespaces/ns-000/pods", "application/json", "pods-ns.json"},
      {v1beta1 + "/namespaces/ns-000/pods", kTableAccept, "pods-ns.table.json"},
      {v1beta1 + "/pods", "application/json, */*", "pods-ns.json"},
      {v1beta1 + "/namespaces/ns-000/pods/app-00-00000-000", "", "pod.json"},
      {v1beta1 + "/namespaces/ns-000/pods/app-00-00000-000", kTableAccept, "pod.table.json"},
      {v1beta1 + "/nodes/none", "application/json", "notfound.json"},
      {v1beta1 + "/nodes/none", kTableAccept, "notfound.table.json"},
      {v1beta1 + "/nodes/", "*/*", "nodes.json"},
  };
  for (const auto& test : kCases) {
    const Answer answer = Get(test.target, test.accept);
    EXPECT_EQ(answer.body, Golden(test.golden)) << test.target << " Accept: " << test.accept;
    EXPECT_EQ(answer.Header("Content-Type"), "application/json");
  }
}

TEST_F(MetricsHandlerTest, AnswersYamlByteForByteAsMetricsServerDoes) {
  const std::string v1beta1 = "/apis/metrics.k8s.io/v1beta1";
  const std::pair<std::string, std::string> kCases[] = {
      {"/nodes", "nodes.yaml"},
      {"/namespaces/ns-000/pods", "pods-ns.yaml"},
      {"/namespaces/ns-000/pods/app-00-00000-000", "pod.yaml"},
      {"/nodes/none", "notfound.yaml"},
  };
  for (const auto& [path, golden] : kCases) {
    const Answer answer = Get(v1beta1 + path, "application/yaml");
    EXPECT_EQ(answer.body, Golden(golden)) << path;
    EXPECT_EQ(answer.Header("Content-Type"), "application/yaml");
  }
  EXPECT_EQ(Get(v1beta1 + "/namespaces/none/pods", "application/yaml").body,
            "apiVersion: metrics.k8s.io/v1beta1\nitems: []\nkind: PodMetricsList\nmetadata: {}\n");
}

TEST_F(MetricsHandlerTest, TellsTheAgesOfWhatItServesOnce) {
  class Ages final : public FreshnessObserver {
   public:
    void OnServed(const FreshnessCounts& counts) override { total_ += counts.total; }
    uint64_t total_ = 0;
  };
  const std::string pod = "/apis/metrics.k8s.io/v1beta1/namespaces/ns-000/pods/app-00-00000-000";
  const std::string node_of_none = "/apis/metrics.k8s.io/v1beta1/nodes/none";
  for (const std::string& accept :
       {std::string("application/json"), kTableAccept, std::string("application/yaml"),
        std::string("application/vnd.kubernetes.protobuf")}) {
    Ages ages;
    MetricsHandler handler(snapshot_, clock_, &ages);
    EXPECT_EQ(Ask(handler, MakeRequest(pod, {{"Accept", accept}})).status, 200u);
    EXPECT_EQ(ages.total_, 1u) << accept;
    EXPECT_EQ(Ask(handler, MakeRequest(node_of_none, {{"Accept", accept}})).status, 404u);
    EXPECT_EQ(ages.total_, 1u) << accept;
  }
}

TEST_F(MetricsHandlerTest, ServesMetadataAlone) {
  const std::string pods = "/apis/metrics.k8s.io/v1beta1/namespaces/ns-000/pods";
  const std::string pod = pods + "/app-00-00000-000";
  const auto accept = [](const std::string& type, const std::string& kind,
                         const std::string& version) {
    return type + ";as=" + kind + ";g=meta.k8s.io;v=" + version;
  };
  const std::string metadata =
      R"("metadata":{"name":"app-00-00000-000","namespace":"ns-000",)"
      R"("creationTimestamp":"2026-11-22T21:35:00Z","labels":{"app":"app-00",)"
      R"("pod-template-hash":"65847cf6ff"}}})";
  EXPECT_EQ(Get(pod, accept("application/json", "PartialObjectMetadata", "v1")).body,
            R"({"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1",)" + metadata + "\n");
  EXPECT_EQ(Get(pods + "?labelSelector=app%3Dapp-00",
                accept("application/json", "PartialObjectMetadataList", "v1beta1"))
                .body,
            R"({"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1beta1",)"
            R"("metadata":{},"items":[{"kind":"PartialObjectMetadata",)"
            R"("apiVersion":"meta.k8s.io/v1beta1",)" +
                metadata + "]}\n");
  EXPECT_EQ(
      nlohmann::json::parse(
          Get(pods, accept("application/json", "PartialObjectMetadata", "v1")).body)["message"],
      "you requested PartialObjectMetadata, but the requested object is a list "
      "(*metrics.PodMetricsList)");
  EXPECT_EQ(
      nlohmann::json::parse(
          Get(pod, accept("application/json", "PartialObjectMetadataList", "v1")).body)["message"],
      "you requested PartialObjectMetadataList, but the requested object is not a list "
      "(*metrics.PodMetrics)");
  // The two versions have the fields of the list the other way round.
  const std::string none =
      "/apis/metrics.k8s.io/v1beta1/nodes?labelSelector=kubernetes.io/hostname%3Dnode-00003";
  const std::string protobuf = "application/vnd.kubernetes.protobuf";
  const std::string v1 = Get(none, accept(protobuf, "PartialObjectMetadataList", "v1")).body;
  const std::string beta = Get(none, accept(protobuf, "PartialObjectMetadataList", "v1beta1")).body;
  const std::string list_meta("\x06\x0a\x00\x12\x00\x1a\x00", 7);
  EXPECT_NE(v1.find("\x0a" + list_meta + "\x12"), std::string::npos);
  EXPECT_TRUE(beta.ends_with("\x12" + list_meta + std::string("\x1a\0\x22\0", 4)));
}

TEST_F(MetricsHandlerTest, CompressesOnlyLargeListsForWhoTakesIt) {
  std::vector<testing::PodUsageLiteral> pods;
  for (int i = 0; i < 2000; ++i) {
    pods.push_back({"ns", "pod-" + std::to_string(1000 + i), {}, {{"c", {1, kMi, 1}}}});
  }
  snapshot_.Set(MakeSnapshot({{"n", {}, {}}}, pods));
  const std::string all = "/apis/metrics.k8s.io/v1beta1/pods";
  const auto get = [&](const std::string& target, const std::string& encoding) {
    return Ask(handler_, MakeRequest(target, {{"Accept-Encoding", encoding}}));
  };
  const Answer plain = get(all, "");
  ASSERT_GT(plain.body.size(), 131'072u);
  EXPECT_EQ(plain.Header("Content-Encoding"), "");
  const Answer zipped = get(all, "deflate, gzip");
  EXPECT_EQ(zipped.Header("Content-Encoding"), "gzip");
  EXPECT_EQ(zipped.Header("Vary"), "Accept-Encoding");
  EXPECT_LT(zipped.body.size(), plain.body.size() / 5);
  EXPECT_EQ(Gunzip(zipped.body), plain.body);
  EXPECT_EQ(get(all, "gzip;q=1").Header("Content-Encoding"), "") << "upstream reads no parameters";
  const Answer small = get(all + "?fieldSelector=metadata.name%3Dpod-1000", "gzip");
  EXPECT_EQ(small.Header("Content-Encoding"), "");
  EXPECT_EQ(small.Header("Vary"), "");
}

TEST_F(MetricsHandlerTest, ServesV1WithTheSameSchema) {
  const auto beta = nlohmann::json::parse(Get("/apis/metrics.k8s.io/v1beta1/nodes").body);
  auto ga = nlohmann::json::parse(Get("/apis/metrics.k8s.io/v1/nodes").body);
  EXPECT_EQ(ga["apiVersion"], "metrics.k8s.io/v1");
  ga["apiVersion"] = beta["apiVersion"];
  EXPECT_EQ(ga, beta);
}

TEST_F(MetricsHandlerTest, SelectsByLabelAndField) {
  const struct {
    std::string query;
    std::vector<std::string> names;
  } kCases[] = {
      {"labelSelector=app%3Dapp-02", {"app-02-00014-002"}},
      {"labelSelector=app+notin+(app-02)", {"app-00-00000-000"}},
      {"labelSelector=pod-template-hash", {"app-00-00000-000", "app-02-00014-002"}},
      {"fieldSelector=metadata.name%3Dapp-00-00000-000", {"app-00-00000-000"}},
      {"fieldSelector=metadata.namespace%21%3Dns-000", {}},
      {"fieldSelector=metadata.name!=app-00-00000-000", {"app-02-00014-002"}},
      {"limit=1&continue=x&resourceVersion=5&timeoutSeconds=3",
       {"app-00-00000-000", "app-02-00014-002"}},
      {"watch=false", {"app-00-00000-000", "app-02-00014-002"}},
  };
  for (const auto& test : kCases) {
    const Answer answer = Get("/apis/metrics.k8s.io/v1beta1/pods?" + test.query);
    ASSERT_EQ(answer.status, 200u) << test.query << answer.body;
    std::vector<std::string> names;
    const auto list = nlohmann::json::parse(answer.body);
    for (const auto& item : list["items"]) {
      names.push_back(item["metadata"]["name"]);
    }
    EXPECT_EQ(names, test.names) << test.query;
  }
}

TEST_F(MetricsHandlerTest, NodesHaveNoNamespaceToSelectBy) {
  const auto count = [&](const std::string& query) {
    return nlohmann::json::parse(
               Get("/apis/metrics.k8s.io/v1beta1/nodes?fieldSelector=" + query).body)["items"]
        .size();
  };
  EXPECT_EQ(count("metadata.namespace=x"), 0u);
  EXPECT_EQ(count("metadata.namespace="), 2u);
  EXPECT_EQ(count("metadata.namespace!=x"), 2u);
}

TEST_F(MetricsHandlerTest, EmptyListsAreNeverNull) {
  EXPECT_EQ(Get("/apis/metrics.k8s.io/v1beta1/namespaces/none/pods").body,
            R"({"kind":"PodMetricsList","apiVersion":"metrics.k8s.io/v1beta1","metadata":{},)"
            "\"items\":[]}\n");
  EXPECT_EQ(Get("/apis/metrics.k8s.io/v1beta1/namespaces/none/pods", kTableAccept).body,
            R"({"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{},)"
            "\"columnDefinitions\":null,\"rows\":null}\n");
}

// Upstream leaves the items of a list of metadata to the encoder, which knows only "none".
TEST_F(MetricsHandlerTest, EmptyListsOfMetadataAreNull) {
  const std::string pods = "/apis/metrics.k8s.io/v1beta1/namespaces/none/pods";
  const std::string list = ";as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
  EXPECT_EQ(Get(pods, "application/json" + list).body,
            R"({"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1","metadata":{},)"
            "\"items\":null}\n");
  EXPECT_EQ(Get(pods, "application/yaml" + list).body,
            "apiVersion: meta.k8s.io/v1\nitems: null\nkind: PartialObjectMetadataList\n"
            "metadata: {}\n");
}

TEST_F(MetricsHandlerTest, RefusesInUpstreamsWords) {
  const std::string v1beta1 = "/apis/metrics.k8s.io/v1beta1";
  const struct {
    std::string target;
    unsigned status;
    std::string message;
  } kCases[] = {
      {v1beta1 + "/namespaces/ns-000/pods/none", 404, "pods \"none\" not found"},
      {v1beta1 + "/namespaces/ns-000/pods/unmeasured", 404,
       "podmetrics.metrics.k8s.io \"ns-000/unmeasured\" not found"},
      {v1beta1 + "/nodes?watch=true&resourceVersion=x", 400,
       "resourceVersion: Invalid value: \"x\": strconv.ParseUint: parsing \"x\": invalid syntax"},
      {v1beta1 + "/nodes?watch=true&sendInitialEvents=true", 422,
       "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: "
       "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"},
      {v1beta1 + "/nodes?watch=true&resourceVersionMatch=NotOlderThan", 422,
       "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: "
       "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"},
      {v1beta1 + "/watch/nodes", 404, "the server could not find the requested resource"},
      {v1beta1 + "/deployments", 404, "the server could not find the requested resource"},
      {v1beta1 + "/namespaces/d/nodes", 404, "the server could not find the requested resource"},
      {v1beta1 + "/pods/p", 404, "the server could not find the requested resource"},
      {v1beta1 + "/nodes/n/status", 404, "the server could not find the requested resource"},
      {"/apis/metrics.k8s.io/v1alpha1/nodes", 404,
       "the server could not find the requested resource"},
      {v1beta1 + "/pods?fieldSelector=status.phase%3DRunning", 400,
       "\"status.phase\" is not a known field selector: only \"metadata.name\", "
       "\"metadata.namespace\""},
      {v1beta1 + "/pods?limit=abc", 400, "strconv.ParseInt: parsing \"abc\": invalid syntax"},
      {v1beta1 + "/pods?resourceVersion=1&resourceVersionMatch=<x>", 422,
       "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Unsupported value: "
       "\"\\u003cx\\u003e\": supported values: \"Exact\", \"NotOlderThan\", \"\""},
      {v1beta1 + "/pods?resourceVersionMatch=Exact", 422,
       "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: "
       "resourceVersionMatch is forbidden unless resourceVersion is provided"},
      {v1beta1 + "/namespaces/ns-000/pods/app-00-00000-000?export=true", 400,
       "the export parameter, deprecated since v1.14, is no longer supported"},
      {v1beta1 + "/namespaces/ns-000/pods/app-00-00000-000?export", 400,
       "the export parameter, deprecated since v1.14, is no longer supported"},
      {v1beta1 + "/pods?limit=abc&timeoutSeconds=x&labelSelector=((", 400,
       "strconv.ParseInt: parsing \"x\": invalid syntax"},
      {v1beta1 + "/pods?fieldSelector=a%22b%3Dc", 400,
       "\"a\\\"b\" is not a known field selector: only \"metadata.name\", "
       "\"metadata.namespace\""},
  };
  for (const auto& test : kCases) {
    const Answer answer = Get(test.target);
    EXPECT_EQ(answer.status, test.status) << test.target;
    const auto status = nlohmann::json::parse(answer.body);
    EXPECT_EQ(status["kind"], "Status");
    EXPECT_EQ(status["code"], test.status);
    EXPECT_EQ(status["message"], test.message) << test.target;
  }
}

TEST_F(MetricsHandlerTest, KnownNodeWithoutMetricsIsToldApart) {
  snapshot_.Set(MakeSnapshot({{"fresh", {}, {}}}, {}));
  EXPECT_EQ(nlohmann::json::parse(Get("/apis/metrics.k8s.io/v1beta1/nodes/fresh").body)["message"],
            "nodemetrics.metrics.k8s.io \"fresh\" not found");
}

TEST_F(MetricsHandlerTest, NodeThatTheSelectorLeavesOutIsKnownToExist) {
  const auto catalog = std::make_shared<const scraper::Catalog>(
      std::vector<kube::ObjectMetaRef>(), std::vector<kube::ObjectMetaRef>(),
      std::vector<kube::ObjectMetaRef>{kube::ObjectMeta::Create("", "b1")});
  const scraper::Snapshot::Points no_points;
  snapshot_.Set(std::make_shared<const scraper::Snapshot>(catalog, no_points,
                                                          scraper::PlacePods(*catalog, no_points)));
  const std::string nodes = "/apis/metrics.k8s.io/v1beta1/nodes";
  const Answer answer = Get(nodes + "/b1");
  EXPECT_EQ(answer.status, 404u);
  const auto status = nlohmann::json::parse(answer.body);
  EXPECT_EQ(status["message"], "nodemetrics.metrics.k8s.io \"b1\" not found");
  EXPECT_EQ(
      status["details"],
      nlohmann::json::parse(R"({"name":"b1","group":"metrics.k8s.io","kind":"nodemetrics"})"));
  EXPECT_EQ(nlohmann::json::parse(Get(nodes + "/b2").body)["message"], "node \"b2\" not found");
  EXPECT_EQ(nlohmann::json::parse(Get(nodes).body)["items"], nlohmann::json::array());
}

TEST_F(MetricsHandlerTest, OnlyGetIsAllowed) {
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE", "HEAD"}) {
    const Answer answer =
        Ask(handler_, MakeRequest("/apis/metrics.k8s.io/v1beta1/nodes", {}, method));
    EXPECT_EQ(answer.status, 405u) << method;
  }
}

TEST_F(MetricsHandlerTest, IncludeObjectChoosesWhatATableCarries) {
  const std::string target = "/apis/metrics.k8s.io/v1beta1/nodes/node-00003?includeObject=";
  EXPECT_THAT(Get(target + "None", kTableAccept).body, HasSubstr("\"object\":null}"));
  EXPECT_THAT(
      Get(target + "Object", kTableAccept).body,
      HasSubstr(R"("object":{"kind":"NodeMetrics","apiVersion":"metrics.k8s.io/v1beta1",)"));
  const Answer bad = Get(target + "x", kTableAccept);
  EXPECT_EQ(bad.status, 400u);
  EXPECT_THAT(bad.body, HasSubstr("must be 'Metadata', 'Object', 'None', or empty"));
  EXPECT_EQ(Get("/apis/metrics.k8s.io/v1beta1/nodes/none?includeObject=x", kTableAccept).status,
            404u)
      << "upstream looks at it only when it has the object";
}

TEST_F(MetricsHandlerTest, IndentsForPeople) {
  const Answer answer = Ask(
      handler_, MakeRequest("/apis/metrics.k8s.io/v1beta1/nodes", {{"User-Agent", "curl/7.88.1"}}));
  EXPECT_THAT(answer.body, StartsWith("{\n  \"kind\": \"NodeMetricsList\",\n"));
  EXPECT_EQ(answer.body, nlohmann::ordered_json::parse(answer.body).dump(2));
  const Answer compact = Ask(handler_, MakeRequest("/apis/metrics.k8s.io/v1beta1/nodes?pretty=0",
                                                   {{"User-Agent", "curl/7.88.1"}}));
  EXPECT_EQ(compact.body, Golden("nodes.json"));
}

TEST_F(MetricsHandlerTest, LargeListIsStreamedInPartsAndWhole) {
  std::vector<PodUsageLiteral> pods;
  for (int i = 0; i < 2000; ++i) {
    pods.push_back({"d",
                    "pod-" + std::to_string(10'000 + i),
                    {{"app", "x"}},
                    {{"c", {static_cast<uint64_t>(i), kMi, At("2026-11-22T21:34:53Z")}}}});
  }
  snapshot_.Set(MakeSnapshot({{"n", {}, {}}}, pods));
  const Request request = MakeRequest("/apis/metrics.k8s.io/v1beta1/pods");
  const RequestInfo info = ParseRequestInfo(request);
  const UserInfo user;
  Response response = handler_.Handle({.request = request, .info = info, .user = user});
  ASSERT_NE(response.stream, nullptr);
  std::string body;
  size_t parts = 0;
  for (bool more = true; more; ++parts) {
    std::string part;
    more = response.stream->Next(part);
    EXPECT_LE(part.size(), kBodyPartBytes + 1024);
    body += part;
  }
  EXPECT_GT(parts, 4u);
  EXPECT_EQ(nlohmann::json::parse(body)["items"].size(), 2000u);
}

TEST_F(MetricsHandlerTest, EscapesNamesThatNoApiServerWouldAccept) {
  const int64_t now = At("2026-11-22T21:34:53Z");
  snapshot_.Set(MakeSnapshot(
      {{"n", {}, {}}},
      {{"systemd", R"(dev-disk\x2d1.device)", {{"k", "<v>"}}, {{"a\"b", {1, 1, now}}}}}));
  const auto list = nlohmann::json::parse(Get("/apis/metrics.k8s.io/v1beta1/pods").body);
  EXPECT_EQ(list["items"][0]["metadata"]["name"], R"(dev-disk\x2d1.device)");
  EXPECT_EQ(list["items"][0]["metadata"]["labels"]["k"], "<v>");
  EXPECT_EQ(list["items"][0]["containers"][0]["name"], "a\"b");
  EXPECT_EQ(
      Get("/apis/metrics.k8s.io/v1beta1/namespaces/systemd/pods/dev-disk%5Cx2d1.device").status,
      200u);
}

}  // namespace
}  // namespace kubegauge::apiservice
