#include "autoscaler/api_custom_metrics_reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/kube/kube_api_fixture.h"

namespace kubegauge::autoscaler {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Api = MetricQuery::Api;

constexpr int64_t kSecond = 1'000'000'000;
constexpr const char* kNoGroups = R"({"kind":"APIGroupList","apiVersion":"v1","groups":[]})";

std::string Groups(const std::string& preferred, const std::vector<std::string>& versions) {
  std::string list;
  for (const std::string& version : versions) {
    list += (list.empty() ? "" : ",") + std::string(R"({"groupVersion":"custom.metrics.k8s.io/)") +
            version + R"(","version":")" + version + R"("})";
  }
  return R"({"kind":"APIGroupList","apiVersion":"v1","groups":[
    {"name":"networking.k8s.io","versions":[{"groupVersion":"networking.k8s.io/v1","version":"v1"}],
     "preferredVersion":{"groupVersion":"networking.k8s.io/v1","version":"v1"}},
    {"name":"custom.metrics.k8s.io","versions":[)" +
         list + R"(],"preferredVersion":{"groupVersion":"custom.metrics.k8s.io/)" + preferred +
         R"(","version":")" + preferred + R"("}}]})";
}

class ApiCustomMetricsReaderTest : public testing::KubeApiTest {
 protected:
  ApiCustomMetricsReaderTest() {
    Answer("GET /api", Json(R"({"kind":"APIVersions","versions":["v1"]})"));
    Answer("GET /api/v1", Json(R"({"kind":"APIResourceList","groupVersion":"v1","resources":[
        {"name":"services","singularName":"","namespaced":true,"kind":"Service","verbs":["get"]}]})"));
    Answer("GET /apis/networking.k8s.io/v1",
           Json(R"({"kind":"APIResourceList","groupVersion":"networking.k8s.io/v1","resources":[
        {"name":"ingresses","singularName":"","namespaced":true,"kind":"Ingress","verbs":["get"]}]})"));
    Answer("GET /apis", Json(Groups("v1beta1", {"v1beta1"})));
  }

  MetricReading Read(const MetricQuery& query, const std::string& pod_selector = "app=web") {
    return Run(reader_.Read("shop", pod_selector, query));
  }
  std::string ReadError(const MetricQuery& query) {
    const MetricReading reading = Read(query);
    const auto* error = std::get_if<FetchError>(&reading);
    return error == nullptr ? "no error" : error->text;
  }
  std::string LastTarget() const { return server_.requests().back().target; }

  kube::RestMapper mapper_{io_.get_executor(), server_, clock_, {}};
  ApiCustomMetricsReader reader_{
      server_,
      mapper_,
      clock_,
      {.timeout = std::chrono::seconds(7), .version_good_for = std::chrono::seconds(60)}};
};

MetricQuery ObjectQuery(const char* api_version, const char* kind, const char* name) {
  return {.api = Api::kObject,
          .metric = "Hits",
          .described_object = {.kind = kind, .name = name, .api_version = api_version}};
}

std::vector<std::string> TextOf(const MetricReading& reading) {
  std::vector<std::string> lines;
  if (const auto* error = std::get_if<FetchError>(&reading)) return {error->text};
  for (const PodMetric& sample : std::get<std::vector<PodMetric>>(reading)) {
    lines.push_back(fmt::format("{} {} {} {}", sample.name, sample.timestamp_ns / kSecond,
                                sample.window_ns / kSecond, sample.milli));
  }
  return lines;
}

TEST_F(ApiCustomMetricsReaderTest, MetricsOfPods) {
  Answer(
      "GET /apis/custom.metrics.k8s.io/v1beta1/namespaces/shop/pods/*/Hits"
      "?labelSelector=app%3Dweb&metricLabelSelector=verb%3DGET",
      Json(R"({"kind":"MetricValueList","apiVersion":"custom.metrics.k8s.io/v1beta1","items":[
           {"describedObject":{"kind":"Pod","namespace":"shop","name":"web-1","apiVersion":"/v1"},
            "metricName":"Hits","timestamp":"2026-01-02T03:04:05Z","window":30,"value":"1500m",
            "selector":null},
           {"describedObject":{"name":"web-2"},"timestamp":"2026-01-02T03:04:06Z","value":"2"},
           {"describedObject":{"name":"web-3"},"windowSeconds":0,"value":3}]})"));
  const MetricQuery query{.api = Api::kPods, .metric = "Hits", .metric_selector = "verb=GET"};
  EXPECT_THAT(TextOf(Read(query)), ElementsAre("web-1 1767323045 30 1500",
                                               "web-2 1767323046 60 2000", "web-3 0 0 3000"));
  EXPECT_EQ(server_.requests().back().timeout, std::chrono::seconds(7));
  EXPECT_EQ(server_.requests().back().accept, "application/json");
  EXPECT_EQ(ReadError({.api = Api::kPods, .metric = "hits"}),
            "the server could not find the requested resource (get pods.custom.metrics.k8s.io *)");
  EXPECT_EQ(LastTarget(),
            "/apis/custom.metrics.k8s.io/v1beta1/namespaces/shop/pods/*/hits?labelSelector="
            "app%3Dweb");
}

