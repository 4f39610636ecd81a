#include "server/cluster/kubelet_credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "apiservice/certificate_authority.h"
#include "tests/fakes/constant_random.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/manual_sleeper.h"
#include "tests/fakes/scripted_api_client.h"
#include "tests/temporary_directory.h"

namespace kubegauge::server {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr int64_t kNowNs = 1'700'000'000 * int64_t{1'000'000'000};

class ApiCredentials final : public kube::CredentialSource {
 public:
  boost::asio::awaitable<absl::StatusOr<kube::CredentialsPtr>> Get() override {
    co_return credentials_;
  }
  void Refuse(const kube::CredentialsPtr& refused) override { refused_.push_back(refused); }

  const std::vector<kube::CredentialsPtr>& refused() const { return refused_; }

 private:
  const kube::CredentialsPtr credentials_ = std::make_shared<const kube::Credentials>(
      kube::Credentials{.authorization = "Bearer mighty",
                        .client_certificate = "certificate",
                        .client_key = "key",
                        .authority = "authority"});
  std::vector<kube::CredentialsPtr> refused_;
};

class KubeletCredentialsTest : public ::testing::Test {
 protected:
  kube::CredentialsPtr Shown(AccountToken* token) {
    credentials_ = *KubeletCredentials::Create({}, api_, token, logger_);
    return Shown();
  }
  kube::CredentialsPtr Shown() {
    kube::CredentialsPtr shown;
    io_.restart();
    boost::asio::co_spawn(
        io_,
        [&]() -> boost::asio::awaitable<void> {
          shown = *co_await credentials_->Get();
          io_.stop();
        },
        boost::asio::detached);
    io_.run();
    return shown;
  }

  const testing::TemporaryDirectory directory_;
  ApiCredentials api_;
  spdlog::logger logger_{"silent"};
  testing::ManualClock clock_;
  testing::ManualSleeper sleeper_{clock_};
  testing::ConstantRandom random_;
  testing::ScriptedApiClient client_{[](const auto&) {
    return testing::ScriptedApiClient::Script{.status = 201,
                                              .body = R"({"status":{"token":"harmless"}})"};
  }};
  boost::asio::io_context io_{1};
  AccountToken token_{{"kube-system", "kubelet"}, client_, clock_, sleeper_, random_, logger_};
  std::unique_ptr<KubeletCredentials> credentials_;
};

TEST_F(KubeletCredentialsTest, AreTheApiServersWithoutFlags) {
  const kube::CredentialsPtr shown = Shown(nullptr);
  EXPECT_EQ(shown->authorization, "Bearer mighty");
  EXPECT_EQ(shown->client_certificate, "certificate");
  credentials_->Refuse(shown);
  EXPECT_THAT(api_.refused(), SizeIs(1));
}

TEST_F(KubeletCredentialsTest, AreNothingButTheTokenOfTheServiceAccount) {
  boost::asio::co_spawn(io_, token_.Run(), boost::asio::detached);
  const kube::CredentialsPtr shown = Shown(&token_);
  const kube::Credentials token_alone{.authorization = "Bearer harmless", .authority = "authority"};
  EXPECT_EQ(*shown, token_alone);
  credentials_->Refuse(shown);
  EXPECT_THAT(api_.refused(), SizeIs(0));
}

using apiservice::KeyPairPem;

KeyPairPem NewPair() {
  static const auto authority = *apiservice::CertificateAuthority::Create("kubelets", kNowNs);
  return *authority.IssueClient({.common_name = "metrics", .organizations = {}}, kNowNs);
}

std::string NewAuthority() {
  return apiservice::CertificateAuthority::Create("kubelets", kNowNs)->pem().certificate;
}

TEST_F(KubeletCredentialsTest, KeepTheLastAuthorityWhenTheFileIsDamaged) {
  const std::string authority = NewAuthority();
  const KubeletFlags flags{.certificate_authority = directory_.Write("ca.crt", authority)};
  credentials_ = *KubeletCredentials::Create(flags, api_, nullptr, logger_);
  EXPECT_EQ(Shown()->authority, authority);
  for (const std::string& damaged : {std::string(), std::string("\n"), authority.substr(0, 200)}) {
    directory_.Write("ca.crt", damaged);
    EXPECT_THAT(std::string(credentials_->files()[0]->Check().message()), HasSubstr("ca.crt: "));
    EXPECT_EQ(Shown()->authority, authority) << "after \"" << damaged << '"';
    const auto at_start = KubeletCredentials::Create(flags, api_, nullptr, logger_);
    EXPECT_THAT(std::string(at_start.status().message()), HasSubstr("ca.crt: "));
  }
  const std::string next = NewAuthority();
  directory_.Write("ca.crt", next);
  EXPECT_TRUE(credentials_->files()[0]->Check().ok());
  EXPECT_EQ(Shown()->authority, next);
}

TEST_F(KubeletCredentialsTest, KeepTheLastPairWhenTheFilesAreDamaged) {
  const KeyPairPem pair = NewPair();
  const KeyPairPem next = NewPair();
  const auto write = [&](const std::string& certificate, const std::string& key) {
    return KubeletFlags{.client_certificate = directory_.Write("c.crt", certificate),
                        .client_key = directory_.Write("c.key", key)};
  };
  const KubeletFlags flags = write(pair.certificate, pair.private_key);
  credentials_ = *KubeletCredentials::Create(flags, api_, nullptr, logger_);
  const KeyPairPem damaged[] = {{"", ""},
                                {"", pair.private_key},
                                {pair.certificate, ""},
                                {next.certificate, pair.private_key}};
  for (const KeyPairPem& files : damaged) {
    write(files.certificate, files.private_key);
    EXPECT_THAT(std::string(credentials_->files()[0]->Check().message()), HasSubstr("c.crt and "));
    EXPECT_EQ(Shown()->client_certificate, pair.certificate);
    EXPECT_FALSE(KubeletCredentials::Create(flags, api_, nullptr, logger_).ok());
  }
  write(next.certificate, next.private_key);
  EXPECT_TRUE(credentials_->files()[0]->Check().ok());
  EXPECT_EQ(Shown()->client_certificate, next.certificate);
  EXPECT_EQ(Shown()->client_key, next.private_key);
}

}  // namespace
}  // namespace kubegauge::server
