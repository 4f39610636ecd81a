// The matrix of wire.md G.6, with real certificates: who a request is from, by all that it carries.

#include <gmock/gmock.h>
#include <spdlog/sinks/null_sink.h>

#include "apiservice/authentication_config.h"
#include "apiservice/cached_token_authenticator.h"
#include "apiservice/certificate_authority.h"
#include "apiservice/local_authorizers.h"
#include "tests/apiservice/certificate_builder.h"
#include "tests/apiservice/exchange.h"
#include "tests/apiservice/run_awaitable.h"
#include "tests/fakes/manual_clock.h"

namespace kubegauge::apiservice {
namespace {

using testing::HeaderLiterals;
using testing::MakeRequest;
using testing::ManualClock;
using testing::RunAwaitable;

class OneTokenAuthenticator final : public TokenAuthenticator {
 public:
  boost::asio::awaitable<absl::StatusOr<std::optional<UserInfo>>> AuthenticateToken(
      std::string token) override {
    if (token != "good") co_return std::nullopt;
    co_return UserInfo{.name = "system:serviceaccount:d:sa",
                       .uid = "u",
                       .groups = {"system:serviceaccounts", "system:authenticated"},
                       .extra = {}};
  }
};

class AuthenticationMatrix : public ::testing::Test {
 protected:
  AuthenticationMatrix() {
    EXPECT_TRUE(config_
                    .OnConfigMap({{"client-ca-file", client_ca_.pem().certificate},
                                  {"requestheader-client-ca-file", proxy_ca_.pem().certificate},
                                  {"requestheader-username-headers", R"(["X-Remote-User"])"},
                                  {"requestheader-group-headers", R"(["X-Remote-Group"])"},
                                  {"requestheader-extra-headers-prefix", R"(["X-Remote-Extra-"])"},
                                  {"requestheader-allowed-names", R"(["front-proxy-client"])"}})
                    .ok());
  }

  // The user's name, or "401".
  std::string Who(const std::string& chain_pem, const HeaderLiterals& headers) {
    Request request = MakeRequest("/apis", headers);
    if (!chain_pem.empty()) {
      request.client_certificate =
          std::make_shared<const ClientCertificate>(*ParseCertificates(chain_pem));
    }
    const auto user = RunAwaitable(authenticator_.Authenticate(request));
    const std::string name = user.ok() ? user->name : "401";
    // By now all that was to be waited for is remembered.
    const auto at_once = authenticator_.AuthenticateAtOnce(request);
    if (at_once) {
      EXPECT_EQ(at_once->ok() ? (**at_once)->name : "401", name);
    } else {
      EXPECT_FALSE(request.headers.Find("Upgrade").empty());
    }
    return name;
  }
  std::string Issue(const CertificateAuthority& authority, const std::string& name) {
    return authority.IssueClient({name, {"o"}}, clock_.WallNs())->certificate;
  }
  // By a CA of another name and key, whose certificate is signed by the client CA: a chain to each.
  std::string ProxyOfBothAuthorities() {
    const auto client_root = testing::FromPair(client_ca_.pem());
    auto proxy_root = testing::FromPair(proxy_ca_.pem());
    X509* cross_signed = proxy_root.certificate.get();
    X509_set_issuer_name(cross_signed, X509_get_subject_name(client_root.certificate.get()));
    X509_EXTENSION_free(X509_delete_ext(
        cross_signed, X509_get_ext_by_NID(cross_signed, NID_authority_key_identifier, -1)));
    X509_sign(cross_signed, client_root.key.get(), EVP_sha256());
    return Issue(proxy_ca_, "not-allowed") + testing::ChainOf({&proxy_root});
  }

