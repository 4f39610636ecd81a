#include "server/autoscaler/explain_handler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <nlohmann/json.hpp>

namespace kubegauge::server {
namespace {

using apiservice::Request;
using apiservice::Response;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kWeb[] =
    "/apis/explain.kubegauge.io/v1/namespaces/shop/horizontalpodautoscalers/web";

class ExplainHandlerTest : public ::testing::Test {
 protected:
  ExplainHandlerTest() {
    autoscaler::Hpa hpa;
    hpa.meta.namespace_name = "shop";
    hpa.meta.name = "web";
    decisions_.Record(hpa, {.current_replicas = 3, .desired_replicas = 3}, 0);
  }

  Response Get(const std::string& path, const std::string& query = "",
               const std::string& method = "GET") {
    const Request request{.method = method, .path = path, .query = query};
    const apiservice::RequestInfo info = ParseRequestInfo(request);
    return handler_.Handle({.request = request, .info = info, .user = {}});
  }

  autoscaler::DecisionLog decisions_;
  bool leads_ = true;
  std::string leader_ = "other";
  ExplainHandler handler_{
      decisions_, {.leads = [this] { return leads_; }, .leader = [this] { return leader_; }}};
};

TEST_F(ExplainHandlerTest, AnswersAsJsonOrInPlainWords) {
  const auto json = nlohmann::json::parse(Get(kWeb).body);
  EXPECT_EQ(json["kind"], "Explanation");
  EXPECT_EQ(json["apiVersion"], "explain.kubegauge.io/v1");
  EXPECT_EQ(json["decisions"][0]["currentReplicas"], 3);
  const Response text = Get(kWeb, "format=text");
  EXPECT_EQ(text.status, 200u);
  EXPECT_THAT(text.body, StartsWith("shop/web at 1970-01-01T00:00:00Z: "));
}

TEST_F(ExplainHandlerTest, ServesTheDiscoveryOfItsGroup) {
  EXPECT_EQ(nlohmann::json::parse(Get("/apis/explain.kubegauge.io").body)["kind"], "APIGroup");
  const auto resources = nlohmann::json::parse(Get("/apis/explain.kubegauge.io/v1").body);
  EXPECT_EQ(resources["resources"][0]["name"], "horizontalpodautoscalers");
  EXPECT_EQ(resources["resources"][0]["verbs"], nlohmann::json::array({"get"}));
}

TEST_F(ExplainHandlerTest, RefusesWhatItDoesNotHave) {
  EXPECT_EQ(Get(std::string(kWeb) + "2").status, 404u);
  EXPECT_EQ(Get(std::string(kWeb) + "/status").status, 404u);
  EXPECT_EQ(
      Get("/apis/explain.kubegauge.io/v2/namespaces/shop/horizontalpodautoscalers/web").status,
      404u);
  EXPECT_EQ(Get("/apis/explain.kubegauge.io/v1/namespaces/shop/pods/web").status, 404u);
  EXPECT_EQ(Get("/apis/explain.kubegauge.io/v1/horizontalpodautoscalers").status, 404u);
  EXPECT_EQ(Get(kWeb, "", "DELETE").status, 405u);
}

// The next connection may meet the process that leads.
TEST_F(ExplainHandlerTest, WhoDoesNotLeadSaysWhoDoesAndClosesTheConnection) {
  leads_ = false;
  const Response refused = Get(kWeb);
  EXPECT_EQ(refused.status, 503u);
  EXPECT_THAT(refused.body, HasSubstr("this autoscaler waits for its turn; other leads"));
  EXPECT_THAT(refused.headers, ::testing::Contains(::testing::Pair("Connection", "close")));
  leader_.clear();
  EXPECT_THAT(Get(kWeb).body, HasSubstr("no autoscaler leads at the moment; try again"));
  EXPECT_EQ(Get("/apis/explain.kubegauge.io/v1").status, 200u)
      << "discovery is the same everywhere";
}

class NotingAuthorizer final : public apiservice::Authorizer {
 public:
  boost::asio::awaitable<absl::StatusOr<apiservice::AuthorizationDecision>> Authorize(
      const apiservice::UserInfo&, const apiservice::RequestInfo& info) override {
    asked = info;
    co_return apiservice::AuthorizationDecision{};
  }
  std::optional<apiservice::Authorization> AuthorizeAtOnce(
      const apiservice::UserInfo&, const apiservice::RequestInfo& info) override {
    asked_at_once = info;
    return std::nullopt;
  }
  apiservice::RequestInfo asked;
  apiservice::RequestInfo asked_at_once;
};

TEST(ExplainAuthorizerTest, AsksAboutTheHpaItself) {
  const struct {
    const char* path;
    const char* hpa_group;
    const char* asked_group;
    const char* asked_resource;
  } cases[] = {
      {kWeb, "autoscaling", "autoscaling", "horizontalpodautoscalers"},
      {kWeb, "autoscaling.kubegauge.io", "autoscaling.kubegauge.io", "horizontalpodautoscalers"},
      {"/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods/web", "autoscaling", "metrics.k8s.io",
       "pods"},
  };
  for (const auto& [path, hpa_group, asked_group, asked_resource] : cases) {
    NotingAuthorizer next;
    ExplainAuthorizer authorizer(next, hpa_group);
    const Request request{.method = "GET", .path = path};
    const apiservice::RequestInfo info = ParseRequestInfo(request);
    const apiservice::UserInfo user;
    boost::asio::io_context io;
    auto done =
        boost::asio::co_spawn(io, authorizer.Authorize(user, info), boost::asio::use_future);
    io.run();
    EXPECT_TRUE(done.get().ok());
    EXPECT_EQ(next.asked.api_group, asked_group);
    EXPECT_EQ(next.asked.resource, asked_resource);
    EXPECT_EQ(next.asked.verb, "get");
    EXPECT_EQ(next.asked.namespace_name, "shop");
    EXPECT_EQ(next.asked.name, "web");
    EXPECT_FALSE(authorizer.AuthorizeAtOnce(user, info).has_value());
    EXPECT_EQ(next.asked_at_once.api_group, asked_group);
    EXPECT_EQ(next.asked_at_once.resource, asked_resource);
  }
}

}  // namespace
}  // namespace kubegauge::server
