#include "server/cluster/kubelet_credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "tests/fakes/constant_random.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/manual_sleeper.h"
#include "tests/fakes/scripted_api_client.h"

namespace kubegauge::server {
namespace {

using ::testing::SizeIs;

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
    kube::CredentialsPtr shown;
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

}  // namespace
}  // namespace kubegauge::server
