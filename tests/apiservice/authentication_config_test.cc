#include "apiservice/authentication_config.h"

#include <gmock/gmock.h>

#include "apiservice/authentication_config_map.h"
#include "apiservice/authentication_lookup.h"
#include "apiservice/certificate_authority.h"
#include "tests/apiservice/review_fixture.h"
#include "tests/apiservice/run_awaitable.h"

namespace kubegauge::apiservice {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::ManualClock;
using testing::ReviewFixture;
using testing::RunAwaitable;

using Data = std::map<std::string, std::string>;

TEST(AuthenticationConfigMap, ReadsListsOfTexts) {
  const AuthenticationConfigMap empty = ReadAuthenticationConfigMap({});
  EXPECT_EQ(empty.client_ca, "");
  EXPECT_EQ(empty.rules.value(), RequestHeaderRules());
  const AuthenticationConfigMap full =
      ReadAuthenticationConfigMap({{"client-ca-file", "C"},
                                   {"requestheader-client-ca-file", "R"},
                                   {"requestheader-username-headers", R"(["X-Remote-User","U"])"},
                                   {"requestheader-uid-headers", R"(["X-Remote-Uid"])"},
                                   {"requestheader-group-headers", R"(["X-Remote-Group"])"},
                                   {"requestheader-extra-headers-prefix", R"(["X-Remote-Extra-"])"},
                                   {"requestheader-allowed-names", "[]"},
                                   {"else", "}"}});
  EXPECT_EQ(full.client_ca, "C");
  EXPECT_EQ(full.request_header_ca, "R");
  EXPECT_EQ(full.rules.value(), (RequestHeaderRules{.username_headers = {"X-Remote-User", "U"},
                                                    .uid_headers = {"X-Remote-Uid"},
                                                    .group_headers = {"X-Remote-Group"},
                                                    .extra_header_prefixes = {"X-Remote-Extra-"},
                                                    .allowed_names = {}}));
  EXPECT_TRUE(ReadAuthenticationConfigMap({{"requestheader-allowed-names", "null"}}).rules.ok());
  for (const char* broken : {"x", "\"a\"", "{}", "[1]", "[\"a\"", "[null]"}) {
    const auto read = ReadAuthenticationConfigMap({{"requestheader-allowed-names", broken}});
    EXPECT_THAT(read.rules.status().ToString(),
                HasSubstr("requestheader-allowed-names of ConfigMap"))
        << broken;
  }
}

class AuthenticationConfigTest : public ::testing::Test, protected ReviewFixture {
 protected:
  std::string NewBundle(const char* name) {
    return CertificateAuthority::Create(name, clock.WallNs())->pem().certificate;
  }
  Data DataWith(const std::string& client_ca, const std::string& proxy_ca,
                const std::string& names = R"(["proxy"])") {
    return {{"client-ca-file", client_ca},
            {"requestheader-client-ca-file", proxy_ca},
            {"requestheader-username-headers", R"(["X-Remote-User"])"},
            {"requestheader-allowed-names", names}};
  }
  // What is in force, as PEM and names.
  static std::string ClientCa(const AuthenticationConfig& config) {
    const auto authorities = config.client_verifier().authorities();
    return authorities == nullptr ? "" : authorities->pem();
  }
  static std::string ProxyCa(const AuthenticationConfig& config) {
    const auto authorities = config.request_header().Get()->authorities;
    return authorities == nullptr ? "" : authorities->pem();
  }
  static std::vector<std::string> AllowedNames(const AuthenticationConfig& config) {
    return config.request_header().Get()->rules.allowed_names;
  }

