// Writes of objects that are there. What is expected is what kube-apiserver 1.36 answers to the
// same requests.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/server/standalone/objects/objects_fixture.h"

namespace kubegauge::server {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::kHpas;
using testing::kMergePatch;
using testing::kWeb;
using testing::kWebHpa;

class ObjectUpdateTest : public testing::ObjectsFixture {
 protected:
  ObjectUpdateTest() {
    made_ = Ok("POST", kHpas,
               R"({"metadata":{"name":"web","labels":{"a":"1"}},"spec":{"maxReplicas":5,)"
               R"("scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"}}})");
  }

  Json made_;
};

TEST_F(ObjectUpdateTest, WritesLabelsAndAnnotationsWithTheStatus) {
  const std::string path = std::string(kWebHpa) + "/status";
  const Json patched = Ok("PATCH", path,
                          R"({"metadata":{"labels":{"via":"status"},"annotations":{"n":"1"}},)"
                          R"("spec":{"maxReplicas":9},"status":{"desiredReplicas":3}})",
                          kMergePatch);
  EXPECT_EQ(patched["metadata"]["labels"].dump(), R"({"a":"1","via":"status"})");
  EXPECT_EQ(patched["metadata"]["annotations"].dump(), R"({"n":"1"})");
  EXPECT_EQ(patched["spec"]["maxReplicas"], 5);
  EXPECT_EQ(patched["status"]["desiredReplicas"], 3);
  EXPECT_THAT(Refusal(422, "PATCH", path, R"({"metadata":{"labels":{"a b":"c"}}})", kMergePatch),
              HasSubstr(R"(metadata.labels: Invalid value: "a b": name part must consist of)"));
}

// Whose strategy keeps them.
TEST_F(ObjectUpdateTest, WritesNoLabelsOfDeploymentsWithTheStatus) {
  MakeWeb();
  const Json patched =
      Ok("PATCH", std::string(kWeb) + "/status",
         R"({"metadata":{"labels":{"via":"status"},"annotations":{"n":"1"}}})", kMergePatch);
  EXPECT_FALSE(patched["metadata"].contains("labels"));
  EXPECT_EQ(patched["metadata"]["annotations"].dump(), R"({"n":"1"})");
}

TEST_F(ObjectUpdateTest, RefusesToChangeWhatIsFixed) {
  constexpr char kMine[] = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
  const std::string invalid = R"(HorizontalPodAutoscaler.autoscaling "web" is invalid: )";
  EXPECT_EQ(Refusal(422, "PATCH", kWebHpa,
                    R"({"metadata":{"deletionTimestamp":"2024-01-01T00:00:00Z"}})", kMergePatch),
            invalid + R"(metadata.deletionTimestamp: Invalid value: "2024-01-01T00:00:00Z": )"
                      "field is immutable");
  Json hpa = made_;
  hpa["metadata"]["uid"] = kMine;
  EXPECT_EQ(Refusal(422, "PATCH", kWebHpa, hpa.dump(), kMergePatch),
            invalid + "metadata.uid: Invalid value: \"" + kMine + "\": field is immutable");
  EXPECT_THAT(
      Refusal(409, "PUT", kWebHpa, hpa.dump()),
      HasSubstr(
          "StorageError: invalid object, Code: 4, Key: /horizontalpodautoscalers/default/web, "));
  hpa = made_;
  hpa["metadata"].erase("uid");
  hpa["metadata"]["creationTimestamp"] = nullptr;
  hpa["metadata"]["selfLink"] = "x";
  EXPECT_EQ(Ok("PUT", kWebHpa, hpa.dump()), made_);
}

TEST_F(ObjectUpdateTest, ReadsVersionsAsUpstream) {
  Json hpa = made_;
  hpa["metadata"]["resourceVersion"] = "abc";
  EXPECT_EQ(Refusal(500, "PUT", kWebHpa, hpa.dump()),
            R"(strconv.ParseUint: parsing "abc": invalid syntax)");
  hpa["metadata"]["resourceVersion"] = "1";
  EXPECT_THAT(Refusal(409, "PUT", kWebHpa, hpa.dump()), HasSubstr("has been modified"));
  hpa["metadata"]["resourceVersion"] = "0";
  EXPECT_EQ(Ok("PUT", kWebHpa, hpa.dump()), made_);
  const std::string least = std::string(kWebHpa) + "?resourceVersion=";
  EXPECT_EQ(Ok("GET", least + "0"), made_);
  EXPECT_EQ(Refusal(500, "GET", least + "x"),
            R"(resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": )"
            "invalid syntax");
  EXPECT_THAT(Refusal(504, "GET", std::string(kHpas) + "/none?resourceVersion=99999999999"),
              HasSubstr("Timeout: Too large resource version: 99999999999, current: "));
}

// managedFields, by manager and version.
Json OwnedIn(const Json& object) {
  Json owned;
  for (const Json& entry : object["metadata"]["managedFields"]) {
    owned[entry["manager"].get<std::string>()][entry["apiVersion"].get<std::string>()] =
        entry["fieldsV1"];
  }
  return owned;
}

