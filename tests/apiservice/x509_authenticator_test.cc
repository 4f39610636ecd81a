#include "apiservice/x509_authenticator.h"

#include <gmock/gmock.h>

#include "apiservice/certificate_authority.h"
#include "tests/apiservice/certificate_builder.h"
#include "tests/apiservice/run_awaitable.h"
#include "tests/fakes/manual_clock.h"

namespace kubegauge::apiservice {
namespace {

using testing::BuildCertificate;
using testing::ChainOf;
using ::testing::ElementsAre;
using testing::ManualClock;
using ::testing::MatchesRegex;
using testing::RunAwaitable;

constexpr const char* kCommonName = "2.5.4.3";
constexpr const char* kOrganization = "2.5.4.10";
constexpr const char* kUid = "1.3.6.1.4.1.57683.2";

class X509AuthenticatorTest : public ::testing::Test {
 protected:
  X509AuthenticatorTest() {
    EXPECT_TRUE(verifier_.ReplaceAuthorities(authority_.pem().certificate).ok());
  }

  absl::StatusOr<std::optional<UserInfo>> Authenticate(const std::string& chain_pem) {
    Request request;
    request.client_certificate =
        std::make_shared<const ClientCertificate>(*ParseCertificates(chain_pem));
    return RunAwaitable(authenticator_.Authenticate(request));
  }
  absl::StatusOr<std::optional<UserInfo>> AuthenticateSubject(
      std::vector<std::pair<std::string, std::string>> subject) {
    const auto leaf = BuildCertificate({.subject = std::move(subject)},
                                       testing::FromPair(authority_.pem()), clock_.WallNs());
    return Authenticate(ChainOf({&leaf}));
  }

  ManualClock clock_;
  const CertificateAuthority authority_ =
      *CertificateAuthority::Create("client-ca", clock_.WallNs());
  CertificateVerifier verifier_{clock_};
  X509Authenticator authenticator_{verifier_};
};

TEST_F(X509AuthenticatorTest, ReadsTheUserFromTheSubject) {
  const auto user =
      Authenticate(authority_.IssueClient({"jane", {"dev", "ops"}}, clock_.WallNs())->certificate);
  ASSERT_TRUE(user.ok() && user->has_value()) << user.status().ToString();
  EXPECT_EQ((*user)->name, "jane");
  EXPECT_EQ((*user)->uid, "");
  EXPECT_THAT((*user)->groups, ElementsAre("dev", "ops"));
  ASSERT_EQ((*user)->extra.size(), 1u);
  EXPECT_EQ((*user)->extra[0].first, "authentication.kubernetes.io/credential-id");
  EXPECT_THAT((*user)->extra[0].second, ElementsAre(MatchesRegex("X509SHA256=[0-9a-f]{64}")));
}

TEST_F(X509AuthenticatorTest, ReadsTheUidAttributeAndTheLastCommonName) {
  const auto user = AuthenticateSubject(
      {{kCommonName, "first"}, {kOrganization, "o"}, {kUid, "u-1"}, {kCommonName, "last"}});
  ASSERT_TRUE(user.ok() && user->has_value()) << user.status().ToString();
  EXPECT_EQ((*user)->name, "last");
  EXPECT_EQ((*user)->uid, "u-1");
  EXPECT_EQ(AuthenticateSubject({{kCommonName, "jane"}, {kUid, "1"}, {kUid, "2"}}).status().code(),
            absl::StatusCode::kUnauthenticated);
}

TEST_F(X509AuthenticatorTest, ReadsNamesBeyondAscii) {
  const auto user =
      AuthenticateSubject({{kCommonName, "j\u00f6rg"}, {kOrganization, "\u958b\u767a"}});
  ASSERT_TRUE(user.ok() && user->has_value()) << user.status().ToString();
  EXPECT_EQ((*user)->name, "j\u00f6rg");
  EXPECT_THAT((*user)->groups, ElementsAre("\u958b\u767a"));
}

TEST_F(X509AuthenticatorTest, DoesNotHandleACertificateWithoutACommonName) {
  const auto user = AuthenticateSubject({{kOrganization, "system:masters"}});
  ASSERT_TRUE(user.ok()) << user.status().ToString();
  EXPECT_FALSE(user->has_value());
}

TEST_F(X509AuthenticatorTest, RefusesWhomTheAuthoritiesDoNotKnow) {
  const auto stranger = CertificateAuthority::Create("stranger", clock_.WallNs());
  EXPECT_EQ(Authenticate(stranger->IssueClient({"jane", {}}, clock_.WallNs())->certificate)
                .status()
                .code(),
            absl::StatusCode::kUnauthenticated);
}

TEST_F(X509AuthenticatorTest, DoesNotHandleAnyoneWithoutACertificateOrAuthorities) {
  const Request without_certificate;
  EXPECT_FALSE(RunAwaitable(authenticator_.Authenticate(without_certificate))->has_value());
  const CertificateVerifier without_authorities(clock_);
  X509Authenticator early(without_authorities);
  Request request;
  request.client_certificate = std::make_shared<const ClientCertificate>(
      *ParseCertificates(authority_.IssueClient({"jane", {}}, clock_.WallNs())->certificate));
  const auto user = RunAwaitable(early.Authenticate(request));
  ASSERT_TRUE(user.ok());
  EXPECT_FALSE(user->has_value());
}

}  // namespace
}  // namespace kubegauge::apiservice
