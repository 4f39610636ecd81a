#include "apiservice/authentication.h"

#include <gtest/gtest.h>

#include "apiservice/certificate_authority.h"
#include "apiservice/static_token_authenticator.h"
#include "apiservice/x509_authenticator.h"
#include "tests/apiservice/run_awaitable.h"
#include "tests/fakes/manual_clock.h"

namespace kubegauge::apiservice {
namespace {

using testing::ManualClock;
using testing::RunAwaitable;

using Groups = std::vector<std::string>;

std::shared_ptr<const ClientCertificate> Presented(const KeyPairPem& pair) {
  return std::make_shared<const ClientCertificate>(*ParseCertificates(pair.certificate));
}

// The rows of wire.md G.6 that need no front proxy, and the union rule of B.1.
TEST(UnionAuthenticator, DecidesByTheWholeMatrixOfCredentials) {
  ManualClock clock;
  const int64_t now_ns = clock.WallNs();
  const auto authority = CertificateAuthority::Create("client-ca", now_ns);
  const auto stranger = CertificateAuthority::Create("stranger", now_ns);
  const auto jane = Presented(*authority->IssueClient({"jane", {"dev", "ops"}}, now_ns));
  const auto master = Presented(
      *authority->IssueClient({"root", {"system:masters", "system:authenticated"}}, now_ns));
  const auto unknown = Presented(*stranger->IssueClient({"jane", {}}, now_ns));
  const auto self_signed = Presented(stranger->pem());

  CertificateVerifier verifier(clock);
  ASSERT_TRUE(verifier.ReplaceAuthorities(authority->pem().certificate).ok());
  std::vector<std::unique_ptr<Authenticator>> authenticators;
  authenticators.push_back(std::make_unique<X509Authenticator>(verifier));
  authenticators.push_back(std::make_unique<StaticTokenAuthenticator>(
      std::vector<std::pair<std::string, UserInfo>>{{"good",
                                                     {.name = "system:serviceaccount:ns:name",
                                                      .uid = "",
                                                      .groups = {"system:serviceaccounts"},
                                                      .extra = {}}}}));
  const UnionAuthenticator authenticator(std::move(authenticators));

  struct Row {
    const char* what;
    std::shared_ptr<const ClientCertificate> certificate;
    const char* authorization;
    const char* remote_user;
    const char* user;  // "": 401
    Groups groups;
  };
  const char* const kAccount = "system:serviceaccount:ns:name";
  const Groups kAccountGroups = {"system:serviceaccounts", "system:authenticated"};
  const Groups kJaneGroups = {"dev", "ops", "system:authenticated"};
  const Row rows[] = {
      {"none", nullptr, "", "", "system:anonymous", {"system:unauthenticated"}},
      {"valid token", nullptr, "Bearer good", "", kAccount, kAccountGroups},
      {"garbage token", nullptr, "Bearer bad", "", "", {}},
      {"empty token", nullptr, "Bearer ", "", "system:anonymous", {"system:unauthenticated"}},
      {"basic", nullptr, "Basic eDp5", "", "system:anonymous", {"system:unauthenticated"}},
      {"X-Remote-User without a certificate",
       nullptr,
       "",
       "admin",
       "system:anonymous",
       {"system:unauthenticated"}},
      {"user certificate", jane, "", "", "jane", kJaneGroups},
      {"user certificate that says it is authenticated",
       master,
       "",
       "",
       "root",
       {"system:masters", "system:authenticated"}},
      {"user certificate and X-Remote-User", jane, "", "admin", "jane", kJaneGroups},
      {"user certificate and a token", jane, "Bearer good", "", "jane", kJaneGroups},
      {"user certificate and a garbage token", jane, "Bearer bad", "", "jane", kJaneGroups},
      {"certificate of another authority", unknown, "", "", "", {}},
      {"self-signed certificate", self_signed, "", "", "", {}},
      {"self-signed certificate and a valid token", self_signed, "Bearer good", "", kAccount,
       kAccountGroups},
      {"self-signed certificate and a garbage token", self_signed, "Bearer bad", "", "", {}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    Request request;
    request.client_certificate = row.certificate;
    if (*row.authorization != '\0') request.headers.Add("Authorization", row.authorization);
    if (*row.remote_user != '\0') request.headers.Add("X-Remote-User", row.remote_user);
    const auto user = RunAwaitable(authenticator.Authenticate(request));
    if (*row.user == '\0') {
      EXPECT_EQ(user.status().code(), absl::StatusCode::kUnauthenticated);
      continue;
    }
    if (!user.ok()) {
      ADD_FAILURE() << user.status().ToString();
      continue;
    }
    EXPECT_EQ(user->name, row.user);
    EXPECT_EQ(user->groups, row.groups);
  }
}

TEST(UnionAuthenticator, NamesEveryErrorForTheLog) {
  class Failing final : public Authenticator {
   public:
    explicit Failing(const char* why) : why_(why) {}
    boost::asio::awaitable<absl::StatusOr<std::optional<UserInfo>>> Authenticate(
        const Request&) override {
      co_return absl::UnavailableError(why_);
    }

   private:
    const char* why_;
  };
  std::vector<std::unique_ptr<Authenticator>> authenticators;
  authenticators.push_back(std::make_unique<Failing>("first"));
  authenticators.push_back(std::make_unique<Failing>("second"));
  const UnionAuthenticator authenticator(std::move(authenticators));
  const Request request;
  EXPECT_EQ(RunAwaitable(authenticator.Authenticate(request)).status(),
            absl::UnauthenticatedError("first; second"));
}

}  // namespace
}  // namespace kubegauge::apiservice
