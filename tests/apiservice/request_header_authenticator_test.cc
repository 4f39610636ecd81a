#include "apiservice/request_header_authenticator.h"

#include <gmock/gmock.h>

#include "apiservice/certificate_authority.h"
#include "tests/apiservice/exchange.h"
#include "tests/apiservice/run_awaitable.h"
#include "tests/fakes/manual_clock.h"

namespace kubegauge::apiservice {
namespace {

using ::testing::HasSubstr;
using testing::HeaderLiterals;
using testing::MakeRequest;
using testing::ManualClock;
using testing::RunAwaitable;

using Extra = decltype(UserInfo::extra);

const RequestHeaderRules kRules{.username_headers = {"X-Remote-User", "X-Proxy-User"},
                                .uid_headers = {"X-Remote-Uid"},
                                .group_headers = {"X-Remote-Group", "X-Proxy-Group"},
                                .extra_header_prefixes = {"X-Remote-Extra-"},
                                .allowed_names = {}};

TEST(UserOfHeaders, ReadsWhatTheRulesName) {
  struct Row {
    const char* what;
    HeaderLiterals headers;
    std::optional<UserInfo> user;
  };
  const Row rows[] = {
      {"nothing", {}, std::nullopt},
      {"groups without a user", {{"X-Remote-Group", "system:masters"}}, std::nullopt},
      {"an empty user", {{"X-Remote-User", ""}}, std::nullopt},
      {"a user", {{"X-Remote-User", "jane"}}, UserInfo{.name = "jane"}},
      {"HTTP/2's lower case", {{"x-remote-user", "jane"}}, UserInfo{.name = "jane"}},
      {"the first value only",
       {{"X-Remote-User", "jane"}, {"X-Remote-User", "joe"}},
       UserInfo{.name = "jane"}},
      {"the next header where the first is empty",
       {{"X-Proxy-User", "joe"}, {"X-Remote-User", ""}},
       UserInfo{.name = "joe"}},
      {"the order of the rules, not of the request",
       {{"X-Proxy-User", "joe"}, {"X-Remote-User", "jane"}},
       UserInfo{.name = "jane"}},
      {"groups of all headers, none empty",
       {{"X-Proxy-Group", "c"},
        {"X-Remote-User", "jane"},
        {"X-Remote-Group", "a"},
        {"x-remote-group", ""},
        {"X-Remote-Group", "b, still b"}},
       UserInfo{.name = "jane", .uid = "", .groups = {"a", "b, still b", "c"}}},
      {"uid",
       {{"X-Remote-User", "jane"}, {"X-Remote-Uid", "u-1"}},
       UserInfo{.name = "jane", .uid = "u-1"}},
      {"extra",
       {{"X-Remote-User", "jane"},
        {"X-Remote-Extra-Scopes", "x"},
        {"x-remote-extra-scopes", ""},
        {"X-Remote-Extra-Acme.com%2FProject", "p"},
        {"X-Remote-Extra-Broken%2", "raw"},
        {"X-Remote-Extra-Half%2Fbad%ZZ", "raw"},
        {"X-Remote-Ext", "no"}},
       UserInfo{.name = "jane",
                .uid = "",
                .groups = {},
                .extra = Extra{{"scopes", {"x", ""}},
                               {"acme.com/project", {"p"}},
                               {"broken%2", {"raw"}},
                               {"half%2fbad%zz", {"raw"}}}}},
  };
  for (const Row& row : rows) {
    const auto user = UserOfHeaders(MakeRequest("/", row.headers).headers, kRules);
    ASSERT_EQ(user.has_value(), row.user.has_value()) << row.what;
    if (!user) continue;
    EXPECT_EQ(user->name, row.user->name) << row.what;
    EXPECT_EQ(user->uid, row.user->uid) << row.what;
    EXPECT_EQ(user->groups, row.user->groups) << row.what;
    EXPECT_EQ(user->extra, row.user->extra) << row.what;
  }
}

TEST(UserOfHeaders, KnowsNobodyWithoutRules) {
  const Request request =
      MakeRequest("/", {{"X-Remote-User", "jane"}, {"X-Remote-Group", "system:masters"}});
  EXPECT_FALSE(UserOfHeaders(request.headers, RequestHeaderRules()).has_value());
  const auto user = UserOfHeaders(
      request.headers, {.username_headers = {"X-Remote-User"}, .extra_header_prefixes = {""}});
  ASSERT_TRUE(user.has_value());
  EXPECT_TRUE(user->groups.empty());
  EXPECT_TRUE(user->extra.empty()) << "an empty prefix is that of every header";
}

class RequestHeaderAuthenticatorTest : public ::testing::Test {
 protected:
  void Configure(const CertificateAuthority* authority, std::vector<std::string> allowed_names) {
    RequestHeaderConfig config{.rules = kRules, .authorities = nullptr};
    config.rules.allowed_names = std::move(allowed_names);
    if (authority != nullptr) {
      config.authorities = *ClientAuthorities::FromPem(authority->pem().certificate);
    }
    config_.Set(std::make_shared<const RequestHeaderConfig>(std::move(config)));
  }
  // What becomes of "jane", whom a proxy called `proxy` names.
  std::string Outcome(const CertificateAuthority& issuer, const std::string& proxy) {
    Request request = MakeRequest("/", {{"X-Remote-User", "jane"}});
    request.client_certificate = std::make_shared<const ClientCertificate>(
        *ParseCertificates(issuer.IssueClient({proxy, {}}, clock_.WallNs())->certificate));
    const auto user = RunAwaitable(authenticator_.Authenticate(request));
    if (!user.ok()) return std::string(user.status().message());
    return user->has_value() ? (*user)->name : "nobody";
  }

