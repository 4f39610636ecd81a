#include "server/standalone/objects/reviews.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/standalone/credentials.h"
#include "tests/server/standalone/objects/objects_fixture.h"

namespace kubegauge::server {
namespace {

using ::testing::HasSubstr;

const apiservice::UserInfo kAdmin = {.name = kAdminName,
                                     .groups = {apiservice::kMastersGroup, "system:authenticated"}};
const apiservice::UserInfo kSomebody = {
    .name = "jane", .uid = "7", .extra = {{"scopes", {"a", "b"}}}};

Json Question(const char* spec) {
  return {{"metadata", Json::object()}, {"spec", Json::parse(spec)}};
}

TEST(Reviews, SayWhoOneIs) {
  const Json empty = Json::object();
  EXPECT_EQ(SelfReview().Answer(empty, kAdmin)->dump(),
            R"({"metadata":{},"status":{"userInfo":{"username":"kubegauge-admin",)"
            R"("groups":["system:masters","system:authenticated"]}}})");
  EXPECT_EQ(SelfReview().Answer(empty, kSomebody)->dump(),
            R"({"metadata":{},"status":{"userInfo":{"username":"jane","uid":"7",)"
            R"("extra":{"scopes":["a","b"]}}}})");
}

TEST(Reviews, SayWhetherOneMayDoSomething) {
  const Json question = Question(R"({"resourceAttributes":{"verb":"list","resource":"pods"}})");
  EXPECT_EQ(SelfAccessReview().Answer(question, kAdmin)->dump(),
            R"({"metadata":{},"spec":{"resourceAttributes":{"verb":"list","resource":"pods"}},)"
            R"("status":{"allowed":true}})");
  EXPECT_EQ((*SelfAccessReview().Answer(question, kSomebody))["status"]["allowed"], false);
  EXPECT_TRUE(
      SelfAccessReview()
          .Answer(Question(R"({"nonResourceAttributes":{"path":"/","verb":"get"}})"), kAdmin)
          .ok());
}

TEST(Reviews, AskForOneThingAtATime) {
  EXPECT_EQ(SelfAccessReview().Answer(Question("{}"), kAdmin).status().message,
            ".authorization.k8s.io \"\" is invalid: spec.resourceAttributes: Invalid value: null: "
            "exactly one of nonResourceAttributes or resourceAttributes must be specified");
  const auto both =
      Question(R"({"resourceAttributes":{"verb":"get"},"nonResourceAttributes":{"path":"/"}})");
  EXPECT_EQ(SelfAccessReview().Answer(both, kAdmin).status().code, 422);
  EXPECT_THAT(SelfAccessReview().Answer(both, kAdmin).status().message,
              HasSubstr("cannot be specified in combination with resourceAttributes"));
}

TEST(Reviews, SayWhatAllOneMayDo) {
  const Json question = Question(R"({"namespace":"default"})");
  EXPECT_EQ((*SelfRulesReview().Answer(question, kAdmin))["status"].dump(),
            R"({"resourceRules":[{"verbs":["*"],"apiGroups":["*"],"resources":["*"]}],)"
            R"("nonResourceRules":[{"verbs":["*"],"nonResourceURLs":["*"]}],"incomplete":false})");
  EXPECT_EQ((*SelfRulesReview().Answer(question, kSomebody))["status"].dump(),
            R"({"resourceRules":[],"nonResourceRules":[],"incomplete":false})");
  EXPECT_EQ(SelfRulesReview().Answer(Question("{}"), kAdmin).status().message,
            "no namespace on request");
}

using ReviewsApiTest = ::kubegauge::testing::ObjectsFixture;

TEST_F(ReviewsApiTest, AreAnsweredAndNotKept) {
  constexpr char kPath[] = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  constexpr char kBody[] = R"({"kind":"SelfSubjectAccessReview",)"
                           R"("apiVersion":"authorization.k8s.io/v1",)"
                           R"("spec":{"resourceAttributes":{"verb":"get","resource":"pods"}}})";
  const auto answer = Send("POST", kPath, kBody);
  EXPECT_EQ(answer.status, 201u);
  EXPECT_THAT(answer.body, HasSubstr(R"({"kind":"SelfSubjectAccessReview","apiVersion":)"
                                     R"("authorization.k8s.io/v1","metadata":{)"));
  EXPECT_THAT(answer.body, HasSubstr(R"("status":{"allowed":)"));
  EXPECT_EQ(store_.List(ResourceTypeNamed("selfsubjectaccessreviews")).objects.size(), 0u);
  Refusal(405, "GET", kPath);
  EXPECT_THAT(Refusal(400, "POST", kPath, R"({"kind":"Lease","apiVersion":"v1"})"),
              HasSubstr("no kind \"Lease\" is registered"));
}

}  // namespace
}  // namespace kubegauge::server
