// What the OpenAPI documents say, held to what metrics-server's say.

#include "apiservice/openapi_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "apiservice/openapi_v2.h"
#include "apiservice/openapi_v3.h"

namespace kubegauge::apiservice {
namespace {

using ::testing::ElementsAre;
using Document = nlohmann::json;

const std::string kMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.";
const std::string kMetrics = "io.k8s.metrics.pkg.apis.metrics.";
const std::string kBase = "/apis/metrics.k8s.io/v1beta1";

std::vector<std::string> Keys(const Document& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

const Document& V2() {
  static const Document document = OpenApiV2(OpenApiDocument("1"));
  return document;
}

const Document& V3(const std::string& name) {
  static const auto documents = OpenApiV3(OpenApiDocument("1"));
  return documents.at(name);
}

const Document& MetricsV3() { return V3("apis/metrics.k8s.io/v1beta1"); }

// A parameter of a 2.0 document, or the shared one that it refers to.
const Document& Resolved(const Document& parameter) {
  if (!parameter.contains("$ref")) return parameter;
  const std::string reference = parameter["$ref"];
  EXPECT_EQ(reference.substr(0, 13), "#/parameters/");
  return V2().at("parameters").at(reference.substr(13));
}

// A sentence, or more than one.
void ExpectDescribed(const Document& part, const std::string& where) {
  const std::string text = part.value("description", "");
  EXPECT_GE(text.size(), 10u) << where;
  EXPECT_TRUE(text.ends_with('.')) << where << ": " << text;
}

void ExpectDefinitionsDescribed(const Document& definitions) {
  for (const auto& [name, definition] : definitions.items()) {
    ExpectDescribed(definition, name);
    const Document properties = definition.value("properties", Document::object());
    for (const auto& [key, property] : properties.items()) {
      ExpectDescribed(property, name + "." + key);
    }
  }
}

TEST(OpenApiDocument, DescribesEveryDefinitionPropertyAndParameter) {
  EXPECT_EQ(V2()["definitions"].size(), 26u);
  ExpectDefinitionsDescribed(V2()["definitions"]);
  for (const auto& [path, item] : V2()["paths"].items()) {
    EXPECT_NE(item["get"].value("description", ""), "") << path;
    for (const auto& parameter : item.value("parameters", Document::array())) {
      ExpectDescribed(Resolved(parameter), path);
    }
  }
  for (const auto& [name, document] : OpenApiV3(OpenApiDocument("1"))) {
    ExpectDefinitionsDescribed(document["components"]["schemas"]);
    for (const auto& [path, item] : document["paths"].items()) {
      for (const auto& parameter : item.value("parameters", Document::array())) {
        ExpectDescribed(parameter, path);
      }
    }
  }
}

using Names = std::vector<std::string>;

TEST(OpenApiDocument, HasUpstreamsDefinitionsAndProperties) {
  std::map<std::string, Names> expected = {
      {"io.k8s.apimachinery.pkg.api.resource.Quantity", {}},
      {kMeta + "APIGroup",
       {"apiVersion", "kind", "name", "preferredVersion", "serverAddressByClientCIDRs",
        "versions"}},
      {kMeta + "APIGroupList", {"apiVersion", "groups", "kind"}},
      {kMeta + "APIResource",
       {"categories", "group", "kind", "name", "namespaced", "shortNames", "singularName",
        "storageVersionHash", "verbs", "version"}},
      {kMeta + "APIResourceList", {"apiVersion", "groupVersion", "kind", "resources"}},
      {kMeta + "Duration", {}},
      {kMeta + "FieldsV1", {}},
      {kMeta + "GroupVersionForDiscovery", {"groupVersion", "version"}},
      {kMeta + "ListMeta",
       {"continue", "remainingItemCount", "resourceVersion", "selfLink", "shardInfo"}},
      {kMeta + "ManagedFieldsEntry",
       {"apiVersion", "fieldsType", "fieldsV1", "manager", "operation", "subresource", "time"}},
      {kMeta + "ObjectMeta",
       {"annotations", "creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp",
        "finalizers", "generateName", "generation", "labels", "managedFields", "name", "namespace",
        "ownerReferences", "resourceVersion", "selfLink", "uid"}},
      {kMeta + "OwnerReference",
       {"apiVersion", "blockOwnerDeletion", "controller", "kind", "name", "uid"}},
      {kMeta + "ServerAddressByClientCIDR", {"clientCIDR", "serverAddress"}},
      {kMeta + "ShardInfo", {"selector"}},
      {kMeta + "Time", {}},
      {"io.k8s.apimachinery.pkg.version.Info",
       {"buildDate", "compiler", "emulationMajor", "emulationMinor", "gitCommit", "gitTreeState",
        "gitVersion", "goVersion", "major", "minCompatibilityMajor", "minCompatibilityMinor",
        "minor", "platform"}},
  };
  for (const std::string version : {"v1beta1.", "v1."}) {
    expected[kMetrics + version + "ContainerMetrics"] = {"name", "usage"};
    expected[kMetrics + version + "NodeMetrics"] = {"apiVersion", "kind",  "metadata",
                                                    "timestamp",  "usage", "window"};
    expected[kMetrics + version + "NodeMetricsList"] = {"apiVersion", "items", "kind", "metadata"};
    expected[kMetrics + version + "PodMetrics"] = {"apiVersion", "containers", "kind",
                                                   "metadata",   "timestamp",  "window"};
    expected[kMetrics + version + "PodMetricsList"] = {"apiVersion", "items", "kind", "metadata"};
  }
  std::map<std::string, Names> found;
  for (const auto& [name, definition] : V2()["definitions"].items()) {
    found[name] = Keys(definition.value("properties", Document::object()));
  }
  EXPECT_EQ(found, expected);
}

// What stands in a definition besides names and descriptions, as in upstream's documents.
TEST(OpenApiDocument, HasUpstreamsSchemas) {
  const std::pair<std::string, Document> kCases[] = {
      {kMeta + "ObjectMeta/properties/ownerReferences",
       {{"type", "array"},
        {"items", {{"$ref", "#/definitions/" + kMeta + "OwnerReference"}}},
        {"x-kubernetes-list-map-keys", {"uid"}},
        {"x-kubernetes-list-type", "map"},
        {"x-kubernetes-patch-merge-key", "uid"},
        {"x-kubernetes-patch-strategy", "merge"}}},
      {kMeta + "ObjectMeta/properties/finalizers",
       {{"type", "array"},
        {"items", {{"type", "string"}}},
        {"x-kubernetes-list-type", "set"},
        {"x-kubernetes-patch-strategy", "merge"}}},
      {kMeta + "ObjectMeta/properties/generation", {{"type", "integer"}, {"format", "int64"}}},
      {kMeta + "ObjectMeta/properties/labels",
       {{"type", "object"}, {"additionalProperties", {{"type", "string"}}}}},
      {kMeta + "OwnerReference/x-kubernetes-map-type", "atomic"},
      {kMeta + "APIResource/properties/verbs",
       {{"type", "array"}, {"items", {{"type", "string"}}}}},
      {kMeta + "APIGroup/x-kubernetes-group-version-kind",
       Document::array({{{"group", ""}, {"kind", "APIGroup"}, {"version", "v1"}}})},
      {kMeta + "Time", {{"type", "string"}, {"format", "date-time"}}},
      {kMetrics + "v1beta1.PodMetrics/properties/containers",
       {{"type", "array"},
        {"items", {{"$ref", "#/definitions/" + kMetrics + "v1beta1.ContainerMetrics"}}},
        {"x-kubernetes-list-type", "atomic"}}},
      {kMetrics + "v1.NodeMetrics/x-kubernetes-group-version-kind",
       Document::array(
           {{{"group", "metrics.k8s.io"}, {"kind", "NodeMetrics"}, {"version", "v1"}}})},
  };
  for (const auto& [pointer, expected] : kCases) {
    Document found = V2()["definitions"].at(Document::json_pointer("/" + pointer));
    if (found.is_object()) found.erase("description");
    EXPECT_EQ(found, expected) << pointer;
  }
}

TEST(OpenApiDocument, RequiresWhatUpstreamRequires) {
  std::map<std::string, Names> expected = {
      {kMeta + "APIGroup", {"name", "versions"}},
      {kMeta + "APIGroupList", {"groups"}},
      {kMeta + "APIResource", {"name", "singularName", "namespaced", "kind", "verbs"}},
      {kMeta + "APIResourceList", {"groupVersion", "resources"}},
      {kMeta + "GroupVersionForDiscovery", {"groupVersion", "version"}},
      {kMeta + "OwnerReference", {"apiVersion", "kind", "name", "uid"}},
      {kMeta + "ServerAddressByClientCIDR", {"clientCIDR", "serverAddress"}},
      {kMeta + "ShardInfo", {"selector"}},
      {"io.k8s.apimachinery.pkg.version.Info",
       {"major", "minor", "gitVersion", "gitCommit", "gitTreeState", "buildDate", "goVersion",
        "compiler", "platform"}},
  };
  for (const std::string version : {"v1beta1.", "v1."}) {
    expected[kMetrics + version + "ContainerMetrics"] = {"name", "usage"};
    expected[kMetrics + version + "NodeMetrics"] = {"timestamp", "window", "usage"};
    expected[kMetrics + version + "NodeMetricsList"] = {"items"};
    expected[kMetrics + version + "PodMetrics"] = {"timestamp", "window", "containers"};
    expected[kMetrics + version + "PodMetricsList"] = {"items"};
  }
  std::map<std::string, Names> found;
  for (const auto& [name, definition] : V2()["definitions"].items()) {
    if (definition.contains("required")) found[name] = definition["required"].get<Names>();
  }
  EXPECT_EQ(found, expected);
}

// By the name of the property, which has one in each definition that has it.
TEST(OpenApiDocument, NamesTheListTypesThatUpstreamNames) {
  const std::map<std::string, std::string> expected = {{"versions", "atomic"},
                                                       {"serverAddressByClientCIDRs", "atomic"},
                                                       {"groups", "atomic"},
                                                       {"resources", "atomic"},
                                                       {"shortNames", "atomic"},
                                                       {"categories", "atomic"},
                                                       {"verbs", ""},
                                                       {"finalizers", "set"},
                                                       {"ownerReferences", "map"},
                                                       {"managedFields", "atomic"},
                                                       {"containers", "atomic"},
                                                       {"items", ""}};
  std::map<std::string, std::string> found;
  for (const auto& definition : V2()["definitions"]) {
    const Document properties = definition.value("properties", Document::object());
    for (const auto& [name, property] : properties.items()) {
      if (property.value("type", "") != "array") continue;
      const std::string type = property.value("x-kubernetes-list-type", "");
      EXPECT_EQ(found.emplace(name, type).first->second, type) << name;
    }
  }
  EXPECT_EQ(found, expected);
}

TEST(OpenApiDocument, OnlyV3SaysDefaultsAndAlternatives) {
  const std::string quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity";
  const std::pair<std::string, Document> kDefaults[] = {
      {kMetrics + "v1beta1.PodMetrics/properties/metadata", Document::object()},
      {kMetrics + "v1beta1.PodMetricsList/properties/metadata", Document::object()},
      {kMetrics + "v1beta1.ContainerMetrics/properties/name", ""},
      {kMeta + "APIResource/properties/namespaced", false},
      {kMeta + "APIResource/properties/verbs", nullptr},
      {kMeta + "ListMeta/properties/shardInfo", nullptr},
      {kMetrics + "v1beta1.PodMetrics/properties/timestamp", nullptr},
  };
  const Document& schemas = MetricsV3()["components"]["schemas"];
  for (const auto& [pointer, expected] : kDefaults) {
    const Document::json_pointer at("/" + pointer);
    EXPECT_EQ(schemas.at(at).value("default", Document()), expected) << pointer;
    EXPECT_FALSE(V2()["definitions"].at(at).contains("default")) << pointer;
  }
  EXPECT_EQ(schemas[quantity]["oneOf"], (Document{{{"type", "string"}}, {{"type", "number"}}}));
  EXPECT_FALSE(schemas[quantity].contains("type"));
  EXPECT_EQ(V2()["definitions"][quantity]["type"], "string");
  EXPECT_FALSE(V2()["definitions"][quantity].contains("oneOf"));
  EXPECT_EQ(V3("apis")["components"]["schemas"][kMeta + "APIGroup"]["properties"]
                      ["preferredVersion"]["default"],
            Document::object());
}

TEST(OpenApiDocument, HasUpstreamsParameters) {
  const Names list = {"query boolean allowWatchBookmarks",
                      "query string continue",
                      "query string fieldSelector",
                      "query string labelSelector",
                      "query integer limit",
                      "query string pretty",
                      "query string resourceVersion",
                      "query string resourceVersionMatch",
                      "query boolean sendInitialEvents",
                      "query string shardSelector",
                      "query integer timeoutSeconds",
                      "query boolean watch"};
  Names namespaced = list;
  namespaced.insert(namespaced.begin() + 5, "path string namespace required");
  const std::map<std::string, Names> kPaths = {
      {kBase + "/nodes", list},
      {kBase + "/pods", list},
      {kBase + "/namespaces/{namespace}/pods", namespaced},
      {kBase + "/nodes/{name}", {"path string name required", "query string pretty"}},
      {kBase + "/namespaces/{namespace}/pods/{name}",
       {"path string name required", "path string namespace required", "query string pretty"}},
      {kBase + "/", {}},
  };
  const auto text = [](const Document& parameter, const Document& type) {
    EXPECT_EQ(type.at("uniqueItems"), true);
    return parameter.at("in").get<std::string>() + " " + type.at("type").get<std::string>() + " " +
           parameter.at("name").get<std::string>() +
           (parameter.value("required", false) ? " required" : "");
  };
  for (const auto& [path, expected] : kPaths) {
    Names v2;
    for (const auto& entry : V2()["paths"].at(path).value("parameters", Document::array())) {
      v2.push_back(text(Resolved(entry), Resolved(entry)));
    }
    EXPECT_EQ(v2, expected) << path;
    Names v3;
    for (const auto& entry : MetricsV3()["paths"].at(path).value("parameters", Document::array())) {
      v3.push_back(text(entry, entry.at("schema")));
    }
    EXPECT_EQ(v3, expected) << path;
  }
}

TEST(OpenApiDocument, HasUpstreamsMediaTypesAndResponses) {
  const Names objects = {"application/json", "application/yaml",
                         "application/vnd.kubernetes.protobuf"};
  Names lists = objects;
  lists.push_back("application/json;stream=watch");
  lists.push_back("application/vnd.kubernetes.protobuf;stream=watch");
  const std::tuple<std::string, Names, Names> kCases[] = {
      {"/apis/", objects, objects},
      {"/apis/metrics.k8s.io/", objects, objects},
      {kBase + "/", objects, objects},
      {kBase + "/nodes", {"*/*"}, lists},
      {kBase + "/nodes/{name}", {"*/*"}, objects},
      {kBase + "/namespaces/{namespace}/pods", {"*/*"}, lists},
      {"/version/", {"application/json"}, {"application/json"}},
  };
  for (const auto& [path, consumes, produces] : kCases) {
    const Document& get = V2()["paths"].at(path).at("get");
    EXPECT_EQ(get["consumes"].get<Names>(), consumes) << path;
    EXPECT_EQ(get["produces"].get<Names>(), produces) << path;
    EXPECT_EQ(get["schemes"].get<Names>(), Names{"https"}) << path;
    EXPECT_THAT(Keys(get["responses"]), ElementsAre("200")) << path;
  }
  EXPECT_THAT(Keys(MetricsV3()["paths"][kBase + "/nodes"]["get"]["responses"]["200"]["content"]),
              ::testing::UnorderedElementsAreArray(lists));
}

}  // namespace
}  // namespace kubegauge::apiservice
