#include "apiservice/gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <stdexcept>

#include "tests/apiservice/exchange.h"
#include "tests/apiservice/run_awaitable.h"

namespace kubegauge::apiservice {
namespace {

using ::kubegauge::testing::Answer;
using ::kubegauge::testing::MakeRequest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

// Takes the header X-Test-User as the user's name; "bad" is a broken credential.
Authentication UserOfHeader(const Request& request) {
  const std::string name(request.headers.Find("X-Test-User"));
  if (name == "bad") return absl::UnauthenticatedError("secret reason");
  if (name.empty()) return std::nullopt;
  UserInfo user{.name = name};
  if (name == "master") user.groups = {"system:masters"};
  return user;
}

class HeaderAuthenticator final : public Authenticator {
 public:
  boost::asio::awaitable<Authentication> Authenticate(const Request& request) override {
    co_return UserOfHeader(request);
  }
};

class LocalHeaderAuthenticator final : public LocalAuthenticator {
 public:
  Authentication AuthenticateLocally(const Request& request) override {
    return UserOfHeader(request);
  }
};

Authorization OfAdmins(const UserInfo& user) {
  if (user.name == "unlucky") return absl::UnavailableError("webhook is down");
  return AuthorizationDecision{.allowed = user.name == "admin" || user.name == "thrower" ||
                                          user.InGroup("actors") || user.InGroup("system:masters"),
                               .reason = user.name == "jane" ? "no RBAC policy matched" : ""};
}

class LocalAdminAuthorizer final : public LocalAuthorizer {
 public:
  Authorization AuthorizeLocally(const UserInfo& user, const RequestInfo&) override {
    return OfAdmins(user);
  }
};

class AdminAuthorizer final : public Authorizer {
 public:
  boost::asio::awaitable<absl::StatusOr<AuthorizationDecision>> Authorize(
      const UserInfo& user, const RequestInfo& info) override {
    if (user.name == "patient") {
      boost::asio::steady_timer never(co_await boost::asio::this_coro::executor,
                                      boost::asio::steady_timer::time_point::max());
      co_await never.async_wait(boost::asio::use_awaitable);
    }
    if (info.verb == "impersonate") {
      asked_.push_back(info.resource + "/" + info.subresource + " " + info.namespace_name + " " +
                       info.name + " " + info.api_group + " " + info.api_version);
      co_return AuthorizationDecision{.allowed = info.name != "root", .reason = ""};
    }
    co_return OfAdmins(user);
  }
  // What was asked before somebody acted as somebody else.
  std::vector<std::string> asked_;
};

class EchoHandler final : public Handler {
 public:
  Response Handle(const AdmittedRequest& admitted) override {
    if (admitted.user.name == "thrower") throw std::runtime_error("out of tea");
    std::string text = admitted.info.verb + " as " + admitted.user.name;
    for (const std::string& group : admitted.user.groups) {
      if (group != "system:authenticated") text += " " + group;
    }
    for (const auto& [key, values] : admitted.user.extra) {
      for (const std::string& value : values) text += " " + key + "=" + value;
    }
    return {.body = text};
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
    return testing::Read(Respond(gate_, user, target, std::move(headers)));
  }
  static Response Respond(Gate& gate, const std::string& user, const std::string& target,
                          testing::HeaderLiterals headers = {}, const std::string& method = "GET") {
    if (!user.empty()) headers.emplace_back("X-Test-User", user);
    return testing::RunAwaitable(gate.Serve(MakeRequest(target, headers, method)));
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
      const Answer answer = testing::Read(Respond(at_once, user, target));
      EXPECT_EQ(answer.status, waited.status) << user << " " << target;
      EXPECT_EQ(answer.body, waited.body) << user << " " << target;
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
      {"", "Bearer  tok", warning}, {"bad", "Bearer  tok", warning},
      {"admin", "Bearer  tok", ""},  // who is known, and not by the token
      {"", "Bearer tok", ""},       {"", "Bearer ", ""},
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

TEST_F(GateTest, RequestThatTakesTooLongIsEnded) {
  const Answer answer = Serve("patient", "/api/v1/pods?timeout=1ms");
  EXPECT_EQ(answer.status, 504u);
  EXPECT_EQ(answer.body, R"({"metadata":{},"status":"Failure","message":)"
                         R"("Timeout: request did not complete within the allotted timeout",)"
                         "\"reason\":\"Timeout\",\"details\":{},\"code\":504}\n")
      << "upstream does not say its kind";
  EXPECT_EQ(answer.Header("Content-Type"), "text/plain; charset=utf-8");
}

TEST_F(GateTest, RequestWhoseClientIsGoneEndsWithAllItsWaits) {
  boost::asio::io_context io;
  boost::asio::cancellation_signal gone;
  std::exception_ptr end;
  boost::asio::co_spawn(
      io, gate_.Serve(MakeRequest("/api/v1/pods", {{"X-Test-User", "patient"}}, "GET")),
      boost::asio::bind_cancellation_slot(
          gone.slot(), [&](std::exception_ptr error, const Response&) { end = error; }));
  io.poll();
  EXPECT_EQ(end, nullptr);
  gone.emit(boost::asio::cancellation_type::terminal);
  io.run();
  EXPECT_THROW(std::rethrow_exception(end), boost::system::system_error);
}

TEST_F(GateTest, TimeoutOfARequestIsAGoDuration) {
  EXPECT_EQ(Serve("admin", "/api/v1/pods?timeout=32s").status, 200u);
  EXPECT_EQ(Serve("admin", "/api/v1/pods?timeout=0").status, 200u) << "as much as there is";
  const Answer answer = Serve("admin", "/api/v1/pods?timeout=5");
  EXPECT_EQ(answer.status, 400u);
  EXPECT_EQ(nlohmann::json::parse(answer.body)["message"],
            "invalid timeout specified in the request URL - time: missing unit in duration \"5\"");
  EXPECT_EQ(Serve("admin", "/api/v1/pods?watch=true&timeout=5").status, 200u)
      << "watches have no deadline";
}

TEST_F(GateTest, TooManyRequestsInFlightAreTurnedAway) {
  Gate gate(authenticator_, authorizer_, handler_, log_,
            {.max_reading_requests = 1, .max_mutating_requests = 1});
  const Response first = Respond(gate, "admin", "/api/v1/pods");
  const Response refused = Respond(gate, "admin", "/api/v1/pods");
  EXPECT_EQ(refused.status, 429u);
  EXPECT_EQ(refused.body, "Too many requests, please try again later.\n");
  EXPECT_EQ(testing::Read(Respond(gate, "admin", "/api/v1/pods")).Header("Retry-After"), "1");
  EXPECT_EQ(Respond(gate, "master", "/api/v1/pods").status, 200u);
  EXPECT_EQ(Respond(gate, "admin", "/api/v1/pods?watch=1").status, 200u);
  const Response write = Respond(gate, "admin", "/api/v1/pods", {}, "POST");
  EXPECT_EQ(write.status, 200u) << "they are counted apart";
  EXPECT_EQ(Respond(gate, "admin", "/api/v1/pods", {}, "PUT").status, 429u);
}

TEST_F(GateTest, RequestIsInFlightUntilItsAnswerIsGone) {
  Gate gate(authenticator_, authorizer_, handler_, log_, {.max_reading_requests = 1});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Respond(gate, "admin", "/api/v1/pods").status, 200u);
}

TEST_F(GateTest, ActsAsWhomTheUserMayBe) {
  const Answer answer = Serve("admin", "/api/v1/pods",
                              {{"Impersonate-User", "joe"},
                               {"Impersonate-Group", "actors"},
                               {"Impersonate-Group", "others"},
                               {"Impersonate-Extra-Sco%2Fpes", "read"},
                               {"Impersonate-Uid", "7"}});
  EXPECT_EQ(answer.body, "list as joe actors others sco/pes=read");
  EXPECT_THAT(authorizer_.asked_,
              ::testing::ElementsAre("users/  joe  ", "groups/  actors  ", "groups/  others  ",
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

TEST_F(GateTest, HeadersThatOptionsAskFor) {
  auto cors = CorsPolicy::Create({"^https://(.+\\.)?example\\.org$"});
  ASSERT_TRUE(cors.ok());
  Gate gate(authenticator_, authorizer_, handler_, log_,
            {.strict_transport_security = "max-age=1; preload", .cors = *cors});
  const Answer answer =
      testing::Read(Respond(gate, "admin", "/x", {{"Origin", "https://a.example.org"}}));
  EXPECT_EQ(answer.Header("Strict-Transport-Security"), "max-age=1; preload");
  EXPECT_EQ(answer.Header("Access-Control-Allow-Origin"), "https://a.example.org");
  const Answer preflight =
      testing::Read(Respond(gate, "", "/x", {{"Origin", "https://example.org"}}, "OPTIONS"));
  EXPECT_EQ(preflight.status, 204u);
  EXPECT_EQ(preflight.Header("Access-Control-Allow-Credentials"), "true");
  const Answer foreign =
      testing::Read(Respond(gate, "admin", "/x", {{"Origin", "https://example.com"}}));
  EXPECT_EQ(foreign.Header("Access-Control-Allow-Origin"), "");
  EXPECT_FALSE(CorsPolicy::Create({"("}).ok());
}

}  // namespace
}  // namespace kubegauge::apiservice
