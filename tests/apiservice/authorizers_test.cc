#include <gmock/gmock.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <future>

#include "apiservice/access_review_authorizer.h"
#include "apiservice/access_review_json.h"
#include "apiservice/kubelet_attributes.h"
#include "apiservice/list_options.h"
#include "apiservice/local_authorizers.h"
#include "tests/apiservice/exchange.h"
#include "tests/apiservice/review_fixture.h"
#include "tests/apiservice/run_awaitable.h"

namespace kubegauge::apiservice {
namespace {

namespace asio = boost::asio;
using nlohmann::json;
using ::testing::HasSubstr;
using testing::MakeRequest;
using ::testing::Not;
using testing::ReviewFixture;
using testing::RunAwaitable;

constexpr int64_t kSecondNs = 1'000'000'000;

RequestInfo InfoOf(const std::string& target) { return ParseRequestInfo(MakeRequest(target)); }

class FixedAuthorizer final : public Authorizer {
 public:
  explicit FixedAuthorizer(absl::StatusOr<AuthorizationDecision> decision)
      : decision_(std::move(decision)) {}
  asio::awaitable<absl::StatusOr<AuthorizationDecision>> Authorize(const UserInfo&,
                                                                   const RequestInfo&) override {
    co_return decision_;
  }

 private:
  const absl::StatusOr<AuthorizationDecision> decision_;
};

TEST(UnionAuthorizer, TakesTheFirstThatAllows) {
  const absl::StatusOr<AuthorizationDecision> allow = AuthorizationDecision{true, "yes"};
  const absl::StatusOr<AuthorizationDecision> silent = AuthorizationDecision{};
  const absl::StatusOr<AuthorizationDecision> refuse = AuthorizationDecision{false, "no rule"};
  const absl::StatusOr<AuthorizationDecision> error = absl::UnavailableError("away");
  struct Row {
    std::vector<absl::StatusOr<AuthorizationDecision>> decisions;
    const char* outcome;
  };
  const Row rows[] = {
      {{}, "refused: "},
      {{silent, allow}, "allowed"},
      {{allow, error}, "allowed"},
      {{error, allow}, "allowed"},
      {{silent, error, refuse}, "error: away"},
      {{silent, refuse}, "refused: no rule"},
      {{refuse, silent, refuse}, "refused: no rule\nno rule"},
  };
  for (const Row& row : rows) {
    std::vector<std::unique_ptr<Authorizer>> authorizers;
    for (const auto& decision : row.decisions) {
      authorizers.push_back(std::make_unique<FixedAuthorizer>(decision));
    }
    UnionAuthorizer authorizer(std::move(authorizers));
    const auto decision = RunAwaitable(authorizer.Authorize({}, {}));
    EXPECT_EQ(!decision.ok()      ? "error: " + std::string(decision.status().message())
              : decision->allowed ? "allowed"
                                  : "refused: " + decision->reason,
              row.outcome);
  }
}

TEST(UnionAuthorizer, DecidesAtOnceUnlessItHasToWaitForOne) {
  const auto decide = [](bool waits_first) {
    std::vector<std::unique_ptr<Authorizer>> authorizers;
    authorizers.push_back(std::make_unique<PrivilegedGroupAuthorizer>("a"));
    authorizers.push_back(std::make_unique<FixedAuthorizer>(AuthorizationDecision{}));
    if (waits_first) std::swap(authorizers[0], authorizers[1]);
    return UnionAuthorizer(std::move(authorizers));
  };
  const UserInfo member{.name = "m", .uid = "", .groups = {"a"}};
  const auto allowed = decide(false).AuthorizeAtOnce(member, {});
  ASSERT_TRUE(allowed.has_value());
  EXPECT_TRUE((*allowed)->allowed);
  EXPECT_FALSE(decide(false).AuthorizeAtOnce({}, {}).has_value());
  EXPECT_FALSE(decide(true).AuthorizeAtOnce(member, {}).has_value());
}

TEST(PrivilegedGroupAuthorizer, AllowsItsGroupEverything) {
  PrivilegedGroupAuthorizer authorizer(kMastersGroup);
  const UserInfo master{.name = "a", .uid = "", .groups = {"x", "system:masters"}};
  const UserInfo other{.name = "system:masters", .uid = "", .groups = {"system:masters2"}};
  EXPECT_TRUE(RunAwaitable(authorizer.Authorize(master, InfoOf("/metrics")))->allowed);
  EXPECT_FALSE(RunAwaitable(authorizer.Authorize(other, InfoOf("/metrics")))->allowed);
}

TEST(PathAuthorizer, AllowsPathsAndTheirBeginnings) {
  struct Row {
    std::vector<std::string> entries;
    const char* path;
    bool allowed;
  };
  const Row rows[] = {
      {{"/healthz"}, "/healthz", true},
      {{"healthz"}, "/healthz", true},
      {{"/healthz"}, "/healthz/", false},
      {{"/healthz"}, "/healthz/ping", false},
      {{"/healthz*"}, "/healthz/ping", true},
      {{"/healthz/*"}, "/healthz", false},
      {{"/healthz/*"}, "/healthz/ping", true},
      {{"/"}, "/", true},
      {{""}, "/", true},
      {{"/"}, "/metrics", false},
      {{"*"}, "/metrics", true},
      {{"/*"}, "/apis/metrics.k8s.io/v1beta1/nodes", false},  // a resource
      {{"/a", "/metrics"}, "/metrics", true},
      {{}, "/", false},
  };
  for (const Row& row : rows) {
    auto authorizer = PathAuthorizer::Create(row.entries);
    ASSERT_TRUE(authorizer.ok()) << authorizer.status().ToString();
    EXPECT_EQ(RunAwaitable((*authorizer)->Authorize({}, InfoOf(row.path)))->allowed, row.allowed)
        << (row.entries.empty() ? "nothing" : row.entries[0]) << " and " << row.path;
  }
  EXPECT_EQ(std::string(PathAuthorizer::Create({"/a*b"}).status().message()),
            "only trailing * allowed in \"a*b\"");
  EXPECT_FALSE(PathAuthorizer::Create({"**"}).ok());
}

TEST(AccessReviewSpec, SaysWhatIsAskedAndLeavesOutWhatIsEmpty) {
  const UserInfo jane{.name = "jane",
                      .uid = "u-1",
                      .groups = {"g", "system:authenticated"},
                      .extra = {{"k", {"v", "<"}}}};
  const UserInfo joe{.name = "joe"};
  struct Row {
    const UserInfo& user;
    const char* target;
    const char* spec;
  };
  const Row rows[] = {
      {jane, "/apis/metrics.k8s.io/v1beta1/namespaces/d/pods/x",
       R"({"resourceAttributes":{"namespace":"d","verb":"get","group":"metrics.k8s.io",)"
       R"("version":"v1beta1","resource":"pods","name":"x"},"user":"jane",)"
       R"("groups":["g","system:authenticated"],"extra":{"k":["v","\u003c"]},"uid":"u-1"})"},
      {joe, "/metrics",
       R"({"nonResourceAttributes":{"path":"/metrics","verb":"get"},"user":"joe"})"},
      {joe, "/api/v1/nodes/n/proxy",
       R"({"resourceAttributes":{"verb":"get","version":"v1","resource":"nodes",)"
       R"("subresource":"proxy","name":"n"},"user":"joe"})"},
      {joe,
       "/apis/metrics.k8s.io/v1beta1/pods?fieldSelector=metadata.namespace%3Dy,metadata.name!%3Dx"
       "&labelSelector=app%20in%20(b,a),!gone,here,n%3E3,t!%3Du",
       R"({"resourceAttributes":{"verb":"list","group":"metrics.k8s.io","version":"v1beta1",)"
       R"("resource":"pods","fieldSelector":{"requirements":[)"
       R"({"key":"metadata.name","operator":"NotIn","values":["x"]},)"
       R"({"key":"metadata.namespace","operator":"In","values":["y"]}]},)"
       R"("labelSelector":{"requirements":[)"
       R"({"key":"app","operator":"In","values":["a","b"]},)"
       R"({"key":"gone","operator":"DoesNotExist"},{"key":"here","operator":"Exists"},)"
       R"({"key":"t","operator":"NotIn","values":["u"]}]}},"user":"joe"})"},
      {joe, "/apis/metrics.k8s.io/v1beta1/nodes?labelSelector=n%3E3",
       R"({"resourceAttributes":{"verb":"list","group":"metrics.k8s.io","version":"v1beta1",)"
       R"("resource":"nodes"},"user":"joe"})"},
      {joe, "/apis/metrics.k8s.io/v1beta1/nodes?labelSelector=%3D%3D%3D&fieldSelector=broken",
       R"({"resourceAttributes":{"verb":"list","group":"metrics.k8s.io","version":"v1beta1",)"
       R"("resource":"nodes"},"user":"joe"})"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(AccessReviewSpecJson(row.user, InfoOf(row.target)), row.spec) << row.target;
  }
}

class AccessReviewTest : public ::testing::Test, protected ReviewFixture {
 protected:
  absl::StatusOr<AuthorizationDecision> Authorize(const std::string& path = "/metrics",
                                                  const std::string& user = "jane") {
    return RunAwaitable(authorizer_.Authorize({.name = user}, InfoOf(path)));
  }

  AccessReviewAuthorizer authorizer_{
      transport, {.allowed_ns = 10 * kSecondNs, .not_allowed_ns = 5 * kSecondNs}, log};
};

TEST_F(AccessReviewTest, DecidesAsTheApiServerSays) {
  struct Row {
    const char* status;
    const char* outcome;
  };
  const Row rows[] = {
      {R"({"allowed":true,"reason":"RBAC: allowed by x"})", "allowed"},
      {R"({"allowed":false,"reason":"no rule"})", "refused: no rule"},
      {R"({"allowed":false,"denied":true,"reason":"never"})", "refused: never"},
      {R"({})", "refused: "},
      {R"({"allowed":1})", "refused: "},
      {R"({"allowed":true,"denied":true})",
       "error: webhook subject access review returned both allow and deny response"},
  };
  int user = 0;
  for (const Row& row : rows) {
    answer = [&](const kube::ApiRequest&) { return Reviewed(row.status); };
    const auto decision = Authorize("/metrics", std::to_string(++user));
    EXPECT_EQ(!decision.ok()      ? "error: " + std::string(decision.status().message())
              : decision->allowed ? "allowed"
                                  : "refused: " + decision->reason,
              row.outcome)
        << row.status;
  }
  const kube::ApiRequest& sent = client.requests()[0];
  EXPECT_EQ(sent.method, "POST");
  EXPECT_EQ(sent.target, "/apis/authorization.k8s.io/v1/subjectaccessreviews");
  EXPECT_EQ(sent.timeout, std::chrono::seconds(10));
  EXPECT_EQ(sent.body,
            R"({"kind":"SubjectAccessReview","apiVersion":"authorization.k8s.io/v1",)"
            R"("metadata":{"creationTimestamp":null},)"
            R"("spec":{"nonResourceAttributes":{"path":"/metrics","verb":"get"},"user":"1"},)"
            R"("status":{"allowed":false}})");
}

TEST_F(AccessReviewTest, RemembersEachAnswerForItsTime) {
  answer = [](const kube::ApiRequest& request) {
    const bool is_jane = json::parse(request.body)["spec"]["user"] == "jane";
    return Reviewed(is_jane ? R"({"allowed":true})" : R"({"allowed":false,"reason":"r"})");
  };
  const std::pair<const char*, int64_t> rows[] = {{"jane", 10 * kSecondNs}, {"joe", 5 * kSecondNs}};
  for (const auto& [user, ttl_ns] : rows) {
    const size_t before = client.requests().size();
    for (int i = 0; i < 3; ++i)
      EXPECT_EQ(Authorize("/metrics", user)->allowed, user == rows[0].first);
    clock.Advance(ttl_ns - 1);
    EXPECT_TRUE(Authorize("/metrics", user).ok());
    EXPECT_EQ(client.requests().size(), before + 1);
    clock.Advance(1);
    EXPECT_TRUE(Authorize("/metrics", user).ok());
    EXPECT_EQ(client.requests().size(), before + 2);
  }
}

TEST_F(AccessReviewTest, DecidesAtOnceWhatItRemembers) {
  answer = [](const kube::ApiRequest&) { return Reviewed(R"({"allowed":true})"); };
  const UserInfo jane{.name = "jane"};
  const RequestInfo info = InfoOf("/metrics");
  EXPECT_FALSE(authorizer_.AuthorizeAtOnce(jane, info).has_value());
  EXPECT_TRUE(Authorize("/metrics", jane.name)->allowed);
  EXPECT_TRUE(authorizer_.AuthorizeAtOnce(jane, info).value()->allowed);
  clock.Advance(10 * kSecondNs);
  EXPECT_FALSE(authorizer_.AuthorizeAtOnce(jane, info).has_value());
}

TEST_F(AccessReviewTest, RemembersNoAnswerForAnotherQuestion) {
  answer = [](const kube::ApiRequest&) { return Reviewed(R"({"allowed":true})"); };
  const std::string pods = "/apis/metrics.k8s.io/v1beta1/namespaces/a/pods";
  const UserInfo users[] = {{.name = "jane"},
                            {.name = "jan", .uid = "e"},
                            {.name = "jane", .groups = {"a", "b"}},
                            {.name = "jane", .groups = {"ab"}},
                            {.name = "jane", .groups = {"a"}, .extra = {{"b", {}}}},
                            {.name = "jane", .extra = {{"a", {"b", "c"}}}},
                            {.name = "jane", .extra = {{"a", {"b"}}, {"c", {}}}},
                            {.name = "jane", .extra = {{"a", {}}, {"b", {"c"}}}}};
  const std::string targets[] = {pods,
                                 pods + "/b",
                                 pods + "?labelSelector=b",
                                 pods + "?fieldSelector=metadata.name!%3Db",
                                 "/apis/metrics.k8s.io/v1/namespaces/a/pods",
                                 "/apis/metrics.k8s.io/v1beta1/namespaces/a/pods/b/log",
                                 "/apis/metrics.k8s.io/v1beta1/nodes/a",
                                 "/apis/metrics.k8s.i/v1beta1/nodes/a",
                                 "/metrics",
                                 "/metric"};
  size_t questions = 0;
  for (const UserInfo& user : users) {
    for (const std::string& target : targets) {
      const RequestInfo info = InfoOf(target);
      EXPECT_FALSE(authorizer_.AuthorizeAtOnce(user, info).has_value()) << target;
      EXPECT_TRUE(RunAwaitable(authorizer_.Authorize(user, info)).ok());
      EXPECT_TRUE(authorizer_.AuthorizeAtOnce(user, info).has_value()) << target;
      EXPECT_EQ(client.requests().size(), ++questions);
    }
  }
}

TEST_F(AccessReviewTest, KeepsNoAnswersToLongQuestionsNorErrors) {
  answer = [](const kube::ApiRequest&) { return Reviewed(R"({"allowed":true})"); };
  // "get" and the path together.
  const std::string longest("/" + std::string(9'999 - 1 - 3, 'x'));
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(Authorize(longest)->allowed);
  EXPECT_EQ(client.requests().size(), 1u);
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(Authorize(longest + "x")->allowed);
  EXPECT_EQ(client.requests().size(), 3u);

  answer = [](const kube::ApiRequest&) {
    return Refused(403, "subjectaccessreviews is forbidden");
  };
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(std::string(Authorize("/y").status().message()), "subjectaccessreviews is forbidden");
  }
  EXPECT_EQ(client.requests().size(), 5u);
  EXPECT_THAT(logged.str(), HasSubstr("Cannot ask the API server what a user may do"));
}

TEST_F(AccessReviewTest, LogsNowAndThenThatItCannotAsk) {
  answer = [](const kube::ApiRequest&) { return Refused(403, "forbidden"); };
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(Authorize("/" + std::to_string(i)).ok());
  EXPECT_EQ(std::ranges::count(logged.str(), '\n'), 1);
  EXPECT_THAT(logged.str(), Not(HasSubstr("held_back")));
  clock.Advance(10 * kSecondNs);
  EXPECT_FALSE(Authorize().ok());
  EXPECT_THAT(logged.str(), HasSubstr("held_back=99"));
}

TEST_F(AccessReviewTest, AsksWithoutSelectorsThatAreTooLong) {
  answer = [](const kube::ApiRequest&) { return Reviewed(R"({"allowed":true})"); };
  const std::string pods = "/apis/metrics.k8s.io/v1beta1/pods?fieldSelector=metadata.name!%3Dx";
  std::string longest = "a";
  while (longest.size() + 2 < kMaxReviewedSelectorBytes) longest += ",a";
  longest.resize(kMaxReviewedSelectorBytes, 'a');
  EXPECT_TRUE(Authorize(pods + "&labelSelector=" + longest)->allowed);
  EXPECT_THAT(client.requests().back().body, HasSubstr("labelSelector"));
  EXPECT_TRUE(Authorize(pods + "&labelSelector=b" + longest)->allowed);
  EXPECT_THAT(client.requests().back().body, Not(HasSubstr("labelSelector")));
  EXPECT_THAT(client.requests().back().body, HasSubstr("fieldSelector"));
  EXPECT_EQ(client.requests().size(), 2u);
  EXPECT_TRUE(Authorize(pods + "&labelSelector=c" + longest)->allowed);
  EXPECT_EQ(client.requests().size(), 2u) << "it is the same question";
}

TEST_F(AccessReviewTest, AsksOnceForAllWhoWait) {
  answer = [](const kube::ApiRequest&) { return Reviewed(R"({"allowed":true})"); };
  asio::io_context io;
  const UserInfo jane{.name = "jane"};
  const RequestInfo info = InfoOf("/metrics");
  const RequestInfo other = InfoOf("/version");
  std::vector<std::future<absl::StatusOr<AuthorizationDecision>>> decisions;
  for (int i = 0; i < 50; ++i) {
    for (const RequestInfo* asked : {&info, &other}) {
      decisions.push_back(
          asio::co_spawn(io, authorizer_.Authorize(jane, *asked), asio::use_future));
    }
  }
  io.run();
  EXPECT_EQ(client.requests().size(), 2u);
  for (auto& decision : decisions) EXPECT_TRUE(decision.get()->allowed);
}

TEST(KubeletAttributes, FollowThePath) {
  struct Row {
    const char* method;
    const char* path;
    const char* verb;
    std::vector<std::string> subresources;
  };
  const Row rows[] = {
      {"GET", "/metrics", "get", {"metrics"}},
      {"GET", "/metrics/resource", "get", {"metrics"}},
      {"GET", "/metrics/cadvisor", "get", {"metrics"}},
      {"GET", "/metricsx", "get", {"proxy"}},
      {"GET", "/stats/summary", "get", {"stats"}},
      {"POST", "/stats/summary", "create", {"stats"}},
      {"GET", "/stats/", "get", {"stats"}},
      {"GET", "/logs/x", "get", {"log"}},
      {"POST", "/checkpoint/d/p/c", "create", {"checkpoint"}},
      {"GET", "/pods", "get", {"pods", "proxy"}},
      {"GET", "/runningpods/", "get", {"pods", "proxy"}},
      {"GET", "/healthz", "get", {"healthz", "proxy"}},
      {"GET", "/configz", "get", {"configz", "proxy"}},
      {"GET", "/flagz", "get", {"configz"}},
      {"GET", "/statusz", "get", {"statusz"}},
      {"DELETE", "/exec/d/p/c", "delete", {"proxy"}},
      {"PUT", "/", "update", {"proxy"}},
      {"PATCH", "/", "patch", {"proxy"}},
      {"HEAD", "/metrics", "", {"metrics"}},
  };
  for (const Row& row : rows) {
    std::vector<std::string> subresources;
    for (const RequestInfo& info : KubeletAttributes(row.method, row.path, "node-1")) {
      subresources.push_back(info.subresource);
      EXPECT_TRUE(info.is_resource_request);
      EXPECT_EQ(info.verb, row.verb);
      EXPECT_EQ(info.api_group, "");
      EXPECT_EQ(info.api_version, "v1");
      EXPECT_EQ(info.resource, "nodes");
      EXPECT_EQ(info.name, "node-1");
    }
    EXPECT_EQ(subresources, row.subresources) << row.path;
  }
}

}  // namespace
}  // namespace kubegauge::apiservice
