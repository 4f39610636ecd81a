#include "kube/scale_client.h"

#include <chrono>
#include <deque>

#include "tests/kube/kube_api_fixture.h"

namespace kubegauge::kube {
namespace {

using kubegauge::testing::ErrorText;
using kubegauge::testing::KubeApiTest;
using std::chrono::nanoseconds;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using namespace std::chrono_literals;

constexpr const char* kScalePath = "/apis/apps/v1/namespaces/luffy/deployments/myblog/scale";
constexpr const char* kTooLate =
    R"(Operation cannot be fulfilled on deployments.apps \"myblog\": the object has been modified)";

std::string ScaleJson(int version, int replicas, const std::string& selector = "app=myblog") {
  return R"({"kind":"Scale","apiVersion":"autoscaling/v1","metadata":{"name":"myblog",)"
         R"("namespace":"luffy","resourceVersion":")" +
         std::to_string(version) + R"("},"spec":{"replicas":)" + std::to_string(replicas) +
         R"(},"status":{"replicas":1,"selector":")" + selector + R"("}})";
}

class ScaleClientTest : public KubeApiTest {
 protected:
  ScaleClientTest() {
    Answer("GET /apis", Json(R"({"kind":"APIGroupDiscoveryList","items":[
      {"metadata":{"name":"apps"},"versions":[{"version":"v1","resources":[
        {"resource":"deployments","scope":"Namespaced","responseKind":{"kind":"Deployment"},
         "subresources":[{"subresource":"scale",
           "responseKind":{"group":"autoscaling","version":"v1","kind":"Scale"}}]},
        {"resource":"jobs","scope":"Namespaced","responseKind":{"kind":"Job"}}]}]}]})"));
    Answer(std::string("GET ") + kScalePath,
           [this](const ApiRequest&) { return Json(ScaleJson(++version_, 3)); });
  }
  // The answers to writes in their order, the last of them for ever.
  void AnswerWrites(std::deque<Script> scripts) {
    Answer(std::string("PUT ") + kScalePath + "?fieldManager=kube-controller-manager",
           [scripts](const ApiRequest&) mutable {
             Script script = scripts.front();
             if (scripts.size() > 1) scripts.pop_front();
             return script;
           });
  }
  std::vector<std::string> Bodies() const {
    std::vector<std::string> bodies;
    for (const ApiRequest& request : server_.requests()) {
      if (request.method == "PUT") bodies.push_back(request.body);
    }
    return bodies;
  }
  std::vector<std::string> ScaleRequests() const {
    std::vector<std::string> methods;
    for (const ApiRequest& request : server_.requests()) {
      if (request.target.starts_with(kScalePath)) methods.push_back(request.method);
    }
    return methods;
  }

  const ScaleTarget target_{"apps", "deployments", "luffy", "myblog"};
  int version_ = 0;
  RestMapper mapper_{io_.get_executor(), server_, clock_};
  ScaleClient client_{server_, mapper_, sleeper_, random_};
};

TEST_F(ScaleClientTest, Reads) {
  const absl::StatusOr<Scale> scale = Run(client_.Get(target_));
  ASSERT_TRUE(scale.ok()) << scale.status().ToString();
  EXPECT_EQ(scale->spec_replicas, 3);
  EXPECT_EQ(scale->selector, "app=myblog");
}

TEST_F(ScaleClientTest, ErrorsHaveTheTextOfClientGo) {
  ScaleTarget none = target_;
  none.name = "none";
  EXPECT_EQ(ErrorText(Run(client_.Get(none))),
            "the server could not find the requested resource (get deployments none)");
  Answer("GET /apis/apps/v1/namespaces/luffy/deployments/none/scale",
         Failure(404, "NotFound", R"(deployments/scale.apps \"none\" not found)"));
  const absl::Status not_found = Run(client_.Get(none)).status();
  EXPECT_EQ(std::string(not_found.message()), R"(deployments/scale.apps "none" not found)");
  EXPECT_TRUE(absl::IsNotFound(not_found));

  ScaleTarget odd = target_;
  odd.name = "a/b";
  EXPECT_EQ(ErrorText(Run(client_.Get(odd))),
            R"(invalid resource name "a/b": [may not contain '/'])");
  ScaleTarget unknown = target_;
  unknown.resource = "deploymints";
  EXPECT_EQ(ErrorText(Run(client_.Get(unknown))),
            "unable to get client for deploymints.apps: unable to get full preferred "
            "group-version-resource for deploymints.apps: no matches for apps/, "
            "Resource=deploymints");
}

