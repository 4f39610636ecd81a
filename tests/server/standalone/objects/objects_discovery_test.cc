#include "server/standalone/objects/objects_discovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "apiservice/openapi_v2.h"
#include "apiservice/openapi_v3.h"
#include "server/standalone/core_objects.h"
#include "server/standalone/objects/objects_openapi.h"
#include "server/standalone/objects/schema.h"
#include "tests/apiservice/exchange.h"

namespace kubegauge::server {
namespace {

using testing::Answer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Answer Get(const std::string& target, const std::string& accept = "application/json") {
  ObjectsDiscovery discovery("127.0.0.1:6443");
  return testing::Ask(discovery, testing::MakeRequest(target, {{"Accept", accept}}));
}

std::vector<std::string> Names(const Json& list, const char* key) {
  std::vector<std::string> names;
  for (const Json& entry : list) names.push_back(entry[key]);
  return names;
}

TEST(ObjectsDiscovery, ListsGroupsAndResources) {
  EXPECT_EQ(Get("/api").body,
            R"({"kind":"APIVersions","versions":["v1"],"serverAddressByClientCIDRs":)"
            R"([{"clientCIDR":"0.0.0.0/0","serverAddress":"127.0.0.1:6443"}]})"
            "\n");
  EXPECT_THAT(Names(Json::parse(Get("/apis").body)["groups"], "name"),
              ElementsAre("apps", "events.k8s.io", "authentication.k8s.io", "authorization.k8s.io",
                          "autoscaling", "coordination.k8s.io", "metrics.k8s.io"));
  EXPECT_THAT(Names(Json::parse(Get("/api/v1/").body)["resources"], "name"),
              ElementsAre("events", "namespaces", "nodes", "pods", "services"));
  EXPECT_THAT(Names(Json::parse(Get("/apis/apps/v1").body)["resources"], "name"),
              ElementsAre("deployments", "deployments/scale", "deployments/status", "replicasets",
                          "replicasets/scale", "replicasets/status"));
  EXPECT_EQ(Json::parse(Get("/apis/autoscaling").body)["preferredVersion"]["version"], "v2");
  for (const char* version : {"v1", "v2"}) {
    const Json hpas = Json::parse(Get(std::string("/apis/autoscaling/") + version).body);
    EXPECT_EQ(hpas["resources"][0]["storageVersionHash"], "qwQve8ut294=") << version;
  }
  EXPECT_EQ(Get("/apis/apps/v2").status, 404u);
}

TEST(ObjectsDiscovery, AggregatesForThoseWhoAsk) {
  const Answer answer =
      Get("/apis", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList");
  EXPECT_EQ(answer.Header("Content-Type"),
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList");
  const Json list = Json::parse(answer.body);
  EXPECT_EQ(list["kind"], "APIGroupDiscoveryList");
  EXPECT_EQ(list["items"].size(), 7u);
  const Json& deployments = list["items"][0]["versions"][0]["resources"][0];
  EXPECT_EQ(deployments["resource"], "deployments");
  EXPECT_EQ(deployments["singularResource"], "deployment");
  EXPECT_THAT(Names(deployments["subresources"], "subresource"), ElementsAre("scale", "status"));
}

TEST(StandaloneOpenApi, TellsWhatPatchesNeed) {
  const nlohmann::json document = StandaloneOpenApi("1");
  const auto& definitions = document["definitions"];
  const auto& containers = definitions["io.k8s.api.core.v1.PodSpec"]["properties"]["containers"];
  EXPECT_EQ(containers["x-kubernetes-patch-merge-key"], "name");
  EXPECT_EQ(containers["x-kubernetes-patch-strategy"], "merge");
  const auto& patch =
      document["paths"]["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]["patch"];
  EXPECT_EQ(patch["x-kubernetes-group-version-kind"]["kind"], "Deployment");
  EXPECT_THAT(patch["parameters"].dump(), HasSubstr("fieldValidation"));
  EXPECT_EQ(definitions["io.k8s.api.core.v1.Pod"]["properties"]["metadata"]["$ref"],
            "#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");
  // Whatever is referred to is there.
  const std::string text = document.dump();
  constexpr std::string_view kReference = "\"#/definitions/";
  for (size_t at = text.find(kReference); at != std::string::npos;
       at = text.find(kReference, at + 1)) {
    const size_t begin = at + kReference.size();
    const std::string name = text.substr(begin, text.find('"', begin) - begin);
    EXPECT_TRUE(definitions.contains(name)) << name;
  }
}

// Also those that metrics.k8s.io has as well, and says more of.
TEST(StandaloneOpenApi, HasEveryFieldOfTheSchema) {
  const nlohmann::json document = StandaloneOpenApi("1");
  const auto& definitions = document["definitions"];
  for (const auto& [name, structure] : Schema::Standalone().structs()) {
    ASSERT_TRUE(definitions.contains(name)) << name;
    for (const SchemaField& field : structure.fields) {
      EXPECT_TRUE(definitions[name]["properties"].contains(field.name)) << name << field.name;
      const auto required = definitions[name].value("required", std::vector<std::string>());
      EXPECT_EQ(std::ranges::count(required, field.name), field.required ? 1 : 0)
          << name << field.name;
    }
  }
  const auto& meta = definitions["io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"];
  EXPECT_EQ(meta["properties"]["ownerReferences"]["x-kubernetes-patch-merge-key"], "uid");
  EXPECT_THAT(meta["properties"]["name"]["description"].get<std::string>(), HasSubstr("name"));
}

// `kubectl` looks for these in each operation itself.
TEST(StandaloneOpenApi, KeepsTheParametersOfPatchesInPlace) {
  const nlohmann::json v2 = apiservice::OpenApiV2(StandaloneOpenApi("1"));
  std::vector<std::string> names;
  for (const auto& parameter :
       v2["paths"]["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]["patch"]
         ["parameters"]) {
    if (parameter.contains("name")) names.push_back(parameter["name"]);
  }
  EXPECT_THAT(names, ElementsAre("dryRun", "fieldValidation"));
}

// `kubectl explain` looks for a resource in the document of its group and version.
TEST(StandaloneOpenApi, HasADocumentOfEachGroupAndVersion) {
  const auto documents = apiservice::OpenApiV3(StandaloneOpenApi("1"));
  const auto has = [&](const char* document, const std::string& path, const char* method) {
    return documents.contains(document) &&
           documents.at(document)["paths"].value(path, nlohmann::json::object()).contains(method);
  };
  EXPECT_TRUE(has("api/v1", "/api/v1/namespaces/{namespace}/pods/{name}", "get"));
  EXPECT_TRUE(has("apis/apps/v1", "/apis/apps/v1/namespaces/{namespace}/deployments", "get"));
  EXPECT_TRUE(has("apis/authorization.k8s.io/v1",
                  "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", "post"));
}

}  // namespace
}  // namespace kubegauge::server
