// `kubegauge standalone` over real TLS, as plain curl sees it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/e2e/standalone_server.h"

namespace kubegauge::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class ApiTest : public ::testing::Test {
 protected:
  ApiTest() {
    UnpackRecordedNode(directory_.path() / "root");
    server_ = std::make_unique<StandaloneServer>(directory_.path() / "root");
  }

  // "200 body" of a request.
  std::string Ask(const std::string& target, std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"-w", "\n%{http_code}", "-H", "User-Agent: test"});
    const RunResult result = server_->Curl(target, arguments);
    EXPECT_EQ(result.exit_code, 0) << target << result.err;
    const size_t newline = result.out.rfind('\n');
    return result.out.substr(newline + 1) + " " + result.out.substr(0, newline);
  }
  std::string AsAdmin(const std::string& target, std::vector<std::string> arguments = {}) const {
    const std::vector<std::string> admin = server_->AdminArguments();
    arguments.insert(arguments.end(), admin.begin(), admin.end());
    return Ask(target, std::move(arguments));
  }
  std::string Token() const {
    std::ifstream file(server_->state_dir() / "token");
    std::string token;
    file >> token;
    return token;
  }

  TemporaryDirectory directory_;
  std::unique_ptr<StandaloneServer> server_;
};

TEST_F(ApiTest, RefusesStrangers) {
  const struct {
    const char* target;
    const char* answer;
  } kCases[] = {
      {"/api/v1/nodes",
       R"(403 {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":)"
       R"("nodes is forbidden: User \"system:anonymous\" cannot list resource \"nodes\" in API )"
       R"(group \"\" at the cluster scope","reason":"Forbidden","details":{"kind":"nodes"},)"
       R"("code":403})"
       "\n"},
      {"/version",
       R"(403 {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":)"
       R"("forbidden: User \"system:anonymous\" cannot get path \"/version\"","reason":"Forbidden",)"
       R"("details":{},"code":403})"
       "\n"},
  };
  for (const auto& [target, answer] : kCases) EXPECT_EQ(Ask(target, {}), answer);
  for (const char* target : {"/", "/api", "/apis", "/apis/metrics.k8s.io/v1beta1/nodes",
                             "/openapi/v2", "/readyz/ping", "/nowhere"}) {
    EXPECT_THAT(Ask(target, {}), ::testing::StartsWith("403 ")) << target;
  }
  EXPECT_EQ(Ask("/healthz", {}), "200 ok");
  EXPECT_EQ(Ask("/livez", {}), "200 ok");
  EXPECT_THAT(Ask("/api", {"-H", "Authorization: Bearer nonsense"}), ::testing::StartsWith("401 "));
}

TEST_F(ApiTest, KnowsTheTokenAndTheCertificate) {
  EXPECT_THAT(Ask("/api/v1/nodes/box", {"-H", "Authorization: Bearer " + Token()}),
              ::testing::StartsWith(R"(200 {"kind":"Node","apiVersion":"v1",)"));
  EXPECT_THAT(AsAdmin("/api/v1/nodes/box"), ::testing::StartsWith(R"(200 {"kind":"Node",)"));
}

TEST_F(ApiTest, RefusesACertificateOfAnotherAuthority) {
  const std::string key = (directory_.path() / "own.key").native();
  const std::string certificate = (directory_.path() / "own.crt").native();
  ASSERT_EQ(RunProgram({"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key,
                        "-out", certificate, "-subj", "/O=system:masters/CN=kubegauge-admin"})
                .exit_code,
            0);
  EXPECT_THAT(Ask("/api", {"--cert", certificate, "--key", key}), ::testing::StartsWith("401 "));
}

TEST_F(ApiTest, BecomesReady) {
  server_->WaitUntilReady();
  EXPECT_EQ(Ask("/readyz?verbose", {}),
            "200 [+]ping ok\n[+]log ok\n[+]metric-storage-ready ok\n[+]shutdown ok\n"
            "readyz check passed\n");
  EXPECT_EQ(AsAdmin("/livez/metric-collection-timely"), "200 ok");
}

TEST_F(ApiTest, AnswersWhateverIsAsked) {
  const struct {
    const char* target;
    std::vector<std::string> arguments;
    const char* status;
  } kCases[] = {
      {"/nowhere", {}, "404"},
      {"/api/v1/nodes", {"-X", "POST", "-d", "{}"}, "405"},
      {"/api/v1/nodes", {"-X", "NONSENSE"}, "405"},
      {"/api/v1/nodes", {"-H", "Accept: text/html"}, "406"},
      {"/api/v1/pods?limit=x", {}, "400"},
      {"/api/v1/pods?watch=1&timeoutSeconds=1", {}, "200"},
      {"/apis/metrics.k8s.io/v1beta1/pods?labelSelector=%28", {}, "400"},
      {"/apis/metrics.k8s.io/v1beta1/nodes/other", {}, "404"},
      {"/apis/apps/v1/deployments", {}, "200"},
      {"/apis/apps/v1/daemonsets", {}, "404"},
      {"/", {}, "200"},
      {"/openapi/v2", {}, "200"},
  };
  for (const auto& [target, arguments, status] : kCases) {
    EXPECT_THAT(AsAdmin(target, arguments), ::testing::StartsWith(status)) << target;
  }
}

TEST_F(ApiTest, IndentsForCurlItself) {
  std::vector<std::string> arguments = server_->AdminArguments();
  EXPECT_THAT(server_->Curl("/api/v1/nodes/box", arguments).out,
              ::testing::StartsWith("{\n  \"kind\": \"Node\","));
}

}  // namespace
}  // namespace kubegauge::testing