TEST_F(ScaleClientTest, WritesWhatItReadWithOtherReplicas) {
  AnswerWrites({Json(ScaleJson(9, 5))});
  const Scale read = *Run(client_.Get(target_));
  const absl::StatusOr<Scale> written = Run(client_.Update(target_, read, 5));
  ASSERT_TRUE(written.ok()) << written.status().ToString();
  EXPECT_EQ(written->resource_version, "9");
  EXPECT_THAT(Bodies(), ElementsAre(ScaleJson(1, 5)));
  EXPECT_EQ(server_.requests().back().content_type, "application/json");
  EXPECT_THAT(sleeper_.slept(), IsEmpty());
}

TEST_F(ScaleClientTest, AConflictIsTriedAgainWithTheLatest) {
  AnswerWrites({Failure(409, "Conflict", kTooLate), Failure(409, "Conflict", kTooLate),
                Json(ScaleJson(9, 5))});
  const Scale read = *Run(client_.Get(target_));
  EXPECT_TRUE(Run(client_.Update(target_, read, 5)).ok());
  EXPECT_THAT(Bodies(), ElementsAre(ScaleJson(1, 5), ScaleJson(2, 5), ScaleJson(3, 5)));
  EXPECT_THAT(sleeper_.slept(), ElementsAre(nanoseconds(10ms), nanoseconds(10ms)));
}

TEST_F(ScaleClientTest, FiveConflictsAreTheEnd) {
  AnswerWrites({Failure(409, "Conflict", kTooLate)});
  const Scale read = *Run(client_.Get(target_));
  EXPECT_EQ(ErrorText(Run(client_.Update(target_, read, 5))),
            R"(Operation cannot be fulfilled on deployments.apps "myblog": )"
            "the object has been modified");
  EXPECT_THAT(Bodies(), SizeIs(5));
  EXPECT_THAT(ScaleRequests(), SizeIs(11)) << "each failure is followed by a read";
  EXPECT_THAT(sleeper_.slept(), SizeIs(4));
}

TEST_F(ScaleClientTest, OtherFailuresAreNotTriedAgain) {
  const Scale read = *Run(client_.Get(target_));
  AnswerWrites({Failure(403, "Forbidden", "no")});
  EXPECT_EQ(ErrorText(Run(client_.Update(target_, read, 5))), "no");
  AnswerWrites({Script{.failure = absl::AbortedError("the connection broke")}});
  EXPECT_EQ(ErrorText(Run(client_.Update(target_, read, 5))), "the connection broke");
  EXPECT_THAT(ScaleRequests(), ElementsAre("GET", "PUT", "GET", "PUT", "GET"));
}

TEST_F(ScaleClientTest, WhenTheLatestCannotBeReadTheOldIsTriedAgain) {
  AnswerWrites({Failure(409, "Conflict", kTooLate)});
  const Scale read = *Run(client_.Get(target_));
  Answer(std::string("GET ") + kScalePath, Script{.status = 500});
  EXPECT_FALSE(Run(client_.Update(target_, read, 5)).ok());
  EXPECT_THAT(Bodies(), Each(ScaleJson(1, 5)));
}

TEST_F(ScaleClientTest, WhatHasNoScaleCannotBeWritten) {
  ScaleTarget job = target_;
  job.resource = "jobs";
  EXPECT_EQ(ErrorText(Run(client_.Update(job, {.name = "x"}, 5))),
            "could not find proper group-version for scale subresource of apps/v1, Resource=jobs: "
            "could not find scale subresource for apps/v1, Resource=jobs in discovery "
            "information");
}

}  // namespace
}  // namespace kubegauge::kube