TEST_F(ApiCustomMetricsReaderTest, MetricsOfObjects) {
  const std::string v1beta2 =
      R"({"kind":"MetricValueList","apiVersion":"custom.metrics.k8s.io/v1beta2","items":[
        {"describedObject":{"kind":"Ingress","name":"main"},"metric":{"name":"Hits"},
         "timestamp":"2026-01-02T03:04:05Z","windowSeconds":60,"value":"1500m"}]})";
  const struct {
    MetricQuery query;
    const char* target;
  } cases[] = {
      {ObjectQuery("networking.k8s.io/v1", "Ingress", "main"),
       "/namespaces/shop/ingresses.networking.k8s.io/main/Hits"},
      {ObjectQuery("networking.k8s.io/v9", "Ingress", "main"),
       "/namespaces/shop/ingresses.networking.k8s.io/main/Hits"},
      {ObjectQuery("v1", "Service", "web"), "/namespaces/shop/services/web/Hits"},
      {ObjectQuery("a/b/c", "Service", "web"), "/namespaces/shop/services/web/Hits"},
      {ObjectQuery("v1", "Namespace", "other"), "/namespaces/shop/metrics/Hits"},
  };
  for (const auto& [query, target] : cases) {
    SCOPED_TRACE(target);
    Answer(std::string("GET /apis/custom.metrics.k8s.io/v1beta1") + target, Json(v1beta2));
    EXPECT_EQ(std::get<int64_t>(Read(query)), 1500);
  }
}

TEST_F(ApiCustomMetricsReaderTest, AnObjectHasExactlyOneValue) {
  const std::string request =
      "GET /apis/custom.metrics.k8s.io/v1beta1/namespaces/shop/services/web/Hits";
  const MetricQuery query = ObjectQuery("v1", "Service", "web");
  const auto list = [](const std::string& items) {
    return Json(
        R"({"kind":"MetricValueList","apiVersion":"custom.metrics.k8s.io/v1beta1","items":)" +
        items + "}");
  };
  Answer(request, list("[]"));
  EXPECT_EQ(ReadError(query),
            "the custom metrics API server returned 0 results when we asked for exactly one");
  Answer(request, list(R"([{"value":"1"},{"value":"2"}])"));
  EXPECT_EQ(ReadError(query),
            "the custom metrics API server returned 2 results when we asked for exactly one");
  Answer(request, NoSuchPath());
  EXPECT_EQ(ReadError(query),
            "the server could not find the requested resource "
            "(get services.custom.metrics.k8s.io web)");
  EXPECT_EQ(ReadError(ObjectQuery("v1", "Gadget", "web")),
            "unable to map kind Gadget to resource: no matches for kind \"Gadget\" in group \"\"");
}

TEST_F(ApiCustomMetricsReaderTest, ExternalMetrics) {
  Answer(
      "GET /apis/external.metrics.k8s.io/v1beta1/namespaces/shop/my_queue"
      "?labelSelector=name+in+%28a%2Cb%29",
      Json(R"({"kind":"ExternalMetricValueList","apiVersion":"external.metrics.k8s.io/v1beta1",
           "items":[{"metricName":"my_queue","metricLabels":{"x":"y"},"value":"7",
                     "timestamp":"2026-01-02T03:04:05Z"},
                    {"value":"-1500u"}, {}]})"));
  const MetricReading reading =
      Read({.api = Api::kExternal, .metric = "My_Queue", .metric_selector = "name in (a,b)"});
  EXPECT_THAT(std::get<std::vector<int64_t>>(reading), ElementsAre(7000, -2, 0));
  EXPECT_EQ(ReadError({.api = Api::kExternal, .metric = "My_Queue"}),
            "the server could not find the requested resource "
            "(get My_Queue.external.metrics.k8s.io)");
  EXPECT_EQ(LastTarget(), "/apis/external.metrics.k8s.io/v1beta1/namespaces/shop/my_queue");
}

constexpr const char* kNoStruct =
    R"( into Go value of type struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" })";