  const std::string a_ = NewBundle("a");
  const std::string b_ = NewBundle("b");
  const std::string c_ = NewBundle("c");
};

TEST_F(AuthenticationConfigTest, FollowsTheConfigMapAndKeepsWhatIsEmptyOrBroken) {
  AuthenticationConfig config({}, clock, log);
  EXPECT_EQ(ClientCa(config) + ProxyCa(config), "");
  EXPECT_TRUE(config.OnConfigMap({}).ok()) << "no ConfigMap yet";
  EXPECT_TRUE(config.OnConfigMap(DataWith(a_, b_)).ok());
  EXPECT_EQ(ClientCa(config), a_);
  EXPECT_EQ(ProxyCa(config), b_);
  EXPECT_THAT(AllowedNames(config), ElementsAre("proxy"));

  EXPECT_TRUE(config.OnConfigMap(DataWith("", "", "[\"other\"]")).ok());
  EXPECT_EQ(ClientCa(config), a_) << "an empty bundle keeps the previous one";
  EXPECT_EQ(ProxyCa(config), b_);
  EXPECT_THAT(AllowedNames(config), ElementsAre("other"));

  EXPECT_FALSE(config.OnConfigMap(DataWith("garbage", c_, "garbage")).ok());
  EXPECT_EQ(ClientCa(config), a_);
  EXPECT_EQ(ProxyCa(config), c_) << "each part for itself";
  EXPECT_THAT(AllowedNames(config), ElementsAre("other"));
  EXPECT_THAT(logged.str(), HasSubstr("part=client-ca-file"));
  EXPECT_THAT(logged.str(), HasSubstr("part=requestheader "));
}

TEST_F(AuthenticationConfigTest, TakesEachHalfFromItsSource) {
  const RequestHeaderRules flags{.username_headers = {"x-remote-user"}, .allowed_names = {"flag"}};
  AuthenticationConfig config({.client_ca_from_file = true,
                               .request_header_from_file = true,
                               .request_header_rules = flags},
                              clock, log);
  EXPECT_THAT(AllowedNames(config), ElementsAre("flag"));
  ASSERT_TRUE(config.ReplaceClientAuthorities(a_).ok());
  ASSERT_TRUE(config.ReplaceRequestHeaderAuthorities(b_).ok());
  EXPECT_TRUE(config.OnConfigMap(DataWith(c_, c_)).ok());
  EXPECT_EQ(ClientCa(config), a_);
  EXPECT_EQ(ProxyCa(config), b_);
  EXPECT_THAT(AllowedNames(config), ElementsAre("flag"));
  EXPECT_FALSE(config.ReplaceRequestHeaderAuthorities("").ok());
  EXPECT_EQ(ProxyCa(config), b_);

  AuthenticationConfig half({.client_ca_from_file = true, .request_header_rules = flags}, clock,
                            log);
  EXPECT_THAT(AllowedNames(half), IsEmpty()) << "the flags are for the file";
  ASSERT_TRUE(half.ReplaceClientAuthorities(a_).ok());
  EXPECT_TRUE(half.OnConfigMap(DataWith(c_, b_)).ok());
  EXPECT_EQ(ClientCa(half), a_);
  EXPECT_EQ(ProxyCa(half), b_);
}

TEST_F(AuthenticationConfigTest, AnnouncesTheAuthoritiesOfBothHalvesWhenTheyChange) {
  AuthenticationConfig config({}, clock, log);
  std::vector<std::string> announced;
  config.OnAuthoritiesChange([&](const std::string& bundle) { announced.push_back(bundle); });
  EXPECT_TRUE(config.OnConfigMap(DataWith(a_, b_)).ok());
  EXPECT_TRUE(config.OnConfigMap(DataWith(a_, b_, "[]")).ok());
  EXPECT_TRUE(config.OnConfigMap(DataWith(a_, c_)).ok());
  EXPECT_THAT(announced, ElementsAre(b_, a_ + b_, a_ + c_));
}

// Files are read before anyone listens.
TEST_F(AuthenticationConfigTest, AnnouncesTheAuthoritiesThatItKnowsAtOnce) {
  AuthenticationConfig config({.client_ca_from_file = true, .request_header_from_file = true},
                              clock, log);
  std::vector<std::string> announced;
  const auto note = [&](const std::string& bundle) { announced.push_back(bundle); };
  config.OnAuthoritiesChange(note);
  EXPECT_THAT(announced, IsEmpty());
  config.OnAuthoritiesChange(nullptr);
  ASSERT_TRUE(config.ReplaceClientAuthorities(a_).ok());
  ASSERT_TRUE(config.ReplaceRequestHeaderAuthorities(b_).ok());
  config.OnAuthoritiesChange(note);
  EXPECT_THAT(announced, ElementsAre(a_ + b_));
  ASSERT_TRUE(config.ReplaceRequestHeaderAuthorities(c_).ok());
  EXPECT_THAT(announced, ElementsAre(a_ + b_, a_ + c_));
}

// At the start (wire.md B.2).
TEST_F(AuthenticationConfigTest, IsLookedUpAtTheStart) {
  const std::string forbidden =
      "configmaps \"extension-apiserver-authentication\" is forbidden: User \"x\" cannot get";
  const std::string body = nlohmann::json{{"kind", "ConfigMap"}, {"data", DataWith(a_, b_)}}.dump();
  const auto found = [&](const kube::ApiRequest&) {
    return testing::ScriptedApiClient::Script{
        .status = 200, .headers = {}, .body = body, .chunks = {}};
  };
  const auto status = [&](unsigned code) {
    return [code, forbidden](const kube::ApiRequest&) { return Refused(code, forbidden); };
  };
  const auto unreachable = [](const kube::ApiRequest&) {
    return Broken(absl::UnavailableError("connection refused"));
  };
  const std::string prefix = "unable to load configmap based request-header-client-ca-file: ";
  struct Row {
    const char* what;
    AuthenticationSources sources;
    bool tolerate;
    decltype(ReviewFixture::answer) respond;
    size_t requests;
    std::string error;
    std::string client_ca;
  };
  const Row rows[] = {
      {"found", {}, false, found, 1, "", a_},
      {"none", {}, false, status(404), 1, "", ""},
      {"forbidden", {}, false, status(403), 1, prefix + forbidden, ""},
      {"forbidden, tolerated", {}, true, status(403), 1, "", ""},
      {"unreachable", {}, false, unreachable, 1, prefix + "connection refused", ""},
      {"unreachable, tolerated", {}, true, unreachable, 1, "", ""},
      {"skipped", {.skip_lookup = true}, false, unreachable, 0, "", ""},
      {"both from files",
       {.client_ca_from_file = true, .request_header_from_file = true},
       false,
       unreachable,
       0,
       "",
       ""},
      {"only the client CA wanted",
       {.request_header_from_file = true},
       false,
       status(403),
       1,
       "",
       ""},
      {"only the front proxy wanted",
       {.client_ca_from_file = true},
       false,
       status(403),
       1,
       prefix + forbidden,
       ""},
  };
  for (const Row& row : rows) {
    AuthenticationConfig config(row.sources, clock, log);
    answer = row.respond;
    const size_t before = client.requests().size();
    const absl::Status looked_up =
        RunAwaitable(LookUpAuthenticationConfig(client, config, row.tolerate, log));
    EXPECT_EQ(std::string(looked_up.message()), row.error) << row.what;
    EXPECT_EQ(looked_up.ok(), row.error.empty()) << row.what;
    EXPECT_EQ(client.requests().size() - before, row.requests) << row.what;
    EXPECT_EQ(ClientCa(config), row.client_ca) << row.what;
  }
  EXPECT_EQ(client.requests()[0].target,
            "/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication");
}

}  // namespace
}  // namespace kubegauge::apiservice
