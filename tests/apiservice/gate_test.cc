#include "apiservice/gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "tests/apiservice/exchange.h"

namespace kubegauge::apiservice {
namespace {

using ::kubegauge::testing::Answer;
using ::kubegauge::testing::MakeRequest;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

// Takes the header X-Test-User as the user's name; "bad" is a broken credential.
class HeaderAuthenticator final : public Authenticator {
 public:
  boost::asio::awaitable<absl::StatusOr<std::optional<UserInfo>>> Authenticate(
      const Request& request) override {
    const std::string name(request.headers.Find("X-Test-User"));
    if (name == "bad") co_return absl::UnauthenticatedError("secret reason");
    if (name.empty()) co_return std::nullopt;
    co_return UserInfo{.name = name};
  }
};

class AdminAuthorizer final : public Authorizer {
 public:
  boost::asio::awaitable<absl::StatusOr<AuthorizationDecision>> Authorize(
      const UserInfo& user, const RequestInfo&) override {
    if (user.name == "unlucky") co_return absl::UnavailableError("webhook is down");
    co_return AuthorizationDecision{.allowed = user.name == "admin" || user.name == "thrower",
                                    .reason = user.name == "jane" ? "no RBAC policy matched" : ""};
  }
};

class EchoHandler final : public Handler {
 public:
  Response Handle(const AdmittedRequest& admitted) override {
    if (admitted.user.name == "thrower") throw std::runtime_error("out of tea");
    return {.body = admitted.info.verb + " as " + admitted.user.name};
  }
};

std::vector<std::unique_ptr<Authenticator>> Authenticators() {
  std::vector<std::unique_ptr<Authenticator>> authenticators;
  authenticators.push_back(std::make_unique<HeaderAuthenticator>());
  return authenticators;
}

class GateTest : public ::testing::Test {
 protected:
  Answer Serve(const std::string& user, const std::string& target,
               testing::HeaderLiterals headers = {}) {
    if (!user.empty()) headers.emplace_back("X-Test-User", user);
    boost::asio::io_context context;
    auto response = boost::asio::co_spawn(context, gate_.Serve(MakeRequest(target, headers)),
                                          boost::asio::use_future);
    context.run();
    return testing::Read(response.get());
  }

  std::ostringstream logged_;
  spdlog::logger log_{"test", std::make_shared<spdlog::sinks::ostream_sink_st>(logged_)};
  UnionAuthenticator authenticator_{Authenticators()};
  AdminAuthorizer authorizer_;
  EchoHandler handler_;
  Gate gate_{authenticator_, authorizer_, handler_, log_};
};

TEST_F(GateTest, AdmittedRequestReachesTheHandler) {
  const Answer answer = Serve("admin", "/api/v1/pods");
  EXPECT_EQ(answer.status, 200u);
  EXPECT_EQ(answer.body, "list as admin");
  EXPECT_EQ(answer.Header("Cache-Control"), "no-cache, private");
  EXPECT_THAT(answer.Header("Audit-Id"), MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4.*"));
}

TEST_F(GateTest, EchoesTheAuditIdOfTheRequest) {
  EXPECT_EQ(Serve("admin", "/", {{"Audit-ID", "abc-1"}}).Header("Audit-Id"), "abc-1");
  EXPECT_NE(Serve("admin", "/", {{"Audit-ID", "a\nb"}}).Header("Audit-Id"), "a\nb");
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

}  // namespace
}  // namespace kubegauge::apiservice