// What client-go says of each.
TEST_F(ApiCustomMetricsReaderTest, NamesWhatIsWrongWithListsInTheWordsOfClientGo) {
  const std::string no_amount =
      "quantities must match the regular expression "
      "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
  const std::string no_type =
      "couldn't get version/kind; json parse error: json: cannot unmarshal ";
  const std::string head =
      R"({"kind":"MetricValueList","apiVersion":"custom.metrics.k8s.io/v1beta2","items":)";
  const std::pair<std::string, std::string> cases[] = {
      {"", "Object 'Kind' is missing in ''"},
      {"null", "Object 'Kind' is missing in 'null'"},
      {R"({"items":[]})", R"(Object 'Kind' is missing in '{"items":[]}')"},
      {R"({"items":[],"kind":"MetricValueList"})",
       R"(Object 'apiVersion' is missing in '{"items":[],"kind":"MetricValueList"}')"},
      {R"({"kind":"Status","apiVersion":"v1","status":"Success"})",
       "the custom metrics API server didn't return MetricValueList, the type is *v1.Status"},
      {R"({"kind":"Pod","apiVersion":"v1"})",
       R"(no kind "Pod" is registered for version "v1" in scheme "pkg/runtime/scheme.go:111")"},
      {"<html>hi</html>", no_type + "string" + kNoStruct},
      {"[]", no_type + "array" + kNoStruct},
      {"3", no_type + "number" + kNoStruct},
      {"true", no_type + "bool" + kNoStruct},
      {head + R"([{"value":"x5"}]})", no_amount},
      {head + R"([{"value":{}}]})", no_amount},
      {head + R"([{"value":true}]})", no_amount},
  };
  for (const auto& [body, error] : cases) {
    Answer("GET /apis/custom.metrics.k8s.io/v1beta1/namespaces/shop/services/web/Hits", Json(body));
    EXPECT_EQ(ReadError(ObjectQuery("v1", "Service", "web")), error);
  }
}

// An API server would refuse the status of an HPA that told all of it.
TEST_F(ApiCustomMetricsReaderTest, TellsOfTheBeginningOfALargeAnswerOnly) {
  const std::string large(100'000, 'a');
  for (const std::string& body :
       {R"({"items":")" + large + "\"}", R"({"apiVersion":"v1","kind":")" + large + "\"}"}) {
    Answer("GET /apis/custom.metrics.k8s.io/v1beta1/namespaces/shop/services/web/Hits", Json(body));
    EXPECT_LT(ReadError(ObjectQuery("v1", "Service", "web")).size(), 3000u);
  }
}

TEST_F(ApiCustomMetricsReaderTest, TakesAListWhoseKindStandsLast) {
  Answer("GET /apis/custom.metrics.k8s.io/v1beta1/namespaces/shop/services/web/Hits",
         Json(R"({"items":[{"value":"5"}],"apiVersion":"custom.metrics.k8s.io/v1beta1",
                  "kind":"MetricValueList"})"));
  EXPECT_EQ(std::get<int64_t>(Read(ObjectQuery("v1", "Service", "web"))), 5000);
}

// client-go decodes them by the type that it has asked for.
TEST_F(ApiCustomMetricsReaderTest, TakesExternalMetricsOfAnyKindThatAreJson) {
  const std::string request = "GET /apis/external.metrics.k8s.io/v1beta1/namespaces/shop/hits";
  const MetricQuery query{.api = Api::kExternal, .metric = "hits"};
  for (const char* body : {"{}", "null", R"({"kind":"Status","apiVersion":"v1"})"}) {
    Answer(request, Json(body));
    EXPECT_THAT(std::get<std::vector<int64_t>>(Read(query)), ElementsAre()) << body;
  }
  Answer(request, Json(""));
  EXPECT_EQ(ReadError(query),
            "0-length response with status code: 200 and content type: application/json");
  Answer(request, Json("[]"));
  EXPECT_THAT(ReadError(query), HasSubstr("json: cannot unmarshal array into Go value"));
  Answer(request, Json(R"({"items":[{"value":"x5"}]})"));
  EXPECT_THAT(ReadError(query), StartsWith("quantities must match"));
  Answer(request, Json(R"({"items":[{"value":"5","timestamp":"x"}]})"));
  EXPECT_THAT(ReadError(query), StartsWith("parsing time \"x\" as"));
  Answer(request, Script{.status = 200,
                         .headers = {{"content-type", "text/html; charset=utf-8"}},
                         .body = "<html>hi</html>"});
  EXPECT_EQ(ReadError(query), "serializer for text/html; charset=utf-8 doesn't exist");
}

