#include "apiservice/discovery.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "apiservice/openapi.h"
#include "tests/apiservice/exchange.h"

namespace kubegauge::apiservice {
namespace {

using ::kubegauge::testing::Answer;
using ::kubegauge::testing::Ask;
using ::kubegauge::testing::MakeRequest;

TEST(Discovery, DocumentsAreUpstreamsWithV1Beside) {
  DiscoveryHandler handler({.server_address = ":10250"});
  const std::string versions =
      R"("versions":[{"groupVersion":"metrics.k8s.io/v1beta1","version":"v1beta1"},)"
      R"({"groupVersion":"metrics.k8s.io/v1","version":"v1"}],)"
      R"("preferredVersion":{"groupVersion":"metrics.k8s.io/v1beta1","version":"v1beta1"})";
  const auto resources = [](const std::string& version) {
    return R"({"kind":"APIResourceList","apiVersion":"v1","groupVersion":"metrics.k8s.io/)" +
           version +
           R"(","resources":[{"name":"nodes","singularName":"","namespaced":false,)"
           R"("kind":"NodeMetrics","verbs":["get","list"]},{"name":"pods","singularName":"",)"
           R"("namespaced":true,"kind":"PodMetrics","verbs":["get","list"]}]})"
           "\n";
  };
  const struct {
    std::string path;
    std::string body;
  } kCases[] = {
      {"/apis", R"({"kind":"APIGroupList","groups":[{"name":"metrics.k8s.io",)" + versions +
                    R"(,"serverAddressByClientCIDRs":[{"clientCIDR":"0.0.0.0/0",)"
                    "\"serverAddress\":\":10250\"}]}]}\n"},
      {"/apis/metrics.k8s.io",
       R"({"kind":"APIGroup","apiVersion":"v1","name":"metrics.k8s.io",)" + versions + "}\n"},
      {"/apis/metrics.k8s.io/v1beta1", resources("v1beta1")},
      {"/apis/metrics.k8s.io/v1beta1/", resources("v1beta1")},
      {"/apis/metrics.k8s.io/v1", resources("v1")},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(Ask(handler, MakeRequest(test.path)).body, test.body) << test.path;
  }
}

TEST(Discovery, UnknownGroupsAndVersionsAreNotFound) {
  DiscoveryHandler handler({.server_address = ":1"});
  for (const char* path :
       {"/apis/apps", "/apis/metrics.k8s.io/v1alpha1", "/apis/metrics.k8s.iox"}) {
    EXPECT_EQ(Ask(handler, MakeRequest(path)).status, 404u) << path;
  }
  EXPECT_EQ(Ask(handler, MakeRequest("/apis", {}, "POST")).status, 405u);
}

TEST(OpenApi, EveryReferenceIsDefined) {
  const auto document = nlohmann::json::parse(OpenApiV2Document("v0.1.0"));
  size_t references = 0;
  const std::function<void(const nlohmann::json&)> visit = [&](const nlohmann::json& node) {
    if (node.is_object() && node.contains("$ref")) {
      const std::string prefix = "#/definitions/";
      const std::string reference = node["$ref"];
      ASSERT_EQ(reference.substr(0, prefix.size()), prefix);
      EXPECT_TRUE(document["definitions"].contains(reference.substr(prefix.size()))) << reference;
      ++references;
    }
    if (node.is_structured()) {
      for (const auto& child : node) visit(child);
    }
  };
  visit(document);
  EXPECT_GT(references, 30u);
  EXPECT_TRUE(document["paths"].contains(
      "/apis/metrics.k8s.io/v1beta1/namespaces/{namespace}/pods/{name}"));
  EXPECT_EQ(document["paths"]["/apis/metrics.k8s.io/v1beta1/nodes"]["get"]["operationId"],
            "listMetricsV1beta1NodeMetrics");
}

TEST(OpenApi, AnswersNotModifiedToItsOwnETag) {
  OpenApiHandler handler("v0.1.0");
  const Answer first = Ask(handler, MakeRequest("/openapi/v2"));
  EXPECT_EQ(first.status, 200u);
  const Answer second =
      Ask(handler, MakeRequest("/openapi/v2", {{"If-None-Match", first.Header("Etag")}}));
  EXPECT_EQ(second.status, 304u);
  EXPECT_EQ(second.body, "");
  EXPECT_EQ(Ask(handler, MakeRequest("/openapi/v2", {{"Accept", "text/html"}})).status, 406u);
}

}  // namespace
}  // namespace kubegauge::apiservice
