// Whom it trusts, and what it shows of itself.

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "scraper/kubelet_client.h"
#include "tests/apiservice/certificate_builder.h"
#include "tests/scraper/kubelet_client_fixture.h"

namespace kubegauge::scraper::kubelet_client_testing {
namespace {

using ::kubegauge::testing::KubeletCertificate;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr int64_t kDayNs = int64_t{86'400} * 1'000'000'000;

TEST_F(KubeletClientTest, SaysWhyACertificateIsNotTrusted) {
  const auto stranger = *apiservice::CertificateAuthority::Create("stranger", Now());
  const int64_t long_ago = Now() - 400 * kDayNs;
  const auto old_authority = *apiservice::CertificateAuthority::Create("old", long_ago);
  struct Case {
    apiservice::KeyPairPem certificate;
    std::string authority;
    std::string error;
  };
  const std::string ours = authority_.pem().certificate;
  const std::vector<Case> cases = {
      {KubeletCertificate(stranger, {"127.0.0.1"}, Now()), ours, "unable to get local issuer"},
      {KubeletCertificate(authority_, {"127.0.0.2"}, Now()), ours, "IP address mismatch"},
      {KubeletCertificate(authority_, {"worker-1"}, Now()), ours, "IP address mismatch"},
      {KubeletCertificate(old_authority, {"127.0.0.1"}, long_ago), old_authority.pem().certificate,
       "certificate has expired"},
  };
  for (const Case& c : cases) {
    client_ = nullptr;
    credentials_.Set({.authorization = "Bearer secret", .authority = c.authority});
    FakeKubelet kubelet(io_.get_executor(), {.certificate = c.certificate}, Always({}));
    const auto answer = Get(kubelet);
    EXPECT_TRUE(absl::IsFailedPrecondition(answer.status()));
    EXPECT_THAT(ErrorOf(answer), AllOf(HasSubstr(c.error), HasSubstr("--kubelet-insecure-tls")));
    EXPECT_TRUE(kubelet.record().requests.empty());
  }
}

TEST_F(KubeletClientTest, TrustsEveryCertificateWhenInsecure) {
  options_.insecure_tls = true;
  const auto stranger = *apiservice::CertificateAuthority::Create("stranger", Now());
  FakeKubelet kubelet(io_.get_executor(),
                      {.certificate = KubeletCertificate(stranger, {"other"}, Now())},
                      Always({.body = "metrics"}));
  EXPECT_TRUE(Get(kubelet).ok());
}

TEST_F(KubeletClientTest, ChecksAHostNameAndTellsIt) {
  FakeKubelet named(io_.get_executor(),
                    {.certificate = KubeletCertificate(authority_, {"localhost"}, Now())},
                    Always({.body = "metrics"}));
  KubeletTarget target = TargetOf(named);
  target.host = "localhost";
  const auto answer = Get(target);
  ASSERT_TRUE(answer.ok()) << answer.status().ToString();
  EXPECT_THAT(named.record().server_names, ElementsAre("localhost"));

  FakeKubelet other(io_.get_executor(),
                    {.certificate = KubeletCertificate(authority_, {"127.0.0.1"}, Now())},
                    Always({.body = "metrics"}));
  target.port = other.port();
  EXPECT_THAT(ErrorOf(Get(target)), HasSubstr("hostname mismatch"));
}

TEST_F(KubeletClientTest, ShowsTheClientCertificate) {
  const auto client =
      *authority_.IssueClient({.common_name = "metrics", .organizations = {}}, Now());
  credentials_.Set({.client_certificate = client.certificate,
                    .client_key = client.private_key,
                    .authority = authority_.pem().certificate});
  FakeKubelet::Options options = SecureOptions();
  options.client_authority = authority_.pem().certificate;
  FakeKubelet kubelet(io_.get_executor(), options, Always({.body = "metrics"}));
  ASSERT_TRUE(Get(kubelet).ok());
  EXPECT_THAT(kubelet.record().client_names, ElementsAre("metrics"));
  EXPECT_EQ(kubelet.record().requests[0].authorization, "");
}

TEST_F(KubeletClientTest, TakesUpANewTokenOnTheSameConnectionAndNewCertificatesOnANewOne) {
  FakeKubelet kubelet(io_.get_executor(), SecureOptions(), Always({.body = "metrics"}));
  ASSERT_TRUE(Get(kubelet).ok());
  kube::Credentials credentials = credentials_.current();
  credentials.authorization = "Bearer newer";
  credentials_.Set(credentials);
  ASSERT_TRUE(Get(kubelet).ok());
  EXPECT_EQ(kubelet.record().requests[1].authorization, "Bearer newer");
  EXPECT_EQ(kubelet.record().connections, 1u);

  credentials.authority =
      apiservice::CertificateAuthority::Create("other", Now())->pem().certificate;
  credentials_.Set(credentials);
  EXPECT_TRUE(absl::IsFailedPrecondition(Get(kubelet).status()));
}

TEST_F(KubeletClientTest, StaysWithItsCertificatesWhenNewOnesCannotBeUsed) {
  FakeKubelet kubelet(io_.get_executor(), SecureOptions(), Always({.body = "metrics"}));
  ASSERT_TRUE(Get(kubelet).ok());
  kube::Credentials credentials = credentials_.current();
  credentials.authority = "half of a file";
  credentials_.Set(credentials);
  ASSERT_TRUE(Get(kubelet).ok());
  EXPECT_THAT(Logged(), StartsWith("error New certificates for kubelets cannot be used error="));
}

TEST_F(KubeletClientTest, TrustsTheAuthoritiesBehindOneThatCannotBeRead) {
  const std::string ours = authority_.pem().certificate;
  std::string not_base64 = ours;
  not_base64[not_base64.find('\n') + 9] = '!';
  std::string no_certificate = ours;
  no_certificate[no_certificate.find('\n') + 1] = 'A';
  std::string unended = ours;
  unended.resize(unended.find("-----END"));
  for (const std::string& broken : {not_base64, no_certificate}) {
    client_ = nullptr;
    credentials_.Set({.authorization = "Bearer secret", .authority = broken + ours});
    FakeKubelet kubelet(io_.get_executor(), SecureOptions(), Always({.body = "metrics"}));
    EXPECT_TRUE(Get(kubelet).ok()) << broken;
  }
  for (const std::string& broken : {not_base64, no_certificate, unended}) {
    client_ = nullptr;
    credentials_.Set({.authorization = "Bearer secret", .authority = broken});
    FakeKubelet kubelet(io_.get_executor(), SecureOptions(), Always({.body = "metrics"}));
    EXPECT_THAT(ErrorOf(Get(kubelet)), HasSubstr("holds no certificate that can be read"));
  }
}

// While the kubelets' authority is rotated under its name.
TEST_F(KubeletClientTest, TellsAuthoritiesOfOneNameApartByTheirSignatures) {
  const ::kubegauge::testing::BuiltCertificate old_one = ::kubegauge::testing::BuildSelfSigned(
      {.name = "kubelets", .is_authority = true, .has_key_identifiers = false}, Now());
  const std::string ours = authority_.pem().certificate;
  const std::string before = ::kubegauge::testing::ChainOf({&old_one});
  for (const std::string& authority : {before + ours, ours + before}) {
    client_ = nullptr;
    credentials_.Set({.authorization = "Bearer secret", .authority = authority});
    FakeKubelet kubelet(io_.get_executor(), SecureOptions(), Always({.body = "metrics"}));
    const auto answer = Get(kubelet);
    EXPECT_TRUE(answer.ok()) << answer.status().ToString();
  }
}

TEST_F(KubeletClientTest, RefusesCredentialsThatTheKubeletRefused) {
  FakeKubelet kubelet(io_.get_executor(), SecureOptions(),
                      Always({.status = 401, .reason = "Unauthorized"}));
  EXPECT_EQ(Get(kubelet)->status, 401u);
  EXPECT_EQ(credentials_.refusals(), 1);
}

TEST_F(KubeletClientTest, SendsNoCredentialsOverPlainHttp) {
  plain_ = true;
  FakeKubelet kubelet(io_.get_executor(), {}, Always({.body = "metrics"}));
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(Get(kubelet).ok());
  EXPECT_EQ(kubelet.record().requests[0].authorization, "");
  EXPECT_EQ(kubelet.record().connections, 1u);
}

}  // namespace
}  // namespace kubegauge::scraper::kubelet_client_testing
