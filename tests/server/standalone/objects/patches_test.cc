#include "server/standalone/objects/patches.h"

#include <gtest/gtest.h>

namespace kubegauge::server {
namespace {

struct Case {
  const char* object;
  const char* patch;
  const char* result;
};

TEST(MergePatch, AsInRfc7386) {
  const Case kCases[] = {
      {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
      {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
      {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
      {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
      {R"({"e":null})", R"({"a":1})", R"({"a":1,"e":null})"},
      {R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
  };
  for (const auto& [object, patch, result] : kCases) {
    EXPECT_EQ(ApplyMergePatch(Json::parse(object), Json::parse(patch)), Json::parse(result))
        << patch;
  }
}

TEST(JsonPatch, ChangesOrSaysWhyNot) {
  const Case kCases[] = {
      {R"({"a":1})", R"([{"op":"replace","path":"/a","value":2}])", R"({"a":2})"},
      {R"({"a":[1,3]})", R"([{"op":"add","path":"/a/1","value":2}])", R"({"a":[1,2,3]})"},
      {R"({"a":1,"b":2})", R"([{"op":"remove","path":"/a"}])", R"({"b":2})"},
      {R"({"a":1})",
       R"([{"op":"test","path":"/a","value":1},{"op":"copy","from":"/a","path":"/b"}])",
       R"({"a":1,"b":1})"},
  };
  for (const auto& [object, patch, result] : kCases) {
    EXPECT_EQ(*ApplyJsonPatch(Json::parse(object), Json::parse(patch)), Json::parse(result));
  }
  const auto code = [](const char* patch) {
    return ApplyJsonPatch(Json::parse(R"({"a":[1,2]})"), Json::parse(patch)).status().code();
  };
  EXPECT_EQ(code(R"({"op":"add"})"), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(R"([{"op":"test","path":"/a","value":1}])"),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(code(R"([{"op":"remove","path":"/b"}])"), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(code(R"([1])"), absl::StatusCode::kFailedPrecondition);
}

TEST(JsonPatch, CopiesOnlySoMuch) {
  Json patch = Json::array();
  for (int i = 0; i < 40; ++i) {
    patch.push_back({{"op", "copy"}, {"from", "/a"}, {"path", "/a/-"}});
  }
  const auto result = ApplyJsonPatch(Json::parse(R"({"a":["0123456789"]})"), patch);
  EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument) << "it doubles 40 times";
}

// Patches of spec.template.spec and metadata of a Deployment.
TEST(StrategicPatch, MergesListsByTheirKeys) {
  const Case kCases[] = {
      // Merged by name; the other container stays.
      {R"({"spec":{"template":{"spec":{"containers":[{"name":"a","image":"1"},{"name":"b"}]}}}})",
       R"({"spec":{"template":{"spec":{"containers":[{"name":"a","image":"2"}]}}}})",
       R"({"spec":{"template":{"spec":{"containers":[{"name":"a","image":"2"},{"name":"b"}]}}}})"},
      // Deleted by its key.
      {R"({"spec":{"template":{"spec":{"containers":[{"name":"a"},{"name":"b"}]}}}})",
       R"({"spec":{"template":{"spec":{"containers":[{"name":"a","$patch":"delete"}]}}}})",
       R"({"spec":{"template":{"spec":{"containers":[{"name":"b"}]}}}})"},
      // Replaced as a whole.
      {R"({"spec":{"template":{"spec":{"containers":[{"name":"a"},{"name":"b"}]}}}})",
       R"({"spec":{"template":{"spec":{"containers":[{"$patch":"replace"},{"name":"c"}]}}}})",
       R"({"spec":{"template":{"spec":{"containers":[{"name":"c"}]}}}})"},
      // Put in order; what the patch does not know keeps its place.
      {R"({"spec":{"template":{"spec":{"containers":[{"name":"a"},{"name":"x"},{"name":"b"}]}}}})",
       R"({"spec":{"template":{"spec":{"$setElementOrder/containers":[{"name":"b"},{"name":"a"}]}}}})",
       R"({"spec":{"template":{"spec":{"containers":[{"name":"x"},{"name":"b"},{"name":"a"}]}}}})"},
      // Ports by their number, env by name, and nested in each other.
      {R"({"spec":{"template":{"spec":{"containers":[{"name":"a","ports":[{"containerPort":1}],)"
       R"("env":[{"name":"K","value":"1"}]}]}}}})",
       R"({"spec":{"template":{"spec":{"containers":[{"name":"a","ports":[{"containerPort":1,)"
       R"("name":"p"}],"env":[{"name":"L","value":"2"}]}]}}}})",
       R"({"spec":{"template":{"spec":{"containers":[{"name":"a","ports":[{"containerPort":1,)"
       R"("name":"p"}],"env":[{"name":"K","value":"1"},{"name":"L","value":"2"}]}]}}}})"},
      // Without a key lists are replaced.
      {R"({"spec":{"template":{"spec":{"tolerations":[{"key":"a"}]}}}})",
       R"({"spec":{"template":{"spec":{"tolerations":[{"key":"b"}]}}}})",
       R"({"spec":{"template":{"spec":{"tolerations":[{"key":"b"}]}}}})"},
      // A list of texts that is a set.
      {R"({"metadata":{"finalizers":["a","b"]}})",
       R"({"metadata":{"$deleteFromPrimitiveList/finalizers":["a"],"finalizers":["c"]}})",
       R"({"metadata":{"finalizers":["b","c"]}})"},
      // Keys that are not retained go.
      {R"({"spec":{"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1}}}})",
       R"({"spec":{"strategy":{"$retainKeys":["type"],"type":"Recreate"}}})",
       R"({"spec":{"strategy":{"type":"Recreate"}}})"},
      // Maps.
      {R"({"metadata":{"labels":{"a":"1","b":"2"}}})",
       R"({"metadata":{"labels":{"a":null,"c":"3"}}})",
       R"({"metadata":{"labels":{"b":"2","c":"3"}}})"},
      {R"({"metadata":{"labels":{"a":"1"}}})",
       R"({"metadata":{"labels":{"$patch":"replace","c":"3"}}})",
       R"({"metadata":{"labels":{"c":"3"}}})"},
  };
  const SchemaStruct& deployment = *Schema::Standalone().Of({"apps", "v1"}, "Deployment");
  for (const auto& [object, patch, result] : kCases) {
    const auto merged = ApplyStrategicPatch(deployment, Json::parse(object), Json::parse(patch));
    ASSERT_TRUE(merged.ok()) << merged.status();
    EXPECT_EQ(*merged, Json::parse(result)) << patch << "\n" << merged->dump();
  }
  const auto no_key = ApplyStrategicPatch(
      deployment, Json::object(),
      Json::parse(R"({"spec":{"template":{"spec":{"containers":[{"image":"x"}]}}}})"));
  EXPECT_EQ(std::string(no_key.status().message()),
            R"(map: {"image":"x"} does not contain declared merge key: name)");
}

}  // namespace
}  // namespace kubegauge::server
