// What becomes of objects that a client deletes: object_deletion.cc.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/server/standalone/objects/objects_fixture.h"

namespace kubegauge::server {
namespace {

using ::testing::HasSubstr;
using testing::kLeases;
using testing::kMergePatch;
using testing::kWeb;

using ObjectDeletionTest = testing::ObjectsFixture;

TEST_F(ObjectDeletionTest, Deletes) {
  MakeWeb();
  EXPECT_THAT(Refusal(409, "DELETE", kWeb, R"({"preconditions":{"uid":"other"}})"),
              HasSubstr("Operation cannot be fulfilled on Deployment.apps \"web\": the UID in the "
                        "precondition (other) does not match the UID in record ("));
  EXPECT_THAT(Refusal(422, "DELETE", std::string(kWeb) + "?propagationPolicy=Sideways"),
              HasSubstr("propagationPolicy: Unsupported value: \"Sideways\""));
  const Json answer = Ok("DELETE", kWeb, R"({"propagationPolicy":"Foreground"})");
  EXPECT_EQ(answer["status"], "Success");
  EXPECT_EQ(answer["details"]["kind"], "deployments");
  EXPECT_EQ(Get(kWeb).status, 404u);
}

TEST_F(ObjectDeletionTest, ReadsTheOptionsOfTheQueryOnlyWithoutABody) {
  MakeWeb();
  const std::string query = "?dryRun=x&propagationPolicy=x&gracePeriodSeconds=x";
  EXPECT_EQ(Refusal(400, "DELETE", kWeb + query),
            R"(strconv.ParseInt: parsing "x": invalid syntax)");
  EXPECT_EQ(Refusal(400, "DELETE", kWeb + query, R"({"gracePeriodSeconds":"x"})"),
            "json: cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds "
            "of type int64");
  EXPECT_THAT(Refusal(422, "DELETE", std::string(kWeb) + "?propagationPolicy=",
                      R"({"propagationPolicy":"Orphan","orphanDependents":false})"),
              HasSubstr("propagationPolicy: Invalid value: \"Orphan\": orphanDependents and "
                        "deletionPropagation cannot be both set"));
  Ok("DELETE", kWeb + query, R"({"dryRun":["All"]})");
  EXPECT_EQ(Get(kWeb).status, 200u);
  Ok("DELETE", kWeb + query, "{}");
  EXPECT_EQ(Get(kWeb).status, 404u);
}

TEST_F(ObjectDeletionTest, WaitsForFinalizers) {
  Json lease = {{"metadata", {{"name", "lock"}, {"finalizers", {"example.com/wait"}}}}};
  Ok("POST", kLeases, lease.dump());
  const std::string path = std::string(kLeases) + "/lock";
  EXPECT_EQ(Ok("DELETE", path)["metadata"]["deletionTimestamp"], "2023-11-14T22:13:20Z");
  EXPECT_EQ(Get(path).status, 200u);
  EXPECT_EQ(Refusal(409, "POST", kLeases, lease.dump()),
            "object is being deleted: leases.coordination.k8s.io \"lock\" already exists");
  Ok("PATCH", path, R"({"metadata":{"finalizers":null}})", kMergePatch);
  EXPECT_EQ(Get(path).status, 404u);
}

TEST_F(ObjectDeletionTest, DeletesCollectionsAndNamespaces) {
  Ok("POST", "/api/v1/namespaces", R"({"metadata":{"name":"team"}})");
  const std::string leases = "/apis/coordination.k8s.io/v1/namespaces/team/leases";
  for (const char* name : {"a", "b", "c"}) {
    Ok("POST", leases, Json({{"metadata", {{"name", name}, {"labels", {{"of", name}}}}}}).dump());
  }
  EXPECT_EQ(Ok("DELETE", leases + "?labelSelector=of+in+(a,b)")["items"].size(), 2u);
  EXPECT_EQ(Ok("GET", leases)["items"].size(), 1u);
  Ok("DELETE", "/api/v1/namespaces/team");
  EXPECT_EQ(Ok("GET", leases)["items"].size(), 0u);
  EXPECT_EQ(Refusal(404, "POST", leases, R"({"metadata":{"name":"d"}})"),
            "namespaces \"team\" not found");
}

}  // namespace
}  // namespace kubegauge::server