  ManualClock clock_;
  const CertificateAuthority client_ca_ =
      *CertificateAuthority::Create("kubernetes", clock_.WallNs());
  const CertificateAuthority proxy_ca_ =
      *CertificateAuthority::Create("front-proxy-ca", clock_.WallNs());
  spdlog::logger log_{"test", std::make_shared<spdlog::sinks::null_sink_mt>()};
  AuthenticationConfig config_{{}, clock_, log_};
  OneTokenAuthenticator token_;
  CachedTokenAuthenticator tokens_{token_, 1'000'000'000, clock_};
  UnionAuthenticator authenticator_{DelegatedAuthenticators(config_, &tokens_)};
};

TEST_F(AuthenticationMatrix, TellsWhoAsks) {
  const CertificateAuthority stranger = *CertificateAuthority::Create("stranger", clock_.WallNs());
  const std::string proxy = Issue(proxy_ca_, "front-proxy-client");
  const std::string disallowed = Issue(proxy_ca_, "not-allowed");
  const std::string user = Issue(client_ca_, "jane");
  const std::string unknown = Issue(stranger, "jane");
  const std::pair<std::string, std::string> remote_user{"X-Remote-User", "remote"};
  const std::pair<std::string, std::string> good_token{"Authorization", "Bearer good"};
  const std::pair<std::string, std::string> bad_token{"Authorization", "Bearer garbage"};
  struct Row {
    const char* credential;
    std::string chain;
    HeaderLiterals headers;
    const char* result;
  };
  const Row rows[] = {
      {"none", "", {}, "system:anonymous"},
      {"valid token", "", {good_token}, "system:serviceaccount:d:sa"},
      {"garbage token", "", {bad_token}, "401"},
      {"basic", "", {{"Authorization", "Basic Z29vZDpnb29k"}}, "system:anonymous"},
      {"empty token", "", {{"Authorization", "Bearer "}}, "system:anonymous"},
      {"token of a WebSocket",
       "",
       {{"Connection", "Upgrade"},
        {"Upgrade", "websocket"},
        {"Sec-WebSocket-Protocol", "base64url.bearer.authorization.k8s.io.Z29vZA, v4"}},
       "system:serviceaccount:d:sa"},
      {"proxy and X-Remote-User", proxy, {remote_user}, "remote"},
      {"proxy, X-Remote-User and garbage token", proxy, {remote_user, bad_token}, "remote"},
      {"proxy that is not allowed, X-Remote-User", disallowed, {remote_user}, "401"},
      {"the same, known to the client CA too",
       ProxyOfBothAuthorities(),
       {remote_user},
       "not-allowed"},
      {"proxy alone", proxy, {}, "401"},
      {"X-Remote-User alone", "", {remote_user}, "system:anonymous"},
      {"user", user, {}, "jane"},
      {"user and X-Remote-User", user, {remote_user}, "jane"},
      {"user and garbage token", user, {bad_token}, "jane"},
      {"unknown certificate", unknown, {}, "401"},
      {"unknown certificate and X-Remote-User", unknown, {remote_user}, "401"},
      {"unknown certificate and valid token", unknown, {good_token}, "system:serviceaccount:d:sa"},
      {"self-signed", stranger.pem().certificate, {}, "401"},
  };
  for (const Row& row : rows) EXPECT_EQ(Who(row.chain, row.headers), row.result) << row.credential;
}

TEST_F(AuthenticationMatrix, LetsNobodyInByAHalfThatIsSwitchedOff) {
  AuthenticationConfig config({.skip_lookup = true}, clock_, log_);
  EXPECT_TRUE(config
                  .OnConfigMap({{"client-ca-file", client_ca_.pem().certificate},
                                {"requestheader-client-ca-file", proxy_ca_.pem().certificate}})
                  .ok());
  const UnionAuthenticator authenticator(DelegatedAuthenticators(config, nullptr));
  Request request = MakeRequest("/", {{"X-Remote-User", "admin"}});
  request.client_certificate = std::make_shared<const ClientCertificate>(
      *ParseCertificates(Issue(proxy_ca_, "front-proxy-client")));
  EXPECT_EQ(RunAwaitable(authenticator.Authenticate(request))->name, "system:anonymous");
}

// "anonymous → health roots 200, else 403", the locally decided part.
TEST_F(AuthenticationMatrix, AllowsAnonymousTheHealthRootsOnly) {
  std::vector<std::unique_ptr<Authorizer>> authorizers;
  authorizers.push_back(std::make_unique<PrivilegedGroupAuthorizer>(kMastersGroup));
  authorizers.push_back(*PathAuthorizer::Create({"/healthz", "/readyz", "/livez"}));
  UnionAuthorizer authorizer(std::move(authorizers));
  const UserInfo anonymous = *RunAwaitable(authenticator_.Authenticate(Request()));
  const std::pair<const char*, bool> rows[] = {
      {"/healthz", true},
      {"/readyz", true},
      {"/livez", true},
      {"/healthz/ping", false},
      {"/healthz/", false},
      {"/metrics", false},
      {"/apis/metrics.k8s.io/v1beta1/nodes", false},
  };
  for (const auto& [path, allowed] : rows) {
    const RequestInfo info = ParseRequestInfo(MakeRequest(path));
    EXPECT_EQ(RunAwaitable(authorizer.Authorize(anonymous, info))->allowed, allowed) << path;
  }
}

}  // namespace
}  // namespace kubegauge::apiservice
