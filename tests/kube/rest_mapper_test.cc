#include "kube/rest_mapper.h"

#include <chrono>

#include "tests/kube/kube_api_fixture.h"

namespace kubegauge::kube {
namespace {

using kubegauge::testing::ErrorText;
using kubegauge::testing::KubeApiTest;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using namespace std::chrono_literals;

constexpr const char* kAggregatedCore = R"({"kind":"APIGroupDiscoveryList","items":[
  {"metadata":{},"versions":[{"version":"v1","freshness":"Current","resources":[
    {"resource":"replicationcontrollers","scope":"Namespaced",
     "responseKind":{"group":"","version":"v1","kind":"ReplicationController"},
     "subresources":[{"subresource":"scale",
       "responseKind":{"group":"autoscaling","version":"v1","kind":"Scale"}}]},
    {"resource":"nodes","scope":"Cluster",
     "responseKind":{"group":"","version":"v1","kind":"Node"}}]}]}]})";
constexpr const char* kAggregatedGroups = R"({"kind":"APIGroupDiscoveryList","items":[
  {"metadata":{"name":"apps"},"versions":[
    {"version":"v1","freshness":"Current","resources":[
      {"resource":"deployments","scope":"Namespaced",
       "responseKind":{"group":"apps","version":"v1","kind":"Deployment"},
       "subresources":[
         {"subresource":"scale",
          "responseKind":{"group":"autoscaling","version":"v1","kind":"Scale"}},
         {"subresource":"status",
          "responseKind":{"group":"apps","version":"v1","kind":"Deployment"}}]}]},
    {"version":"v1beta1","freshness":"Current","resources":[
      {"resource":"deployments","scope":"Namespaced",
       "responseKind":{"group":"apps","version":"v1beta1","kind":"Deployment"},
       "subresources":[{"subresource":"scale",
          "responseKind":{"group":"","version":"","kind":"Scale"}}]},
      {"resource":"oddities","scope":"Namespaced",
       "responseKind":{"group":"apps","version":"v1beta1","kind":"Oddity"}}]}]},
  {"metadata":{"name":"broken.example.com"},"versions":[
    {"version":"v2","freshness":"Stale"},
    {"version":"v1","freshness":"Current","resources":[
      {"resource":"things","scope":"Namespaced",
       "responseKind":{"group":"broken.example.com","version":"v1","kind":"Thing"}}]}]}]})";

constexpr const char* kLegacyGroups = R"({"kind":"APIGroupList","apiVersion":"v1","groups":[
  {"name":"apps","versions":[{"groupVersion":"apps/v1beta1","version":"v1beta1"},
                             {"groupVersion":"apps/v1","version":"v1"}],
   "preferredVersion":{"groupVersion":"apps/v1","version":"v1"}},
  {"name":"custom.metrics.k8s.io","versions":[
     {"groupVersion":"custom.metrics.k8s.io/v1beta2","version":"v1beta2"}],
   "preferredVersion":{"groupVersion":"custom.metrics.k8s.io/v1beta2","version":"v1beta2"}}]})";
constexpr const char* kLegacyApps = R"({"kind":"APIResourceList","groupVersion":"apps/v1",
  "resources":[
    {"name":"deployments","singularName":"","namespaced":true,"kind":"Deployment"},
    {"name":"deployments/scale","namespaced":true,"group":"autoscaling","version":"v1",
     "kind":"Scale"}]})";

class RestMapperTest : public KubeApiTest {
 protected:
  void ServeAggregated() {
    Answer("GET /api", Json(kAggregatedCore));
    Answer("GET /apis", Json(kAggregatedGroups));
  }
  void ServeLegacy() {
    Answer("GET /api", Json(R"({"kind":"APIVersions","versions":["v1"]})"));
    Answer("GET /apis", Json(kLegacyGroups));
    Answer("GET /apis/apps/v1", Json(kLegacyApps));
    Answer("GET /apis/apps/v1beta1", Failure(503, "ServiceUnavailable", "not now"));
  }
  absl::StatusOr<std::vector<RestMapping>> Mappings(std::string group, std::string kind) {
    return Run(mapper_.Mappings(std::move(group), std::move(kind)));
  }

  RestMapper mapper_{io_.get_executor(), server_, clock_};
};

