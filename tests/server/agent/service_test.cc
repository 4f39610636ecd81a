#include "server/agent/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/null_sink.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/cluster/options.h"
#include "tests/apiservice/exchange.h"
#include "tests/apiservice/run_awaitable.h"
#include "tests/fakes/manual_clock.h"

namespace kubegauge::server {
namespace {

using ::kubegauge::testing::Answer;
using ::kubegauge::testing::MakeRequest;
using ::kubegauge::testing::RunAwaitable;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Takes the header X-Test-User as the user's name.
class NamingAuthenticator final : public apiservice::LocalAuthenticator {
 public:
  apiservice::Authentication AuthenticateLocally(const apiservice::Request& request) override {
    const std::string name(request.headers.Find("X-Test-User"));
    if (name.empty()) return std::nullopt;
    return apiservice::UserInfo{.name = name};
  }
};

// Lets the scraper get what it asks for, and the administrator do anything.
class NodeAuthorizer final : public apiservice::LocalAuthorizer {
 public:
  apiservice::Authorization AuthorizeLocally(const apiservice::UserInfo& user,
                                             const apiservice::RequestInfo& info) override {
    asked_.push_back(info.verb + " " + info.subresource);
    const bool allowed = user.name == "admin" || (user.name == "scraper" && info.verb == "get");
    return apiservice::AuthorizationDecision{.allowed = allowed};
  }
  const std::vector<std::string>& asked() const { return asked_; }

 private:
  std::vector<std::string> asked_;
};

class AgentServiceTest : public ::testing::Test {
 protected:
  Answer Ask(const std::string& path, const std::string& user, const std::string& method = "GET") {
    kubegauge::testing::HeaderLiterals headers;
    if (!user.empty()) headers.emplace_back("X-Test-User", user);
    return kubegauge::testing::Read(
        RunAwaitable(service_.Serve(MakeRequest(path, headers, method))));
  }

  static apiservice::UnionAuthenticator NewAuthenticator() {
    std::vector<std::unique_ptr<apiservice::Authenticator>> parts;
    parts.push_back(std::make_unique<NamingAuthenticator>());
    return apiservice::UnionAuthenticator(std::move(parts));
  }

  spdlog::logger log_{"test", std::make_shared<spdlog::sinks::null_sink_mt>()};
  PublishedAgentState state_{
      std::make_shared<const AgentState>(AgentState{.node_name = "n1", .last = nullptr})};
  apiservice::UnionAuthenticator authenticator_ = NewAuthenticator();
  NodeAuthorizer authorizer_;
  kubegauge::testing::ManualClock clock_;
  ReadingWatch watch_{state_, kSecondNs, clock_, log_};
  AgentService service_{watch_, "n1", authenticator_, authorizer_, log_};
};

TEST_F(AgentServiceTest, AnswersThoseWhoMayAsk) {
  EXPECT_EQ(Ask("/metrics/resource", "scraper").status, 200u);
  EXPECT_EQ(Ask("/metrics/cadvisor", "scraper").status, 200u);
  EXPECT_EQ(Ask("/stats/summary", "scraper").body, R"({"node":{"nodeName":"n1"},"pods":[]})");
  EXPECT_EQ(Ask("/stats/summary/?only_cpu_and_memory=true", "scraper").status, 200u);
  EXPECT_THAT(authorizer_.asked(),
              ElementsAre("get metrics", "get metrics", "get stats", "get stats"));
}

// A file of a hung disk blocks the reading thread.
TEST_F(AgentServiceTest, IsIllAndServesNoUsageWhenTheNodeIsNoLongerRead) {
  const auto read = [&] {
    auto reading = std::make_shared<cgroup::NodeReading>();
    reading->usage = {.timestamp_ns = 100 * kSecondNs, .cpu_ns = 7 * kSecondNs};
    state_.Set(std::make_shared<const AgentState>(AgentState{
        .node_name = "n1", .last = std::move(reading), .read_at_ns = clock_.MonotonicNs()}));
  };
  read();
  clock_.Advance(10 * kSecondNs);
  EXPECT_EQ(Ask("/healthz", "").status, 200u);
  EXPECT_THAT(Ask("/metrics/resource", "scraper").body,
              HasSubstr("node_cpu_usage_seconds_total 7"));
  clock_.Advance(1);
  EXPECT_EQ(Ask("/healthz", "").status, 500u);
  const Answer resource = Ask("/metrics/resource", "scraper");
  EXPECT_EQ(resource.status, 200u);
  EXPECT_EQ(resource.body,
            "# HELP resource_scrape_error [STABLE] 1 if there was an error while getting container "
            "metrics, 0 otherwise\n# TYPE resource_scrape_error gauge\nresource_scrape_error 1\n");
  EXPECT_EQ(Ask("/stats/summary", "scraper").body, R"({"node":{"nodeName":"n1"},"pods":[]})");
  EXPECT_EQ(Ask("/metrics/cadvisor", "scraper").body, "");
  read();
  EXPECT_EQ(Ask("/healthz", "").status, 200u);
  EXPECT_EQ(Ask("/healthz", "").body, "ok");
  EXPECT_THAT(Ask("/metrics/resource", "scraper").body,
              HasSubstr("node_cpu_usage_seconds_total 7"));
}

TEST_F(AgentServiceTest, RefusesOthersAsAKubelet) {
  EXPECT_EQ(Ask("/stats/summary", "").status, 401u);
  EXPECT_EQ(Ask("/stats/summary", "").body, "Unauthorized");
  const Answer refused = Ask("/stats/summary", "jane");
  EXPECT_EQ(refused.status, 403u);
  EXPECT_EQ(refused.body,
            "Forbidden (user=jane, verb=get, resource=nodes, subresource(s)=[stats])\n");
}

TEST_F(AgentServiceTest, SaysWithoutAskingWhichPathsThereAreNot) {
  for (const char* path : {"/", "/metrics", "/metrics/resource/", "/stats", "/pods", "/foo"}) {
    const Answer answer = Ask(path, "");
    EXPECT_EQ(answer.status, 404u) << path;
    EXPECT_EQ(answer.body, "404 page not found\n") << path;
    EXPECT_EQ(answer.Header("X-Content-Type-Options"), "nosniff") << path;
  }
  EXPECT_THAT(authorizer_.asked(), IsEmpty());
}

TEST_F(AgentServiceTest, AsksBeforeItTellsOfWhatIsBelowTheStatistics) {
  EXPECT_EQ(Ask("/stats/container", "").status, 401u);
  const Answer answer = Ask("/stats/container", "scraper");
  EXPECT_EQ(answer.status, 404u);
  EXPECT_EQ(answer.body, "404: Page Not Found");
}

TEST_F(AgentServiceTest, TakesTheMethodsThatAKubeletTakes) {
  EXPECT_EQ(Ask("/stats/summary", "scraper", "POST").status, 403u) << "which would create";
  EXPECT_EQ(Ask("/stats/summary", "admin", "POST").status, 200u);
  for (const char* method : {"HEAD", "PUT", "DELETE"}) {
    const Answer answer = Ask("/stats/summary", "admin", method);
    EXPECT_EQ(answer.status, 405u) << method;
    EXPECT_EQ(answer.body, "405: Method Not Allowed") << method;
    EXPECT_EQ(answer.Header("Allow"), "GET, POST") << method;
  }
  EXPECT_EQ(Ask("/metrics/resource", "admin", "HEAD").status, 200u);
}

}  // namespace
}  // namespace kubegauge::server
