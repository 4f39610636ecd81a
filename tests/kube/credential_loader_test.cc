#include "kube/credential_loader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "kube/read_file.h"
#include "tests/fakes/manual_clock.h"
#include "tests/temporary_directory.h"

namespace kubegauge::kube {
namespace {

using kubegauge::testing::ManualClock;
using kubegauge::testing::TemporaryDirectory;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

constexpr char kV1[] = "client.authentication.k8s.io/v1";

class CredentialLoaderTest : public ::testing::Test {
 protected:
  std::unique_ptr<ConfigCredentialLoader> Loader() {
    return std::make_unique<ConfigCredentialLoader>(
        config_, Environment{{"PATH", "/usr/bin:/bin"}, {"INHERITED", "i"}, {"OWN", "parent"}},
        clock_, ExecLimits{.timeout = 20s, .max_output_bytes = 10'000});
  }
  // Prints what is in the file `answer` and counts its runs in the file `runs`.
  void UsePlugin() {
    config_.has_exec = true;
    config_.exec.api_version = kV1;
    config_.exec.command = directory_.WriteScript(
        "plugin",
        fmt::format("cd {}\nprintf x >> runs\nprintf %s \"$KUBERNETES_EXEC_INFO\" > info\n"
                    "printf '%s %s %s' \"$INHERITED\" \"$OWN\" \"$*\" > seen\ncat answer",
                    directory_.path().string()));
    config_.exec.args = {"get", "token"};
    config_.exec.env = {{"OWN", "own"}};
  }
  void AnswerToken(const std::string& token, const std::string& expiration = "") {
    directory_.Write("answer",
                     fmt::format(R"({{"kind":"ExecCredential","apiVersion":"{}","status":)"
                                 R"({{"token":"{}","expirationTimestamp":"{}"}}}})",
                                 kV1, token, expiration));
  }
  std::string FileText(const std::string& name) const {
    return ReadFile(directory_.path() / name, 10'000).value_or("");
  }

  const TemporaryDirectory directory_;
  ManualClock clock_{1'893'456'000'000'000'000};  // 2030-01-01T00:00:00Z
  ClientConfig config_;
};

TEST_F(CredentialLoaderTest, GivesWhatNeedsNoFilesOnceAndForAll) {
  config_.authority.data = "CA";
  config_.client_certificate.data = "C";
  config_.client_key.data = "K";
  config_.token = "t";
  const auto loaded = Loader()->Load(LoadReason::kStale);
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded->credentials, (Credentials{"Bearer t", "C", "K", "CA"}));
  EXPECT_EQ(loaded->stale_at_monotonic_ns, LoadedCredentials::kNever);
  EXPECT_EQ(loaded->expires_at_wall_ns, LoadedCredentials::kNever);
}

TEST_F(CredentialLoaderTest, EncodesBasicAuthentication) {
  config_.username = "Aladdin";
  config_.password = "open sesame";
  EXPECT_EQ(Loader()->Load(LoadReason::kStale)->credentials.authorization,
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
}

TEST_F(CredentialLoaderTest, ReadsFilesEachTimeAndKeepsWhatTheyLastHeld) {
  config_.authority.path = directory_.Write("ca", "CA1");
  config_.client_certificate.path = directory_.Write("crt", "C1");
  config_.client_key.path = directory_.Write("key", "K1");
  config_.token_file = directory_.Write("token", " t1\n");
  const auto loader = Loader();
  const auto first = loader->Load(LoadReason::kStale);
  ASSERT_TRUE(first.ok()) << first.status().ToString();
  EXPECT_EQ(first->credentials, (Credentials{"Bearer t1", "C1", "K1", "CA1"}));
  EXPECT_EQ(first->stale_at_monotonic_ns - clock_.MonotonicNs(), 60'000'000'000);
  directory_.Write("token", "t2");
  directory_.Write("ca", "");
  std::filesystem::remove(config_.client_key.path);
  EXPECT_EQ(loader->Load(LoadReason::kStale)->credentials,
            (Credentials{"Bearer t2", "C1", "K1", "CA1"}));
}

TEST_F(CredentialLoaderTest, PrefersATokenFileToATokenAsSoonAsItCanBeRead) {
  config_.token = "inline";
  config_.token_file = directory_.path() / "token";
  const auto loader = Loader();
  EXPECT_EQ(loader->Load(LoadReason::kStale)->credentials.authorization, "Bearer inline");
  directory_.Write("token", "file");
  EXPECT_EQ(loader->Load(LoadReason::kStale)->credentials.authorization, "Bearer file");
}

TEST_F(CredentialLoaderTest, NamesTheFileThatIsWrong) {
  config_.token_file = directory_.path() / "token";
  EXPECT_THAT(Loader()->Load(LoadReason::kStale).status().ToString(),
              AllOf(HasSubstr(config_.token_file), HasSubstr("No such file")));
  directory_.Write("token", "");
  EXPECT_THAT(Loader()->Load(LoadReason::kStale).status().ToString(), HasSubstr("is empty"));
  directory_.Write("token", "SECRET\nSECRET");
  EXPECT_THAT(Loader()->Load(LoadReason::kStale).status().ToString(),
              AllOf(HasSubstr("control character"), Not(HasSubstr("SECRET"))));
  directory_.Write("token", std::string(2 << 20, 'x'));
  EXPECT_THAT(Loader()->Load(LoadReason::kStale).status().ToString(), HasSubstr("larger than"));
}

TEST_F(CredentialLoaderTest, AsksAPluginAndKeepsItsAnswerUntilItExpires) {
  UsePlugin();
  AnswerToken("t1", "2030-01-01T00:01:00Z");
  const auto loader = Loader();
  const auto first = loader->Load(LoadReason::kStale);
  ASSERT_TRUE(first.ok()) << first.status().ToString();
  EXPECT_EQ(first->credentials.authorization, "Bearer t1");
  EXPECT_EQ(first->expires_at_wall_ns - clock_.WallNs(), 60'000'000'000);
  EXPECT_EQ(FileText("seen"), "i own get token");
  EXPECT_EQ(FileText("info"), ExecInfoJson(config_, ""));

  AnswerToken("t2");
  clock_.Advance(59'999'999'999);
  EXPECT_EQ(loader->Load(LoadReason::kStale)->credentials.authorization, "Bearer t1");
  clock_.Advance(1);
  EXPECT_EQ(loader->Load(LoadReason::kStale)->credentials.authorization, "Bearer t2");
  EXPECT_EQ(FileText("runs"), "xx");
}

TEST_F(CredentialLoaderTest, AsksAPluginAgainWhenTheServerRefused) {
  UsePlugin();
  AnswerToken("t1");
  const auto loader = Loader();
  ASSERT_TRUE(loader->Load(LoadReason::kStale).ok());
  AnswerToken("t2");
  EXPECT_EQ(loader->Load(LoadReason::kRefused)->credentials.authorization, "Bearer t2");
}

TEST_F(CredentialLoaderTest, HandsThePluginTheClusterAndTakesItsCertificate) {
  UsePlugin();
  config_.exec.provide_cluster_info = true;
  config_.authority.path = directory_.Write("ca", "CA");
  directory_.Write("answer", fmt::format(R"({{"kind":"ExecCredential","apiVersion":"{}","status":)"
                                         R"({{"clientCertificateData":"C","clientKeyData":"K"}}}})",
                                         kV1));
  const auto loaded = Loader()->Load(LoadReason::kStale);
  ASSERT_TRUE(loaded.ok()) << loaded.status().ToString();
  EXPECT_EQ(loaded->credentials, (Credentials{"", "C", "K", "CA"}));
  EXPECT_THAT(FileText("info"), HasSubstr(R"("certificate-authority-data":"Q0E=")"));
}

TEST_F(CredentialLoaderTest, NamesThePluginThatFailed) {
  UsePlugin();
  directory_.Write("answer", "SECRET");
  EXPECT_THAT(Loader()->Load(LoadReason::kStale).status().ToString(),
              AllOf(HasSubstr("credential plugin " + config_.exec.command),
                    HasSubstr("no JSON object"), Not(HasSubstr("SECRET"))));
  config_.exec.command = "no-such-plugin";
  config_.exec.install_hint = "install it from example.com";
  EXPECT_THAT(Loader()->Load(LoadReason::kStale).status().ToString(),
              AllOf(HasSubstr("no such program"), HasSubstr("install it from example.com")));
}

}  // namespace
}  // namespace kubegauge::kube