TEST_F(RestMapperTest, MapsKindsByAggregatedDiscovery) {
  ServeAggregated();
  EXPECT_THAT(*Mappings("apps", "Deployment"),
              ElementsAre(RestMapping{{"apps", "v1"}, "deployments", true},
                          RestMapping{{"apps", "v1beta1"}, "deployments", true}));
  EXPECT_THAT(*Mappings("", "Node"), ElementsAre(RestMapping{{"", "v1"}, "nodes", false}));
  EXPECT_THAT(*Mappings("apps", "Oddity"),
              ElementsAre(RestMapping{{"apps", "v1beta1"}, "oddities", true}));
  EXPECT_THAT(*Mappings("apps", "deployment"), SizeIs(2));
  EXPECT_THAT(Requests(), ElementsAre("GET /api", "GET /apis"));
  EXPECT_EQ(server_.requests().front().accept,
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
            "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,"
            "application/json");
}

TEST_F(RestMapperTest, AStaleVersionHidesNoOther) {
  ServeAggregated();
  EXPECT_THAT(*Mappings("broken.example.com", "Thing"),
              ElementsAre(RestMapping{{"broken.example.com", "v1"}, "things", true}));
}

TEST_F(RestMapperTest, SaysWhatItDoesNotKnow) {
  ServeAggregated();
  EXPECT_EQ(ErrorText(Mappings("apps", "Deploymint")),
            R"(no matches for kind "Deploymint" in group "apps")");
  EXPECT_EQ(ErrorText(Mappings("", "Scale")), R"(no matches for kind "Scale" in group "")");
  EXPECT_EQ(ErrorText(Mappings("nope", "deployment")),
            R"(no matches for kind "deployment" in group "nope")");
  EXPECT_EQ(
      ErrorText(Run(mapper_.QualifiedResourceOf("apps", "Pod"))),
      R"(unable to map kind Pod.apps to resource: no matches for kind "Pod" in group "apps")");
  EXPECT_EQ(ErrorText(Run(mapper_.QualifiedResourceOf("", "Nod"))),
            R"(unable to map kind Nod to resource: no matches for kind "Nod" in group "")");
  EXPECT_EQ(ErrorText(Run(mapper_.PreferredVersionOf("apps", "pods"))),
            "no matches for apps/, Resource=pods");
  EXPECT_EQ(ErrorText(Run(mapper_.SubresourceKind({"", "v1"}, "nodes", "scale"))),
            "could not find scale subresource for /v1, Resource=nodes in discovery information");
}

TEST_F(RestMapperTest, KnowsWhatASubresourceIsWrittenAs) {
  ServeAggregated();
  EXPECT_EQ(*Run(mapper_.SubresourceKind({"apps", "v1"}, "deployments", "scale")),
            (VersionedKind{{"autoscaling", "v1"}, "Scale"}));
  EXPECT_EQ(*Run(mapper_.SubresourceKind({"apps", "v1beta1"}, "deployments", "scale")),
            (VersionedKind{{"apps", "v1beta1"}, "Scale"}));
  EXPECT_EQ(*Run(mapper_.PreferredVersionOf("apps", "deployments")), "v1");
  EXPECT_EQ(*Run(mapper_.PreferredVersionOf("apps", "oddities")), "v1beta1");
  EXPECT_EQ(*Run(mapper_.QualifiedResourceOf("apps", "Deployment")), "deployments.apps");
  EXPECT_EQ(*Run(mapper_.QualifiedResourceOf("", "Node")), "nodes");
}

TEST_F(RestMapperTest, LegacyServersAreAskedForTheGroupsInUse) {
  ServeLegacy();
  EXPECT_THAT(*Mappings("apps", "Deployment"),
              ElementsAre(RestMapping{{"apps", "v1"}, "deployments", true}));
  EXPECT_EQ(*Run(mapper_.SubresourceKind({"apps", "v1"}, "deployments", "scale")),
            (VersionedKind{{"autoscaling", "v1"}, "Scale"}));
  EXPECT_THAT(Requests(),
              ElementsAre("GET /api", "GET /apis", "GET /apis/apps/v1beta1", "GET /apis/apps/v1"));
  const auto groups = *Run(mapper_.Groups(mapper_.options().read_interval));
  ASSERT_NE(FindGroup(*groups, "custom.metrics.k8s.io"), nullptr);
  EXPECT_EQ(FindGroup(*groups, "custom.metrics.k8s.io")->preferred_version, "v1beta2");
  EXPECT_EQ(FindGroup(*groups, "external.metrics.k8s.io"), nullptr);
}

