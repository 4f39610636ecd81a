// Users that act as others.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "apiservice/gate.h"
#include "tests/apiservice/gate_fixture.h"

namespace kubegauge::apiservice::gate_testing {
namespace {

using ::testing::ElementsAre;

TEST_F(GateTest, ActsAsWhomTheUserMayBe) {
  const Answer answer = Serve("admin", "/api/v1/pods",
                              {{"Impersonate-User", "joe"},
                               {"Impersonate-Group", "actors"},
                               {"Impersonate-Group", "others"},
                               {"Impersonate-Extra-Sco%2Fpes", "read"},
                               {"Impersonate-Uid", "7"}});
  EXPECT_EQ(answer.body, "list as joe actors others sco/pes=read");
  EXPECT_THAT(authorizer_.asked_,
              ElementsAre("users/  joe  ", "groups/  actors  ", "groups/  others  ",
                          "userextras/sco/pes  read authentication.k8s.io v1",
                          "uids/  7 authentication.k8s.io v1"));
}

TEST_F(GateTest, ServiceAccountsHaveTheirGroups) {
  const Answer answer = Serve("admin", "/x", {{"Impersonate-User", "system:serviceaccount:d:sa"}});
  EXPECT_EQ(answer.status, 403u);
  EXPECT_EQ(authorizer_.asked_.front(), "serviceaccounts/ d sa  ");
  EXPECT_EQ(Serve("admin", "/x", {{"Impersonate-User", "system:anonymous"}}).status, 403u);
}

TEST_F(GateTest, RefusesToActAsOthers) {
  const Answer forbidden = Serve("admin", "/x", {{"Impersonate-User", "root"}});
  EXPECT_EQ(forbidden.status, 403u);
  EXPECT_EQ(nlohmann::json::parse(forbidden.body)["message"],
            "users \"root\" is forbidden: User \"admin\" cannot impersonate resource \"users\" in "
            "API group \"\" at the cluster scope");
  const Answer nobody = Serve("admin", "/x", {{"Impersonate-Group", "g"}});
  EXPECT_EQ(nobody.status, 400u);
  EXPECT_EQ(nlohmann::json::parse(nobody.body)["message"],
            "requested [{Group  g    }] without impersonating a user");
}

}  // namespace
}  // namespace kubegauge::apiservice::gate_testing
