#include "apiservice/discovery.h"

#include <gtest/gtest.h>

#include <string>

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
           R"("kind":"NodeMetrics","verbs":["get","list","watch"]},{"name":"pods","singularName":"",)"
           R"("namespaced":true,"kind":"PodMetrics","verbs":["get","list","watch"]}]})"
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

// Whose 404 it is: other groups are no business of this API's, and get the list of paths.
TEST(Discovery, ServesItsGroupAlone) {
  for (const char* path : {"/apis", "/apis/", "/apis/metrics.k8s.io", "/apis/metrics.k8s.io/v2"}) {
    EXPECT_TRUE(DiscoveryHandler::Serves(path)) << path;
  }
  for (const char* path :
       {"//apis", "/apis//", "/apis/apps", "/apis/metrics.k8s.iox", "/api", "/apisx"}) {
    EXPECT_FALSE(DiscoveryHandler::Serves(path)) << path;
  }
}

constexpr char kAggregated[] =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

TEST(Discovery, AggregatedFormForWhoAsksForIt) {
  DiscoveryHandler handler({.server_address = ":1", .serves_watch = false});
  const auto version = [](const std::string& name) {
    return R"({"version":")" + name +
           R"(","resources":[{"resource":"nodes","responseKind":{"group":"","version":"",)"
           R"("kind":"NodeMetrics"},"scope":"Cluster","singularResource":"",)"
           R"("verbs":["get","list"]},{"resource":"pods","responseKind":{"group":"",)"
           R"("version":"","kind":"PodMetrics"},"scope":"Namespaced","singularResource":"",)"
           R"("verbs":["get","list"]}],"freshness":"Current"})";
  };
  const Answer answer = Ask(handler, MakeRequest("/apis", {{"Accept", kAggregated}}));
  EXPECT_EQ(answer.body,
            R"({"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2",)"
            R"("metadata":{},"items":[{"metadata":{"name":"metrics.k8s.io"},"versions":[)" +
                version("v1beta1") + "," + version("v1") + "]}]}\n");
  EXPECT_EQ(answer.Header("Content-Type"), kAggregated);
  EXPECT_EQ(answer.Header("Vary"), "Accept");
  EXPECT_EQ(answer.Header("Cache-Control"), "public");
  EXPECT_EQ(answer.Header("Etag").size(), 130u);

  const Answer again = Ask(
      handler,
      MakeRequest("/apis", {{"Accept", kAggregated}, {"If-None-Match", answer.Header("Etag")}}));
  EXPECT_EQ(again.status, 304u);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(again.Header("Etag"), answer.Header("Etag"));
}

TEST(Discovery, ChoosesTheFormByTheAcceptHeader) {
  DiscoveryHandler handler({.server_address = ":1"});
  const std::string beta =
      "application/json;as=APIGroupDiscoveryList;v=v2beta1;g=apidiscovery.k8s.io";
  const struct {
    std::string accept;
    std::string content_type;
    unsigned status;
  } kCases[] = {
      {"", "application/json", 200},
      {"application/yaml", "application/yaml", 200},
      {"application/vnd.kubernetes.protobuf", "application/vnd.kubernetes.protobuf", 200},
      {std::string("application/json,") + kAggregated, kAggregated, 200},
      {kAggregated + ("," + beta), kAggregated, 200},
      {beta, "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList", 200},
      {"application/vnd.kubernetes.protobuf;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
       "application/vnd.kubernetes.protobuf;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
       200},
      {"application/json;g=apidiscovery.k8s.io;v=v3;as=APIGroupDiscoveryList", "application/json",
       406},
      {"application/json;as=Table;g=meta.k8s.io;v=v1", "application/json", 406},
      {"text/html", "application/json", 406},
      {std::string(kAggregated) + ";sv=v1", "application/json", 406},
      {"application/yaml;as=Table;g=meta.k8s.io;v=v1,application/yaml;q=0.1", "application/yaml",
       200},
  };
  for (const auto& test : kCases) {
    const Answer answer = Ask(handler, MakeRequest("/apis", {{"Accept", test.accept}}));
    EXPECT_EQ(answer.status, test.status) << test.accept;
    EXPECT_EQ(answer.Header("Content-Type"), test.content_type) << test.accept;
  }
  EXPECT_EQ(Ask(handler, MakeRequest("/apis/metrics.k8s.io", {{"Accept", kAggregated}})).status,
            406u)
      << "there is one aggregated document";
}

TEST(Discovery, ProtobufHasEveryFieldThatUpstreamWrites) {
  DiscoveryHandler handler({.server_address = ":1"});
  const std::string protobuf = "application/vnd.kubernetes.protobuf";
  const Answer answer =
      Ask(handler, MakeRequest("/apis/metrics.k8s.io/v1", {{"Accept", protobuf}}));
  const std::string verbs("\x22\x12\x0a\x03get\x0a\x04list\x0a\x05watch", 20);
  const std::string empty("\x32\x00\x42\x00\x4a\x00\x52\x00", 8);
  const std::string nodes =
      std::string("\x0a\x05nodes\x10\x00\x1a\x0bNodeMetrics", 22) + verbs + empty;
  const std::string pods =
      std::string("\x0a\x04pods\x10\x01\x1a\x0aPodMetrics", 20) + verbs + empty;
  const auto sized = [](char tag, const std::string& message) {
    return std::string{tag, static_cast<char>(message.size())} + message;
  };
  const std::string list =
      sized(0x0a, "metrics.k8s.io/v1") + sized(0x12, nodes) + sized(0x12, pods);
  EXPECT_EQ(answer.body, std::string("k8s\0\x0a\x15\x0a\x02v1\x12\x0f"
                                     "APIResourceList\x12",
                                     28) +
                             "\x79" + list + std::string("\x1a\0\x22\0", 4));
}

TEST(Discovery, RefusesRequestsOfOtherMediaTypes) {
  DiscoveryHandler handler({.server_address = ":1"});
  const Answer answer =
      Ask(handler, MakeRequest("/apis/metrics.k8s.io", {{"Content-Type", "text/plain"}}));
  EXPECT_EQ(answer.status, 415u);
  EXPECT_EQ(answer.body,
            R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":)"
            R"("415: Unsupported Media Type","reason":"UnsupportedMediaType","details":{},)"
            "\"code\":415}\n");
  EXPECT_EQ(
      Ask(handler, MakeRequest("/apis", {{"Content-Type", "application/json; charset=x"}})).status,
      200u);
}

}  // namespace
}  // namespace kubegauge::apiservice