TEST_F(RestMapperTest, UnknownKindsDoNotHammerTheServer) {
  ServeAggregated();
  for (int second = 0; second < 120; ++second) {
    for (int hpa = 0; hpa < 10; ++hpa) {
      EXPECT_FALSE(Mappings("apps", "Nope").ok());
      EXPECT_TRUE(Mappings("apps", "Deployment").ok());
    }
    clock_.Advance(1'000'000'000);
  }
  // Two documents at 0, 11, 22, … 110 seconds.
  EXPECT_THAT(Requests(), SizeIs(22));
}

TEST_F(RestMapperTest, AMissFindsWhatHasComeSince) {
  ServeAggregated();
  EXPECT_FALSE(Mappings("new.example.com", "Toy").ok());
  Answer("GET /apis", Json(R"({"kind":"APIGroupDiscoveryList","items":[
    {"metadata":{"name":"new.example.com"},"versions":[{"version":"v1","resources":[
      {"resource":"toys","scope":"Cluster","responseKind":{"kind":"Toy"}}]}]}]})"));
  EXPECT_FALSE(Mappings("new.example.com", "Toy").ok());
  clock_.Advance(std::chrono::nanoseconds(11s).count());
  EXPECT_THAT(*Mappings("new.example.com", "Toy"),
              ElementsAre(RestMapping{{"new.example.com", "v1"}, "toys", false}));
}

TEST_F(RestMapperTest, ReadsAnewEveryThirtySecondsAndOnlyWhatHasChanged) {
  Answer("GET /api", Json(kAggregatedCore));
  Answer("GET /apis", [](const ApiRequest& request) {
    if (request.headers == decltype(request.headers){{"If-None-Match", "\"tag\""}}) {
      return Script{.status = 304};
    }
    Script script = Json(kAggregatedGroups);
    script.headers.emplace_back("etag", "\"tag\"");
    return script;
  });
  EXPECT_TRUE(Mappings("apps", "Deployment").ok());
  clock_.Advance(std::chrono::nanoseconds(30s).count());
  EXPECT_TRUE(Mappings("apps", "Deployment").ok());
  EXPECT_THAT(Requests(), SizeIs(2));
  clock_.Advance(1);
  EXPECT_TRUE(Mappings("apps", "Deployment").ok());
  EXPECT_THAT(Requests(), SizeIs(4));
  EXPECT_THAT(server_.requests()[2].headers, IsEmpty());
}

TEST_F(RestMapperTest, WhatWasReadStaysGoodWhileDiscoveryFails) {
  ServeAggregated();
  EXPECT_TRUE(Mappings("apps", "Deployment").ok());
  Answer("GET /apis", Script{.status = 503});
  clock_.Advance(std::chrono::nanoseconds(31s).count());
  EXPECT_TRUE(Mappings("apps", "Deployment").ok());
  EXPECT_TRUE(Mappings("apps", "Deployment").ok());
  EXPECT_THAT(Requests(), SizeIs(4)) << "tried once a second";
}

TEST_F(RestMapperTest, FailsWithTheDiscoveryBeforeAnythingWasRead) {
  Answer("GET /apis", Script{.failure = absl::UnavailableError("connection refused")});
  EXPECT_EQ(ErrorText(Mappings("apps", "Deployment")), "connection refused");
  ServeAggregated();
  EXPECT_EQ(ErrorText(Mappings("apps", "Deployment")), "connection refused");
  clock_.Advance(std::chrono::nanoseconds(1s).count());
  EXPECT_TRUE(Mappings("apps", "Deployment").ok());
}

TEST_F(RestMapperTest, AServerWithoutCoreGroupIsNoneLess) {
  Answer("GET /apis", Json(kAggregatedGroups));
  EXPECT_TRUE(Mappings("apps", "Deployment").ok());
}

TEST_F(RestMapperTest, NonsenseIsAnErrorThatNamesTheDocument) {
  Answer("GET /apis", Json("<html>"));
  EXPECT_THAT(ErrorText(Mappings("apps", "Deployment")),
              ::testing::StartsWith("GET /apis: the discovery document is no JSON object"));
}

TEST_F(RestMapperTest, WhoAskAtTheSameTimeShareOneReading) {
  ServeAggregated();
  std::vector<std::future<absl::StatusOr<std::vector<RestMapping>>>> results;
  for (int i = 0; i < 5; ++i) {
    results.push_back(boost::asio::co_spawn(io_, mapper_.Mappings("apps", "Deployment"),
                                            boost::asio::use_future));
  }
  io_.run();
  for (auto& result : results) EXPECT_TRUE(result.get().ok());
  EXPECT_THAT(Requests(), SizeIs(2));
}

}  // namespace
}  // namespace kubegauge::kube