// An empty item takes three bytes of an answer, and many times that of memory.
TEST_F(ApiCustomMetricsReaderTest, RefusesMoreItemsThanAClusterHasPods) {
  std::string items = "{}";
  for (int i = 0; i < 250'000; ++i) items += ",{}";
  Answer("GET /apis/external.metrics.k8s.io/v1beta1/namespaces/shop/hits",
         Json(R"({"kind":"ExternalMetricValueList","items":[)" + items + "]}"));
  EXPECT_THAT(ReadError({.api = Api::kExternal, .metric = "hits"}), HasSubstr("too many items"));
}

TEST_F(ApiCustomMetricsReaderTest, WhatCannotStandInAPathIsNotAskedFor) {
  EXPECT_EQ(ReadError({.api = Api::kExternal, .metric = "a/b%"}),
            "invalid resource \"a/b%\": [may not contain '/' may not contain '%']");
  EXPECT_EQ(Requests(), std::vector<std::string>());
  const struct {
    MetricQuery query;
    const char* error;
  } cases[] = {
      {{.api = Api::kPods, .metric = ".."}, "invalid subresource \"..\": [may not be '..']"},
      {ObjectQuery("v1", "Service", "a/b"), "invalid resource name \"a/b\": [may not contain '/']"},
      {{.api = Api::kObject, .metric = "a%", .described_object = {.kind = "Namespace"}},
       "invalid resource name \"a%\": [may not contain '%']"},
  };
  for (const auto& [query, error] : cases) EXPECT_EQ(ReadError(query), error);
  for (const std::string& request : Requests()) EXPECT_THAT(request, Not(HasSubstr("metrics")));
}

TEST_F(ApiCustomMetricsReaderTest, TheVersionIsChosenAnewNowAndThen) {
  const MetricQuery query = ObjectQuery("v1", "Service", "web");
  const std::string path = "/namespaces/shop/services/web/Hits";
  Read(query);
  EXPECT_EQ(LastTarget(), "/apis/custom.metrics.k8s.io/v1beta1" + path);
  Answer("GET /apis", Json(Groups("v1beta2", {"v1beta2", "v1beta1"})));
  clock_.Advance(59 * kSecond);
  Read(query);
  EXPECT_EQ(LastTarget(), "/apis/custom.metrics.k8s.io/v1beta1" + path);
  clock_.Advance(kSecond);
  Read(query);
  EXPECT_EQ(LastTarget(), "/apis/custom.metrics.k8s.io/v1beta2" + path);
  Answer("GET /apis", Json(kNoGroups));
  clock_.Advance(60 * kSecond);
  EXPECT_EQ(ReadError(query), "no custom metrics API (custom.metrics.k8s.io) registered");
  EXPECT_EQ(ReadError({.api = Api::kPods, .metric = "hits"}),
            "no custom metrics API (custom.metrics.k8s.io) registered");
}

TEST_F(ApiCustomMetricsReaderTest, AnAdapterIsFoundSoonAfterItIsRegistered) {
  Answer("GET /apis", Json(kNoGroups));
  const MetricQuery query{.api = Api::kPods, .metric = "hits"};
  EXPECT_EQ(ReadError(query), "no custom metrics API (custom.metrics.k8s.io) registered");
  Answer("GET /apis", Json(Groups("v1beta1", {"v1beta1"})));
  clock_.Advance(11 * kSecond);
  ReadError(query);
  EXPECT_THAT(LastTarget(), StartsWith("/apis/custom.metrics.k8s.io/v1beta1/"));
}

TEST_F(ApiCustomMetricsReaderTest, TheVersionIsChosenOfGroupsNoOlderThanAChoiceIsGoodFor) {
  CustomMetricsVersion version(mapper_, clock_, std::chrono::seconds(15));
  EXPECT_EQ(*Run(version.Get()), "v1beta1");
  Answer("GET /apis", Json(Groups("v1beta2", {"v1beta2", "v1beta1"})));
  clock_.Advance(16 * kSecond);
  EXPECT_EQ(*Run(version.Get()), "v1beta2");
}

TEST(CustomMetricsVersionTest, PrefersWhatTheServerPrefers) {
  const struct {
    const char* preferred;
    std::vector<std::string> versions;
    const char* chosen;
  } cases[] = {
      {"v1beta2", {"v1beta1", "v1beta2"}, "v1beta2"},
      {"v1beta1", {"v1beta2", "v1beta1"}, "v1beta1"},
      {"v2", {"v2", "v1beta1", "v1beta2"}, "v1beta1"},
      {"", {"v1beta2"}, "v1beta2"},
      {"v2", {"v2", "v1"}, "no known available metric versions found"},
      {"", {}, "no known available metric versions found"},
  };
  for (const auto& [preferred, versions, chosen] : cases) {
    const auto groups = kube::ParseApiGroups(Groups(preferred, versions));
    ASSERT_TRUE(groups.ok()) << groups.status();
    const auto version = ChooseCustomMetricsVersion(*groups);
    EXPECT_EQ(version.ok() ? *version : std::string(version.status().message()), chosen);
  }
}

}  // namespace
}  // namespace kubegauge::autoscaler
