// Writes of objects that are there. What is expected is what kube-apiserver 1.36 answers to the
// same requests.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/server/standalone/objects/objects_fixture.h"

namespace kubegauge::server {
namespace {

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

}  // namespace
}  // namespace kubegauge::server