  ManualClock clock_;
  const CertificateAuthority authority_ =
      *CertificateAuthority::Create("front-proxy-ca", clock_.WallNs());
  const CertificateAuthority another_ = *CertificateAuthority::Create("other-ca", clock_.WallNs());
  PublishedRequestHeaderConfig config_{nullptr};
  RequestHeaderAuthenticator authenticator_{config_, clock_};
};

TEST_F(RequestHeaderAuthenticatorTest, TrustsTheProxiesThatTheAuthorityAndTheNamesAllow) {
  EXPECT_EQ(Outcome(authority_, "front-proxy-client"), "nobody") << "before any configuration";
  Configure(nullptr, {});
  EXPECT_EQ(Outcome(authority_, "front-proxy-client"), "nobody") << "before the authority is known";
  Configure(&authority_, {});
  EXPECT_EQ(Outcome(authority_, "any-name"), "jane");
  EXPECT_THAT(Outcome(another_, "any-name"), HasSubstr("x509: the client certificate of"));
  Configure(&authority_, {"front-proxy-client", "aggregator"});
  EXPECT_EQ(Outcome(authority_, "aggregator"), "jane");
  EXPECT_EQ(Outcome(authority_, "any-name"),
            "x509: subject with cn=any-name is not in the allowed list");
  EXPECT_EQ(Outcome(authority_, "Aggregator"),
            "x509: subject with cn=Aggregator is not in the allowed list");
}

TEST_F(RequestHeaderAuthenticatorTest, MindsAChangeOfAuthorityOnAConnectionThatItTrusted) {
  Configure(&authority_, {});
  Request request = MakeRequest("/", {{"X-Remote-User", "jane"}});
  request.client_certificate = std::make_shared<const ClientCertificate>(
      *ParseCertificates(authority_.IssueClient({"proxy", {}}, clock_.WallNs())->certificate));
  EXPECT_TRUE(RunAwaitable(authenticator_.Authenticate(request))->has_value());
  Configure(&another_, {});
  EXPECT_FALSE(RunAwaitable(authenticator_.Authenticate(request)).ok());
  Configure(&authority_, {});
  EXPECT_TRUE(RunAwaitable(authenticator_.Authenticate(request))->has_value());
  clock_.Advance(int64_t{366} * 24 * 3600 * 1'000'000'000);
  EXPECT_FALSE(RunAwaitable(authenticator_.Authenticate(request)).ok()) << "it has expired";
}

}  // namespace
}  // namespace kubegauge::apiservice