TEST_F(ObjectUpdateTest, OwnersAreOfTheirVersion) {
  // The status that a new object begins with is nobody's.
  EXPECT_EQ(OwnedIn(made_).dump(),
            R"({"tester":{"autoscaling/v2":{"f:metadata":{"f:labels":{".":{},"f:a":{}}},)"
            R"("f:spec":{"f:maxReplicas":{},"f:metrics":{},"f:minReplicas":{},)"
            R"("f:scaleTargetRef":{"f:apiVersion":{},"f:kind":{},"f:name":{}}}}}})");
  const std::string v1 = "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers/web";
  const Json patched =
      Ok("PATCH", v1 + "?fieldManager=old",
         R"({"spec":{"targetCPUUtilizationPercentage":70,"scaleTargetRef":{"name":"w"}}})",
         kMergePatch);
  EXPECT_EQ(OwnedIn(patched).dump(),
            R"({"old":{"autoscaling/v1":{"f:spec":{"f:scaleTargetRef":{},)"
            R"("f:targetCPUUtilizationPercentage":{}}}},)"
            R"("tester":{"autoscaling/v2":{"f:metadata":{"f:labels":{".":{},"f:a":{}}},)"
            R"("f:spec":{"f:maxReplicas":{},"f:minReplicas":{},)"
            R"("f:scaleTargetRef":{"f:apiVersion":{},"f:kind":{}}}}}})");
  const Json behaved =
      Ok("PATCH", std::string(kWebHpa) + "?fieldManager=new",
         R"({"spec":{"behavior":{"scaleUp":{"selectPolicy":"Min"}}}})", kMergePatch);
  EXPECT_EQ(OwnedIn(behaved)["new"]["autoscaling/v2"].dump(),
            R"({"f:spec":{"f:behavior":{".":{},"f:scaleDown":{".":{},"f:policies":{},)"
            R"("f:selectPolicy":{}},"f:scaleUp":{".":{},"f:policies":{},"f:selectPolicy":{},)"
            R"("f:stabilizationWindowSeconds":{}}}}})");
  const Json status = Ok("PATCH", std::string(kWebHpa) + "/status?fieldManager=status",
                         R"({"status":{"desiredReplicas":3}})", kMergePatch);
  EXPECT_EQ(OwnedIn(status)["status"]["autoscaling/v2"].dump(),
            R"({"f:status":{"f:desiredReplicas":{}}})");
}

TEST_F(ObjectUpdateTest, TellsOfUnknownMembersOfJsonPatchOperations) {
  constexpr char kJsonPatch[] = "application/json-patch+json";
  const std::string patch =
      R"([{"op":"test","path":"/spec/maxReplicas","value":5,"extra":1,"more":null}])";
  const testing::Answer warned = Send("PATCH", kWebHpa, patch, kJsonPatch);
  EXPECT_EQ(warned.status, 200u) << warned.body;
  EXPECT_EQ(warned.Header("Warning"), R"(299 - "json patch unknown field \"[0].extra\"")");
  EXPECT_THAT(
      Refusal(422, "PATCH", std::string(kWebHpa) + "?fieldValidation=Strict", patch, kJsonPatch),
      HasSubstr(R"(": strict decoding error: json patch unknown field "[0].extra", json patch )"
                R"(unknown field "[0].more")"));
  const std::string unvalidated = std::string(kWebHpa) + "?fieldValidation=Ignore";
  EXPECT_EQ(Send("PATCH", unvalidated, patch, kJsonPatch).Header("Warning"), "");
  EXPECT_EQ(Ok("PATCH", kWebHpa, "null", kJsonPatch), made_);
  EXPECT_EQ(Refusal(422, "PATCH", kWebHpa, R"([{"op":"add","path":"","value":1}])", kJsonPatch),
            "the server rejected our request due to an error in our request");
}

TEST_F(ObjectUpdateTest, RefusesPatchesOfAWrongForm) {
  EXPECT_EQ(Refusal(400, "PATCH", kWebHpa, "null", kMergePatch), "Invalid JSON Patch");
  constexpr char kStrategic[] = "application/strategic-merge-patch+json";
  EXPECT_EQ(Ok("PATCH", kWebHpa, "null", kStrategic), made_);
  for (const char* retained : {"1", R"(["minReplicas"])"}) {
    const std::string patch =
        fmt::format(R"({{"spec":{{"$retainKeys":{},"maxReplicas":4}}}})", retained);
    EXPECT_EQ(Refusal(400, "PATCH", kWebHpa, patch, kStrategic),
              "invalid patch format of retainKeys");
  }
}

TEST_F(ObjectUpdateTest, APatchGivesNoOtherType) {
  constexpr char kForeign[] = R"({"apiVersion":"example.com/v1","kind":"Foo"})";
  EXPECT_EQ(Ok("PATCH", kWebHpa, kForeign, "application/strategic-merge-patch+json"), made_);
  EXPECT_THAT(Refusal(422, "PATCH", kWebHpa, kForeign, kMergePatch),
              AllOf(HasSubstr(R"( "" is invalid: patch: Invalid value: "{\"apiVersion\":)"
                              R"(\"example.com/v1\",\"kind\":\"Foo\",\"metadata\":)"
                              R"({\"name\":\"web\",)"),
                    HasSubstr(R"(no kind "Foo" is registered for version "example.com/v1")")));
  for (const char* version : {"null", R"("")"}) {
    const std::string patch = fmt::format(R"({{"apiVersion":{}}})", version);
    EXPECT_EQ(Refusal(400, "PATCH", kWebHpa, patch, kMergePatch),
              "the name of the object (web based on URL) was undeterminable: name must be "
              "provided");
  }
}

}  // namespace
}  // namespace kubegauge::server
