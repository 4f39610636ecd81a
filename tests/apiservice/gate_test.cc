#include "apiservice/gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "tests/apiservice/gate_fixture.h"

namespace kubegauge::apiservice::gate_testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

TEST_F(GateTest, AdmittedRequestReachesTheHandler) {
  const Answer answer = Serve("admin", "/api/v1/pods");
  EXPECT_EQ(answer.status, 200u);
  EXPECT_EQ(answer.body, "list as admin");
  EXPECT_EQ(answer.Header("Cache-Control"), "no-cache, private");
  EXPECT_THAT(answer.Header("Audit-Id"), MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4.*"));
}

TEST_F(GateTest, AnswersAtOnceAsWhenItHasToWait) {
  std::vector<std::unique_ptr<Authenticator>> authenticators;
  authenticators.push_back(std::make_unique<LocalHeaderAuthenticator>());
  const UnionAuthenticator authenticator(std::move(authenticators));
  LocalAdminAuthorizer authorizer;
  Gate at_once(authenticator, authorizer, handler_, log_);
  for (const char* user : {"admin", "jane", "bad", "", "unlucky", "thrower", "master"}) {
    for (const char* target :
         {"/x", "/api/v1/pods", "/api/v1/pods?watch=1", "/x?timeout=1s", "/x?timeout=soon"}) {
      const Answer waited = Serve(user, target);
      const Answer answer = kubegauge::testing::Read(Respond(at_once, user, target));
      EXPECT_EQ(answer.status, waited.status) << user << " " << target;
      EXPECT_EQ(answer.body, waited.body) << user << " " << target;
    }
  }
}

TEST_F(GateTest, GivesNothingAtOnceWhereItHasToWait) {
  std::vector<std::unique_ptr<Authenticator>> authenticators;
  authenticators.push_back(std::make_unique<LocalHeaderAuthenticator>());
  const UnionAuthenticator authenticator(std::move(authenticators));
  LocalAdminAuthorizer authorizer;
  Gate gate(authenticator, authorizer, handler_, log_);
  const Request request = MakeRequest("/x", {{"X-Test-User", "admin"}}, "GET");
  EXPECT_TRUE(gate.ServeAtOnce(request).has_value());
  EXPECT_FALSE(gate_.ServeAtOnce(request).has_value()) << "its authenticator asks others";
  const kubegauge::testing::HeaderLiterals as_jane = {{"X-Test-User", "admin"},
                                                      {"Impersonate-User", "jane"}};
  EXPECT_FALSE(gate.ServeAtOnce(MakeRequest("/x", as_jane, "GET")).has_value());
}

// As upstream, whoever is not known gets one answer of a connection of HTTP/2.
TEST_F(GateTest, EndsTheHttp2ConnectionsOfStrangersOnly) {
  std::vector<std::unique_ptr<Authenticator>> authenticators;
  authenticators.push_back(std::make_unique<LocalHeaderAuthenticator>());
  const UnionAuthenticator authenticator(std::move(authenticators));
  LocalAdminAuthorizer authorizer;
  Gate at_once(authenticator, authorizer, handler_, log_);
  const struct {
    std::string user;
    std::string impersonated;
    bool ends;
  } cases[] = {
      {"bad", "", true},          {"", "", true},
      {"", "admin", true},        {"system:anonymous", "", true},
      {"unlucky", "", false},     {"admin", "", false},
      {"jane", "", false},        {"admin", "system:anonymous", false},
      {"unlucky", "jane", false}, {"demoted", "", true},
  };
  for (Gate* gate : {&gate_, &at_once}) {
    for (const auto& [user, impersonated, ends] : cases) {
      for (const bool is_http2 : {false, true}) {
        kubegauge::testing::HeaderLiterals headers;
        if (!user.empty()) headers.emplace_back("X-Test-User", user);
        if (!impersonated.empty()) headers.emplace_back("Impersonate-User", impersonated);
        Request request = MakeRequest("/x", headers, "GET");
        request.is_http2 = is_http2;
        const Answer answer =
            kubegauge::testing::Read(kubegauge::testing::RunAwaitable(gate->Serve(request)));
        EXPECT_EQ(answer.Header("Connection"), ends && is_http2 ? "close" : "")
            << user << " as " << impersonated << " " << is_http2;
      }
    }
  }
}

TEST_F(GateTest, TellsOfTheAnswersOfHandlers) {
  class Meter final : public RequestMeter {
   public:
    int64_t NowNs() const override { return 7; }
    void OnAnswer(const Request&, const RequestInfo& info, unsigned status,
                  int64_t came_ns) override {
      told.push_back(info.verb + " " + std::to_string(status) + " " + std::to_string(came_ns));
    }
    std::vector<std::string> told;
  };
  Meter meter;
  Gate gate(authenticator_, authorizer_, handler_, log_, {.meter = &meter});
  Respond(gate, "admin", "/api/v1/pods");
  Respond(gate, "thrower", "/x");
  Respond(gate, "bad", "/x");
  Respond(gate, "jane", "/x");
  Respond(gate, "unlucky", "/x");
  Respond(gate, "admin", "/x?timeout=soon");
  Respond(gate, "admin", "/x", {{"Impersonate-Group", "actors"}});
  Respond(gate, "admin", "/api/v1/watch");
  EXPECT_THAT(meter.told, ElementsAre("list 200 7", "get 500 7"));
}

TEST_F(GateTest, WarnsOfASpaceBeforeTheToken) {
  const std::string warning =
      "299 - \"the provided Authorization header contains extra space before the bearer token, "
      "and is ignored\"";
  const struct {
    std::string user;
    std::string authorization;
    std::string warning;
  } kCases[] = {
      {"", "Bearer  tok", warning},
      {"bad", "Bearer  tok", warning},
      {"admin", "Bearer  tok", warning},
      {"jane", "Bearer  tok", warning},
      {"", "Bearer tok", ""},
      {"", "Bearer ", ""},
      {"", "Basic  tok", ""},
  };
  for (const auto& [user, authorization, expected] : kCases) {
    EXPECT_EQ(Serve(user, "/", {{"Authorization", authorization}}).Header("Warning"), expected)
        << user << " " << authorization;
  }
}

TEST_F(GateTest, EchoesTheAuditIdOfTheRequest) {
  EXPECT_EQ(Serve("admin", "/", {{"Audit-ID", "abc-1"}}).Header("Audit-Id"), "abc-1");
  EXPECT_EQ(Serve("admin", "/", {{"audit-id", "a b"}}).Header("Audit-Id"), "a b");
  for (const std::string& id :
       {std::string(300, 'x'), std::string("a\tb"), std::string("\xc3\xa4")}) {
    EXPECT_EQ(Serve("admin", "/", {{"Audit-ID", id}}).Header("Audit-Id"), id);
  }
  EXPECT_NE(Serve("admin", "/", {{"Audit-ID", "a\nb"}}).Header("Audit-Id"), "a\nb");
}

TEST_F(GateTest, GivesEachRequestAnAuditIdOfItsOwn) {
  constexpr size_t kRequests = 200;
  std::set<std::string> ids;
  for (size_t i = 0; i < kRequests; ++i) ids.insert(Serve("admin", "/").Header("Audit-Id"));
  EXPECT_EQ(ids.size(), kRequests);
}

TEST_F(GateTest, BrokenCredentialIsUnauthorizedAndTellsNothing) {
  const Answer answer = Serve("bad", "/api/v1/pods");
  EXPECT_EQ(answer.status, 401u);
  EXPECT_EQ(nlohmann::json::parse(answer.body)["message"], "Unauthorized");
}

TEST_F(GateTest, RefusesInUpstreamsWords) {
  const struct {
    std::string user;
    std::string target;
    std::string message;
    std::string details;
  } kCases[] = {
      {"", "/apis/metrics.k8s.io/v1beta1/nodes",
       "nodes.metrics.k8s.io is forbidden: User \"system:anonymous\" cannot list resource "
       "\"nodes\" in API group \"metrics.k8s.io\" at the cluster scope",
       R"({"group":"metrics.k8s.io","kind":"nodes"})"},
      {"u", "/apis/metrics.k8s.io/v1beta1/namespaces/d/pods/p",
       "pods.metrics.k8s.io \"p\" is forbidden: User \"u\" cannot get resource \"pods\" in API "
       "group \"metrics.k8s.io\" in the namespace \"d\"",
       R"({"name":"p","group":"metrics.k8s.io","kind":"pods"})"},
      {"", "/metrics", "forbidden: User \"system:anonymous\" cannot get path \"/metrics\"", "{}"},
      {"jane", "/api/v1/nodes",
       "nodes is forbidden: User \"jane\" cannot list resource \"nodes\" in API group \"\" at the "
       "cluster scope: no RBAC policy matched",
       R"({"kind":"nodes"})"},
      {"jane", "/apis/metrics.k8s.io/v1beta1/%2Fnodes/none",
       ".metrics.k8s.io \"nodes\" is forbidden: User \"jane\" cannot get resource \"/none\" in API "
       "group \"metrics.k8s.io\" at the cluster scope: no RBAC policy matched",
       R"({"name":"nodes","group":"metrics.k8s.io"})"},
      {"<b>", "/x", "forbidden: User \"&lt;b&gt;\" cannot get path \"/x\"", "{}"},
  };
  for (const auto& test : kCases) {
    const Answer answer = Serve(test.user, test.target);
    EXPECT_EQ(answer.status, 403u);
    EXPECT_EQ(answer.Header("X-Content-Type-Options"), "nosniff");
    const auto status = nlohmann::json::parse(answer.body);
    EXPECT_EQ(status["message"], test.message);
    EXPECT_EQ(status["details"], nlohmann::json::parse(test.details));
  }
}

TEST_F(GateTest, AuthorizerThatCannotTellIsAServerError) {
  const Answer answer = Serve("unlucky", "/api/v1/pods");
  EXPECT_EQ(answer.status, 500u);
  EXPECT_EQ(answer.body, "Internal Server Error: \"/api/v1/pods\": webhook is down\n");
}

TEST_F(GateTest, HandlerThatThrowsCostsOnlyItsRequest) {
  const Answer answer = Serve("thrower", "/api/v1/pods");
  EXPECT_EQ(answer.status, 500u);
  EXPECT_THAT(answer.body, Not(HasSubstr("tea")));
  EXPECT_THAT(logged_.str(), HasSubstr("out of tea"));
}

TEST_F(GateTest, TellsTheWholeUriOfWhatNobodyCouldDecide) {
  const Answer answer = Serve("unlucky", "/metrics?x=<1>");
  EXPECT_EQ(answer.body, "Internal Server Error: \"/metrics?x=&lt;1&gt;\": webhook is down\n");
  EXPECT_EQ(answer.Header("X-Content-Type-Options"), "nosniff");
}

TEST_F(GateTest, PanicsInUpstreamsWords) {
  const Answer answer = Serve("thrower", "/x");
  EXPECT_EQ(answer.body, "This request caused apiserver to panic. Look in the logs for details.\n");
  EXPECT_EQ(answer.Header("X-Content-Type-Options"), "nosniff");
}

TEST_F(GateTest, PathThatSaysNothingIsAServerError) {
  const Answer answer = Serve("", "/apis/metrics.k8s.io/v1beta1/watch");
  EXPECT_EQ(answer.status, 500u);
  EXPECT_EQ(answer.body,
            "Internal Server Error: \"/apis/metrics.k8s.io/v1beta1/watch\": failed to create "
            "RequestInfo: unable to determine kind and namespace from url, "
            "/apis/metrics.k8s.io/v1beta1/watch\n");
  EXPECT_EQ(answer.Header("Cache-Control"), "") << "upstream finds out before it sets that";
  EXPECT_NE(answer.Header("Audit-Id"), "");
}

TEST_F(GateTest, QuotesNamesAsGoDoes) {
  EXPECT_EQ(nlohmann::json::parse(Serve("a\"b", "/x").body)["message"],
            "forbidden: User \"a\\\"b\" cannot get path \"/x\"");
}

TEST_F(GateTest, HeadersThatOptionsAskFor) {
  auto cors = CorsPolicy::Create({"^https://(.+\\.)?example\\.org$"});
  ASSERT_TRUE(cors.ok());
  Gate gate(authenticator_, authorizer_, handler_, log_,
            {.strict_transport_security = "max-age=1; preload", .cors = *cors});
  const Answer answer =
      kubegauge::testing::Read(Respond(gate, "admin", "/x", {{"Origin", "https://a.example.org"}}));
  EXPECT_EQ(answer.Header("Strict-Transport-Security"), "max-age=1; preload");
  EXPECT_EQ(answer.Header("Access-Control-Allow-Origin"), "https://a.example.org");
  const Answer preflight = kubegauge::testing::Read(
      Respond(gate, "", "/x", {{"Origin", "https://example.org"}}, "OPTIONS"));
  EXPECT_EQ(preflight.status, 204u);
  EXPECT_EQ(preflight.Header("Access-Control-Allow-Credentials"), "true");
  const Answer foreign =
      kubegauge::testing::Read(Respond(gate, "admin", "/x", {{"Origin", "https://example.com"}}));
  EXPECT_EQ(foreign.Header("Access-Control-Allow-Origin"), "");
  EXPECT_FALSE(CorsPolicy::Create({"("}).ok());
}

}  // namespace
}  // namespace kubegauge::apiservice::gate_testing
