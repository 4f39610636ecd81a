#include "server/standalone/objects/managed_fields.h"

#include <gtest/gtest.h>

namespace kubegauge::server {
namespace {

constexpr int64_t kNow = 1'700'000'000'000'000'000;

const SchemaStruct& Deployment() { return *Schema::Standalone().Of({"apps", "v1"}, "Deployment"); }
std::map<FieldPath, Json> DeploymentFields(std::string_view, const Json& object) {
  return FieldsOf(Deployment(), object, Holders::kOptional);
}
FieldManager Manager(const char* name) {
  return {.name = name, .api_version = "apps/v1", .subresource = "", .now_ns = kNow};
}
Json Replicas(int replicas) {
  return {{"metadata", {{"name", "web"}}}, {"spec", {{"replicas", replicas}}}};
}

TEST(FieldsV1, ReadBackWhatTheyWrite) {
  const FieldSet fields = {{"f:spec", "f:replicas"},
                           {"f:metadata", "f:labels", "f:a"},
                           {"f:spec", "f:containers", R"(k:{"name":"a"})"},
                           {"f:spec", "f:containers", R"(k:{"name":"a"})", "f:image"}};
  const Json json = FieldsV1(fields);
  EXPECT_EQ(json.dump(), R"({"f:metadata":{"f:labels":{"f:a":{}}},"f:spec":{"f:containers":)"
                         R"({"k:{\"name\":\"a\"}":{".":{},"f:image":{}}},"f:replicas":{}}})");
  EXPECT_EQ(ParseFieldsV1(json), fields);
}

TEST(ApplyConfiguration, RefusesAnothersFieldUnlessForced) {
  Json live = Replicas(2);
  TrackUpdate(DeploymentFields, Manager("kubectl"), Json(), live);
  EXPECT_EQ(live["metadata"]["managedFields"][0]["manager"], "kubectl");
  EXPECT_EQ(live["metadata"]["managedFields"][0]["time"], "2023-11-14T22:13:20Z");

  const auto refused =
      ApplyConfiguration(Deployment(), Manager("me"), live, Replicas(3), /*force=*/false);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.status().code, 409);
  EXPECT_EQ(refused.status().message,
            "Apply failed with 1 conflict: conflict with \"kubectl\" using apps/v1: "
            ".spec.replicas");
  EXPECT_EQ(refused.status().details.causes.at(0).field, ".spec.replicas");

  // The same value is shared.
  const auto shared =
      ApplyConfiguration(Deployment(), Manager("me"), live, Replicas(2), /*force=*/false);
  ASSERT_TRUE(shared.ok());
  EXPECT_EQ((*shared)["metadata"]["managedFields"].size(), 2u);

  const auto forced =
      ApplyConfiguration(Deployment(), Manager("me"), live, Replicas(3), /*force=*/true);
  ASSERT_TRUE(forced.ok());
  EXPECT_EQ((*forced)["spec"]["replicas"], 3);
  EXPECT_EQ((*forced)["metadata"]["managedFields"].size(), 1u) << "kubectl has nothing left";
}

TEST(ApplyConfiguration, TakesBackWhatIsNoLongerSaid) {
  Json first = Json::parse(R"({"metadata":{"name":"web","labels":{"a":"1","b":"2"}},"spec":{)"
                           R"("template":{"spec":{"containers":[{"name":"x"},{"name":"y"}]}}}})");
  const auto live =
      ApplyConfiguration(Deployment(), Manager("me"), Json::object(), first, /*force=*/false);
  ASSERT_TRUE(live.ok());
  const Json second = Json::parse(R"({"metadata":{"name":"web","labels":{"a":"1"}},"spec":{)"
                                  R"("template":{"spec":{"containers":[{"name":"x"}]}}}})");
  const auto after =
      ApplyConfiguration(Deployment(), Manager("me"), *live, second, /*force=*/false);
  ASSERT_TRUE(after.ok());
  EXPECT_EQ((*after)["metadata"]["labels"].dump(), R"({"a":"1"})");
  EXPECT_EQ((*after)["spec"]["template"]["spec"]["containers"].dump(), R"([{"name":"x"}])");
}

TEST(ApplyConfiguration, StandsBeforeUpdatesOfTheSameTime) {
  Json live = Replicas(2);
  TrackUpdate(DeploymentFields, Manager("b"), Json(), live);
  Json labelled = live;
  labelled["metadata"]["labels"]["x"] = "y";
  TrackUpdate(DeploymentFields, Manager("a"), live, labelled);
  const auto applied =
      ApplyConfiguration(Deployment(), Manager("c"), labelled, Replicas(2), /*force=*/false);
  ASSERT_TRUE(applied.ok());
  std::string managers;
  for (const Json& entry : (*applied)["metadata"]["managedFields"]) {
    managers += entry["manager"].get<std::string>();
  }
  EXPECT_EQ(managers, "cab");
}

TEST(TrackUpdate, MovesOnlyWhatChanged) {
  Json object = Replicas(2);
  object["spec"]["paused"] = true;
  TrackUpdate(DeploymentFields, Manager("first"), Json(), object);
  Json changed = object;
  changed["spec"]["replicas"] = 5;
  TrackUpdate(DeploymentFields, Manager("second"), object, changed);
  const Json& entries = changed["metadata"]["managedFields"];
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0]["fieldsV1"].dump(), R"({"f:spec":{"f:paused":{}}})");
  EXPECT_EQ(entries[1]["fieldsV1"].dump(), R"({"f:spec":{"f:replicas":{}}})");
  Json same = changed;
  TrackUpdate(DeploymentFields, Manager("third"), changed, same);
  EXPECT_EQ(same, changed);
}

}  // namespace
}  // namespace kubegauge::server
