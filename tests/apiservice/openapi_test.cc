#include "apiservice/openapi.h"

#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "apiservice/openapi_protobuf.h"
#include "tests/apiservice/exchange.h"
#include "tests/fakes/manual_clock.h"

namespace kubegauge::apiservice {
namespace {

using ::kubegauge::testing::Answer;
using ::kubegauge::testing::Ask;
using ::kubegauge::testing::MakeRequest;
using Json = nlohmann::json;

constexpr char kNodesV3[] = "/openapi/v3/apis/metrics.k8s.io/v1beta1";

class OpenApiTest : public ::testing::Test {
 protected:
  Answer Get(const std::string& target, const testing::HeaderLiterals& headers = {}) {
    return Ask(handler_, MakeRequest(target, headers));
  }

  testing::ManualClock clock_{1'700'000'000'000'000'000};
  OpenApiHandler handler_{"v0.1.0", clock_};
};

// How many references a document has; each has to lead to a part of it.
size_t CheckReferences(const Json& document) {
  size_t references = 0;
  const std::function<void(const Json&)> visit = [&](const Json& node) {
    if (node.is_object() && node.contains("$ref")) {
      const std::string reference = node["$ref"];
      ASSERT_EQ(reference.substr(0, 2), "#/");
      EXPECT_TRUE(document.contains(Json::json_pointer(reference.substr(1)))) << reference;
      ++references;
    }
    if (node.is_structured()) {
      for (const auto& child : node) visit(child);
    }
  };
  visit(document);
  return references;
}

TEST_F(OpenApiTest, EveryReferenceLeadsSomewhere) {
  EXPECT_GT(CheckReferences(Json::parse(Get("/openapi/v2").body)), 100u);
  const Json index = Json::parse(Get("/openapi/v3").body);
  for (const auto& [name, entry] : index["paths"].items()) {
    const Json v3 = Json::parse(Get(entry["serverRelativeURL"]).body);
    EXPECT_EQ(v3["openapi"], "3.0.0") << name;
    EXPECT_GT(CheckReferences(v3), 0u);
  }
}

TEST_F(OpenApiTest, NamesUpstreamsPathsAndOperations) {
  const Json paths = Json::parse(Get("/openapi/v2").body)["paths"];
  const std::string base = "/apis/metrics.k8s.io/v1beta1";
  const std::pair<std::string, std::string> kOperations[] = {
      {"/apis/", "getAPIVersions"},
      {"/apis/metrics.k8s.io/", "getMetricsAPIGroup"},
      {base + "/", "getMetricsV1beta1APIResources"},
      {base + "/nodes", "listMetricsV1beta1NodeMetrics"},
      {base + "/nodes/{name}", "readMetricsV1beta1NodeMetrics"},
      {base + "/pods", "listMetricsV1beta1PodMetricsForAllNamespaces"},
      {base + "/namespaces/{namespace}/pods", "listMetricsV1beta1NamespacedPodMetrics"},
      {base + "/namespaces/{namespace}/pods/{name}", "readMetricsV1beta1NamespacedPodMetrics"},
      {"/version/", "getCodeVersion"},
  };
  for (const auto& [path, id] : kOperations) EXPECT_EQ(paths[path]["get"]["operationId"], id);
}

TEST_F(OpenApiTest, ListsADocumentForEachGroupAndVersion) {
  const Json index = Json::parse(Get("/openapi/v3").body)["paths"];
  std::vector<std::string> names;
  for (const auto& [name, entry] : index.items()) names.push_back(name);
  EXPECT_EQ(names,
            (std::vector<std::string>{"apis", "apis/metrics.k8s.io", "apis/metrics.k8s.io/v1",
                                      "apis/metrics.k8s.io/v1beta1", "version"}));
}

TEST_F(OpenApiTest, AnswersNotModifiedToWhoHasIt) {
  for (const char* target : {"/openapi/v2", "/openapi/v3", kNodesV3}) {
    const Answer first = Get(target);
    const std::string etag = first.Header("Etag");
    EXPECT_EQ(etag.size(), 130u);
    EXPECT_EQ(first.Header("Last-Modified"), "Tue, 14 Nov 2023 22:13:20 GMT");
    const std::pair<testing::HeaderLiterals, unsigned> kCases[] = {
        {{{"If-None-Match", etag}}, 304},
        {{{"If-None-Match", "\"x\", W/" + etag}}, 304},
        {{{"If-None-Match", "\"x\""}}, 200},
        {{{"If-Modified-Since", "Tue, 14 Nov 2023 22:13:20 GMT"}}, 304},
        {{{"If-Modified-Since", "Tue, 14 Nov 2023 22:13:19 GMT"}}, 200},
        {{{"If-Modified-Since", "yesterday"}}, 200},
        {{{"If-None-Match", "\"x\""}, {"If-Modified-Since", "Tue, 14 Nov 2023 22:13:20 GMT"}}, 200},
    };
    for (const auto& [headers, status] : kCases) EXPECT_EQ(Get(target, headers).status, status);
  }
}

TEST_F(OpenApiTest, ServesProtobufUnderBothItsNames) {
  for (const char* accept : {"application/com.github.proto-openapi.spec.v2.v1.0+protobuf",
                             "application/com.github.proto-openapi.spec.v2@v1.0+protobuf, */*"}) {
    const Answer answer = Get("/openapi/v2", {{"Accept", accept}});
    EXPECT_EQ(answer.Header("Content-Type"),
              "application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
    EXPECT_EQ(answer.Header("Etag"), Get("/openapi/v2").Header("Etag"));
    EXPECT_EQ(answer.body.substr(0, 5),
              "\x0a\x03"
              "2.0");
  }
  EXPECT_EQ(
      Get(kNodesV3, {{"Accept", "application/com.github.proto-openapi.spec.v3@v1.0+protobuf"}})
          .Header("Content-Type"),
      "application/com.github.proto-openapi.spec.v3.v1.0+protobuf");
  for (const char* target : {"/openapi/v2", kNodesV3}) {
    const Answer refused = Get(target, {{"Accept", "text/html"}});
    EXPECT_EQ(refused.status, 406u);
    EXPECT_EQ(refused.body, "");
  }
}

TEST_F(OpenApiTest, DocumentsWithTheirHashNeverChange) {
  const Answer plain = Get(kNodesV3);
  EXPECT_EQ(plain.Header("Cache-Control"), "");
  const std::string etag = plain.Header("Etag");
  const std::string url = kNodesV3 + ("?hash=" + etag.substr(1, 128));
  const Answer hashed = Get(url);
  EXPECT_EQ(hashed.status, 200u);
  EXPECT_EQ(hashed.Header("Cache-Control"), "public, immutable");
  EXPECT_EQ(hashed.Header("Expires"), "Wed, 13 Nov 2024 22:13:20 GMT");
  const Answer stale = Get(std::string(kNodesV3) + "?hash=0");
  EXPECT_EQ(stale.status, 301u);
  EXPECT_EQ(stale.Header("Location"), url);
  EXPECT_EQ(stale.Header("Etag"), etag);
  EXPECT_EQ(stale.Header("Content-Type"), "application/json");
  EXPECT_EQ(stale.body, "");
  const Answer unknown = Get("/openapi/v3/apis/apps/v1");
  EXPECT_EQ(unknown.status, 200u);
  EXPECT_EQ(unknown.body, "");
}

TEST_F(OpenApiTest, CompressesTheLargeDocument) {
  const Answer answer = Get("/openapi/v2", {{"Accept-Encoding", "gzip, deflate"}});
  EXPECT_EQ(answer.Header("Content-Encoding"), "gzip");
  EXPECT_EQ(answer.body.substr(0, 2), "\x1f\x8b");
  EXPECT_LT(answer.body.size(), Get("/openapi/v2").body.size() / 4);
}

TEST_F(OpenApiTest, TakesGzipByItsQuality) {
  const auto encoding = [&](const std::string& accepted) {
    return Get("/openapi/v2", {{"Accept-Encoding", accepted}}).Header("Content-Encoding");
  };
  EXPECT_EQ(encoding("gzip;q=0.5"), "gzip");
  EXPECT_EQ(encoding("deflate, GZIP ; q=1"), "gzip");
  EXPECT_EQ(encoding("gzip;q=0.0"), "");
  EXPECT_EQ(encoding("deflate"), "");
  EXPECT_EQ(Get("/openapi/v3", {{"Accept-Encoding", "gzip"}}).Header("Content-Encoding"), "");
}

TEST_F(OpenApiTest, AnswersAnAcceptThatNamesNoMediaTypeAsUpstream) {
  for (const char* accept : {"foo", ";q=0.9", "a/b/c", ","}) {
    const Answer empty = Get(kNodesV3, {{"Accept", accept}});
    EXPECT_EQ(empty.status, 200u) << accept;
    EXPECT_EQ(empty.body, "");
    EXPECT_EQ(empty.Header("Content-Type"), "");
    EXPECT_EQ(Get("/openapi/v2", {{"Accept", accept}}).status, 406u) << accept;
  }
}

TEST_F(OpenApiTest, SaysWhatItsAnswersVaryBy) {
  const auto vary = [&](const std::string& target, const std::string& accept) {
    std::string all;
    for (const auto& [name, value] : Get(target, {{"Accept", accept}}).headers) {
      if (name == "Vary") all += value + ";";
    }
    return all;
  };
  EXPECT_EQ(vary("/openapi/v2", ""), "Accept-Encoding;Accept;");
  EXPECT_EQ(vary("/openapi/v2", "text/html"), "Accept-Encoding;Accept;");
  EXPECT_EQ(vary(kNodesV3, ""), "Accept;");
  EXPECT_EQ(vary("/openapi/v3/apis/none", ""), "");
  EXPECT_EQ(vary("/openapi/v3/apis/none", "text/html"), "Accept;");
  EXPECT_EQ(vary("/openapi/v3", ""), "");
}

// By the field numbers of gnostic.
TEST(OpenApiProtobuf, HasGnosticsFields) {
  const Json v2 = {{"swagger", "2.0"},
                   {"definitions", {{"N", {{"type", "string"}, {"x-k", "v"}}}}}};
  const std::string type("\xb2\x01\x08\x0a\x06string", 11);
  const std::string extension("\xfa\x01\x0b\x0a\x03x-k\x12\x04\x12\x02v\x0a", 14);
  EXPECT_EQ(OpenApiV2Protobuf(v2),
            "\x0a\x03"
            "2.0"
            "\x4a\x20\x0a\x1e\x0a\x01N\x12\x19" +
                type + extension);
  const Json v3 = {
      {"components", {{"schemas", {{"N", {{"items", {{"$ref", "#/x"}}}, {"type", "array"}}}}}}}};
  const std::string array(
      "\xca\x01\x05"
      "array",
      8);
  const std::string items("\xf2\x01\x09\x0a\x07\x12\x05\x0a\x03#/x", 12);
  EXPECT_EQ(OpenApiV3Protobuf(v3),
            "\x2a\x1f\x0a\x1d\x0a\x1b\x0a\x01N\x12\x16\x0a\x14" + array + items);
}

TEST(OpenApiProtobuf, SharesParametersByReference) {
  const Json v2 = {{"paths", {{"/x", {{"parameters", {{{"$ref", "#/p"}}}}}}}},
                   {"parameters", {{"a", {{"in", "query"}, {"name", "a"}}}}}};
  const std::string item("\x4a\x07\x12\x05\x0a\x03#/p", 9);
  const std::string query(
      "\x12\x05query\x22\x01"
      "a",
      10);
  EXPECT_EQ(OpenApiV2Protobuf(v2), "\x42\x11\x12\x0f\x0a\x02/x\x12\x09" + item +
                                       "\x52\x15\x0a\x13\x0a\x01"
                                       "a\x12\x0e\x12\x0c\x1a\x0a" +
                                       query);
}

// A default that is an object has no form in protobuf but is there, as upstream's.
TEST(OpenApiProtobuf, HasDefaultsAndAlternatives) {
  const auto bytes = [](const Json& schema) {
    return OpenApiV3Protobuf({{"components", {{"schemas", {{"N", schema}}}}}}).substr(13);
  };
  using namespace std::string_literals;
  EXPECT_EQ(bytes({{"default", ""}}), "\x8a\x02\x02\x1a\x00"s);
  EXPECT_EQ(bytes({{"default", "x"}}), "\x8a\x02\x03\x1a\x01x"s);
  EXPECT_EQ(bytes({{"default", false}}), "\x8a\x02\x02\x10\x00"s);
  EXPECT_EQ(bytes({{"default", true}}), "\x8a\x02\x02\x10\x01"s);
  EXPECT_EQ(bytes({{"default", Json::object()}}), "\x8a\x02\x00"s);
  EXPECT_EQ(bytes({{"oneOf", {{{"type", "a"}}, {{"type", "b"}}}}}),
            "\xda\x01\x06\x0a\x04\xca\x01\x01"
            "a"
            "\xda\x01\x06\x0a\x04\xca\x01\x01"
            "b"s);
}

}  // namespace
}  // namespace kubegauge::apiservice
