// Users that act as others.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "apiservice/gate.h"
#include "kube/dns_name.h"
#include "tests/apiservice/gate_fixture.h"

namespace kubegauge::apiservice::gate_testing {
namespace {

using ::testing::ElementsAreArray;

constexpr char kAuthn[] = " authentication.k8s.io v1";

TEST_F(GateTest, ActsAsWhomTheUserMayBe) {
  const Answer answer = Serve("admin", "/api/v1/pods",
                              {{"Impersonate-User", "joe"},
                               {"Impersonate-Group", "actors"},
                               {"Impersonate-Group", "others"},
                               {"Impersonate-Extra-Sco%2Fpes", "read"},
                               {"Impersonate-Uid", "7"}});
  EXPECT_EQ(answer.body, "list as joe actors others sco/pes=read");
  EXPECT_THAT(authorizer_.asked_,
              ElementsAreArray({std::string("impersonate-on:user-info:list pods/    v1"),
                                std::string("impersonate users/  joe  v1"),
                                std::string("impersonate uids/  7") + kAuthn,
                                std::string("impersonate groups/  actors  v1"),
                                std::string("impersonate groups/  others  v1"),
                                std::string("impersonate userextras/sco/pes  read") + kAuthn}));
}

TEST_F(GateTest, ServiceAccountsHaveTheirGroups) {
  const Answer answer = Serve("admin", "/x", {{"Impersonate-User", "system:serviceaccount:d:sa"}});
  EXPECT_EQ(answer.status, 403u);
  EXPECT_EQ(authorizer_.asked_.back(), "impersonate serviceaccounts/ d sa  v1");
  EXPECT_EQ(Serve("admin", "/x", {{"Impersonate-User", "system:anonymous"}}).status, 403u);
}

// Kubernetes 1.36 asks first whether the request may be made as somebody else of that kind (KEP-5284).
TEST_F(GateTest, ActsAsOthersForWhatTheRequestDoes) {
  const std::string kInfo = "impersonate:user-info", kOnInfo = "impersonate-on:user-info:list";
  const std::string kNode = "impersonate:arbitrary-node",
                    kOnNode = "impersonate-on:arbitrary-node:list";
  const std::string kOwn = "impersonate:associated-node",
                    kOnOwn = "impersonate-on:associated-node:list";
  const std::string kAccount = "impersonate:serviceaccount",
                    kOnAccount = "impersonate-on:serviceaccount:list";
  const std::string kKeys =
      " authentication.kubernetes.io/associated-node-keys=authentication.kubernetes.io/node-name"
      " authentication.kubernetes.io/associated-node-keys=authentication.kubernetes.io/node-uid";
  const std::string kPods = " pods/    v1", kAgent = "system:serviceaccount:d:agent";
  const struct {
    std::string user;
    kubegauge::testing::HeaderLiterals headers;
    std::vector<std::string> allowed;
    std::vector<std::string> asked;
    std::string refusal;  // the end of the message; empty when allowed
  } kCases[] = {
      {"jane",
       {{"Impersonate-User", "joe"}, {"Impersonate-Group", "actors"}},
       {kInfo, kOnInfo},
       {kOnInfo + kPods, kInfo + " users/  joe" + kAuthn, kInfo + " groups/  actors" + kAuthn},
       ""},
      {"jane",
       {{"Impersonate-User", "joe"}},
       {kInfo},
       {kOnInfo + kPods, "impersonate users/  joe  v1"},
       "User \"jane\" cannot impersonate-on:user-info:list resource \"pods\" in API group \"\" at "
       "the cluster scope"},
      {"jane",
       {{"Impersonate-User", "joe"}, {"Impersonate-Group", "system:masters"}},
       {kInfo, kOnInfo},
       {kOnInfo + kPods, kInfo + " users/  joe" + kAuthn, "impersonate users/  joe  v1"},
       "impersonating the system:masters group is not allowed"},
      {"jane",
       {{"Impersonate-User", "joe"}, {"Impersonate-Group", ""}},
       {kInfo, kOnInfo},
       {kOnInfo + kPods, kInfo + " users/  joe" + kAuthn, "impersonate users/  joe  v1"},
       "impersonating the empty string group is not allowed"},
      {"jane",
       {{"Impersonate-User", "joe"}, {"Impersonate-Extra-Scopes", "x"}},
       {kInfo, kOnInfo},
       {kOnInfo + kPods, kInfo + " users/  joe" + kAuthn, "impersonate users/  joe  v1"},
       "impersonating an invalid key in extra is not allowed: extra.key: Invalid value: "
       "\"scopes\": must be a domain-prefixed path (such as \"acme.io/foo\")"},
      {"jane",
       {{"Impersonate-User", "joe"}, {"Impersonate-Extra-a.io%2F%20", "x"}},
       {kInfo, kOnInfo},
       {kOnInfo + kPods, kInfo + " users/  joe" + kAuthn, "impersonate users/  joe  v1"},
       "impersonating an invalid key in extra is not allowed: extra.key: Invalid value: "
       "\" \": Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')"},
      {"jane",
       {{"Impersonate-User", "joe"}, {"Impersonate-Extra-a_b%2F%20", "x"}},
       {kInfo, kOnInfo},
       {kOnInfo + kPods, kInfo + " users/  joe" + kAuthn, "impersonate users/  joe  v1"},
       "impersonating an invalid key in extra is not allowed: [extra.key: Invalid value: "
       "\"a_b\": " +
           std::string(kube::kDnsSubdomainRule) +
           ", extra.key: Invalid value: \" \": Invalid path "
           "(regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')]"},
      {"jane",
       {{"Impersonate-User", "joe"}, {"Impersonate-Extra-a.io%2F%41dmin", "x"}},
       {kInfo, kOnInfo},
       {kOnInfo + kPods, kInfo + " users/  joe" + kAuthn, "impersonate users/  joe  v1"},
       "impersonating a non-lowercase key in extra is not allowed: \"a.io/Admin\""},
      {"jane",
       {{"Impersonate-User", "joe"}, {"Impersonate-Extra-acme.io%2Ffoo%zz", "x"}},
       {kInfo, kOnInfo},
       {kOnInfo + kPods, kInfo + " users/  joe" + kAuthn, "impersonate users/  joe  v1"},
       "impersonating an invalid key in extra is not allowed: extra.key: Invalid value: "
       "\"acme.io%2ffoo%zz\": must be a domain-prefixed path (such as \"acme.io/foo\")"},
      {"jane",
       {{"Impersonate-User", "joe"},
        {"Impersonate-Group", "actors"},
        {"Impersonate-Group", "b"},
        {"Impersonate-Group", "c"},
        {"Impersonate-Group", "d"}},
       {kInfo, kOnInfo},
       {kOnInfo + kPods, kInfo + " users/  joe" + kAuthn, kInfo + " groups/  *" + kAuthn},
       ""},
      {"jane",
       {{"Impersonate-User", "system:node:n1"}},
       {kNode},
       {kOnNode + kPods, "impersonate users/  system:node:n1  v1"},
       "cannot impersonate-on:arbitrary-node:list resource \"pods\" in API group \"\" at the "
       "cluster scope"},
      {kAgent,
       {{"Impersonate-User", "system:node:n1"}},
       {kOnOwn},
       {kOnOwn + kPods + kKeys, kOwn + " nodes/  *" + kAuthn + kKeys,
        kOnNode + kPods +
            " authentication.kubernetes.io/node-name=n1 "
            "authentication.kubernetes.io/node-uid=u",
        "impersonate users/  system:node:n1  v1 authentication.kubernetes.io/node-name=n1 "
        "authentication.kubernetes.io/node-uid=u"},
       "cannot impersonate:associated-node resource \"nodes\" in API group "
       "\"authentication.k8s.io\" at the cluster scope"},
      {"jane",
       {{"Impersonate-User", "system:serviceaccount:d:sa"}},
       {kOnAccount},
       {kOnAccount + kPods, kAccount + " serviceaccounts/ d sa" + kAuthn,
        "impersonate serviceaccounts/ d sa  v1"},
       "cannot impersonate:serviceaccount resource \"serviceaccounts\" in API group "
       "\"authentication.k8s.io\" in the namespace \"d\""},
      {"jane",
       {{"Impersonate-User", "system:serviceaccount:D:sa"}},
       {},
       {kOnInfo + kPods, "impersonate users/  system:serviceaccount:D:sa  v1"},
       "cannot impersonate-on:user-info:list resource \"pods\" in API group \"\" at the cluster "
       "scope"},
  };
  for (const auto& [user, headers, allowed, asked, refusal] : kCases) {
    authorizer_.impersonation_verbs_ = allowed;
    authorizer_.asked_.clear();
    Gate gate(authenticator_, authorizer_, handler_, log_);  // which remembers nothing yet
    const Answer answer = kubegauge::testing::Read(Respond(gate, user, "/api/v1/pods", headers));
    EXPECT_THAT(authorizer_.asked_, ElementsAreArray(asked)) << refusal;
    EXPECT_EQ(answer.status, refusal.empty() ? 200u : 403u) << answer.body;
    if (refusal.empty()) continue;
    const std::string message = nlohmann::json::parse(answer.body)["message"];
    EXPECT_TRUE(message.ends_with(refusal)) << message;
  }
}

TEST_F(GateTest, TriesFirstWhatItLastAllowed) {
  const kubegauge::testing::HeaderLiterals joe = {{"Impersonate-User", "joe"}};
  const kubegauge::testing::HeaderLiterals root = {{"Impersonate-User", "root"}};
  Serve("jane", "/api/v1/pods", joe);
  authorizer_.asked_.clear();
  Serve("jane", "/api/v1/pods", joe);
  EXPECT_THAT(authorizer_.asked_, ElementsAreArray({"impersonate users/  joe  v1"}));
  const std::string jane = Serve("jane", "/api/v1/pods", root).body;
  EXPECT_TRUE(jane.find("cannot impersonate resource \\\"users\\\"") != jane.npos) << jane;
  const std::string tom = Serve("tom", "/api/v1/pods", root).body;
  EXPECT_TRUE(tom.find("cannot impersonate-on:user-info:list") != tom.npos) << tom;
}

TEST_F(GateTest, RefusesToActAsOthers) {
  const Answer forbidden = Serve("admin", "/x", {{"Impersonate-User", "root"}});
  EXPECT_EQ(forbidden.status, 403u);
  EXPECT_EQ(nlohmann::json::parse(forbidden.body)["message"],
            "forbidden: User \"admin\" cannot impersonate-on:user-info:get path \"/x\"");
  const struct {
    kubegauge::testing::HeaderLiterals headers;
    std::string user;
  } kNobody[] = {
      {{{"Impersonate-Group", "g"}, {"Impersonate-Group", "h"}},
       "UID:\"\", Groups:[]string{\"g\", \"h\"}, Extra:map[string][]string(nil)"},
      {{{"Impersonate-Uid", "1"}, {"Impersonate-Extra-X%2Fy", "z"}},
       "UID:\"1\", Groups:[]string(nil), Extra:map[string][]string{\"x/y\":[]string{\"z\"}}"},
  };
  for (const auto& [headers, user] : kNobody) {
    const Answer nobody = Serve("admin", "/x", headers);
    EXPECT_EQ(nobody.status, 400u);
    EXPECT_EQ(
        nlohmann::json::parse(nobody.body)["message"],
        "requested &user.DefaultInfo{Name:\"\", " + user + "} without impersonating a user name");
  }
}

}  // namespace
}  // namespace kubegauge::apiservice::gate_testing
