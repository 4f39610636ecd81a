#include <gmock/gmock.h>
#include <openssl/x509v3.h>
#include <spdlog/sinks/ostream_sink.h>
#include <sys/stat.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "apiservice/certificate_authority.h"
#include "apiservice/openssl.h"
#include "apiservice/self_signed_pair.h"
#include "apiservice/watched_files.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/manual_sleeper.h"

namespace kubegauge::apiservice {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::ManualClock;
using testing::ManualSleeper;

class CertificateFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "certificate-files-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { fs::remove_all(directory_); }

  static void Write(const fs::path& path, const std::string& content) {
    std::ofstream(path) << content;
  }
  static std::string Read(const fs::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static mode_t ModeOf(const fs::path& path) {
    struct stat status {};
    EXPECT_EQ(stat(path.c_str(), &status), 0);
    return status.st_mode & 0777;
  }

  fs::path directory_;
  ManualClock clock_;
  std::ostringstream logged_;
  spdlog::logger log_{"test", std::make_shared<spdlog::sinks::ostream_sink_st>(logged_)};
};

TEST_F(CertificateFiles, AreTakenWhenTheyChangeAndOnlyThen) {
  std::vector<std::vector<std::string>> taken;
  absl::Status verdict;
  WatchedFiles files(
      {directory_ / "tls.crt", directory_ / "tls.key"},
      [&](const std::vector<std::string>& contents) {
        taken.push_back(contents);
        return verdict;
      },
      log_);
  EXPECT_THAT(files.Check().ToString(), HasSubstr("tls.crt"));
  Write(directory_ / "tls.crt", "c1");
  EXPECT_THAT(files.Check().ToString(), HasSubstr("tls.key"));
  Write(directory_ / "tls.key", "k1");
  EXPECT_TRUE(files.Check().ok());
  EXPECT_TRUE(files.Check().ok());
  EXPECT_THAT(taken, ElementsAre(ElementsAre("c1", "k1")));
  Write(directory_ / "tls.key", "k2");
  verdict = absl::InvalidArgumentError("no pair");
  const absl::Status refused = files.Check();
  EXPECT_THAT(refused.ToString(), HasSubstr("tls.key: no pair"));
  EXPECT_TRUE(files.Check().ok()) << "refused contents are not offered again";
  verdict = absl::OkStatus();
  Write(directory_ / "tls.crt", "c2");
  EXPECT_TRUE(files.Check().ok());
  EXPECT_THAT(taken, ElementsAre(ElementsAre("c1", "k1"), ElementsAre("c1", "k2"),
                                 ElementsAre("c2", "k2")));
}

// As a kubelet updates a volume: `..data` comes to point to another directory.
TEST_F(CertificateFiles, AreWatchedThroughLinksAndComplainedOfOnce) {
  const auto publish = [&](const char* version, const std::string& content) {
    fs::create_directory(directory_ / version);
    Write(directory_ / version / "ca.crt", content);
    fs::create_symlink(version, directory_ / "..data_tmp");
    fs::rename(directory_ / "..data_tmp", directory_ / "..data");
  };
  publish("v1", "one");
  fs::create_symlink("..data/ca.crt", directory_ / "ca.crt");
  std::vector<std::string> taken;
  WatchedFiles files(
      {directory_ / "ca.crt"},
      [&](const std::vector<std::string>& contents) -> absl::Status {
        if (contents[0] == "bad") return absl::InvalidArgumentError("it is bad");
        taken.push_back(contents[0]);
        return absl::OkStatus();
      },
      log_);
  ASSERT_TRUE(files.Check().ok());

  ManualSleeper sleeper(clock_);
  boost::asio::io_context io;
  sleeper.OnSleep([&](std::chrono::nanoseconds) {
    switch (sleeper.slept().size()) {
      case 2:
        publish("v2", "bad");
        break;
      case 5:
        fs::remove(directory_ / "..data");
        break;
      case 9:
        publish("v3", "two");
        break;
      case 12:
        io.stop();
        break;
    }
  });
  boost::asio::co_spawn(io, files.Run(sleeper), boost::asio::detached);
  io.run();
  EXPECT_THAT(taken, ElementsAre("one", "two"));
  EXPECT_EQ(sleeper.slept().front(), std::chrono::minutes(1));
  std::string log = logged_.str();
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 2) << log;
  EXPECT_THAT(log, HasSubstr("ca.crt: it is bad"));
}

TEST_F(CertificateFiles, AreMadeWhereThereAreNone) {
  const fs::path directory = directory_ / "local.config" / "certificates";
  const auto files = EnsureSelfSignedPair(directory, "10.1.2.3", clock_.WallNs());
  ASSERT_TRUE(files.ok()) << files.status().ToString();
  EXPECT_EQ(files->certificate, directory / "apiserver.crt");
  EXPECT_EQ(files->key, directory / "apiserver.key");
  EXPECT_EQ(ModeOf(files->certificate), 0644u);
  EXPECT_EQ(ModeOf(files->key), 0600u);

  const auto chain = ParseCertificates(Read(files->certificate));
  ASSERT_TRUE(chain.ok());
  ASSERT_EQ(chain->size(), 2u) << "leaf and authority";
  X509* leaf = (*chain)[0].get();
  EXPECT_EQ(X509_check_host(leaf, "localhost", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_ip_asc(leaf, "127.0.0.1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(leaf, "10.1.2.3", 0), 1);
  EXPECT_EQ(X509_verify(leaf, X509_get0_pubkey((*chain)[1].get())), 1);
  const auto key = ParsePrivateKey(Read(files->key));
  ASSERT_TRUE(key.ok());
  EXPECT_EQ(X509_check_private_key(leaf, key->get()), 1);
  constexpr int64_t kYearNs = int64_t{365} * 24 * 3600 * 1'000'000'000;
  EXPECT_EQ(*NotAfterNs(Read(files->certificate)), clock_.WallNs() + kYearNs);

  const std::string made = Read(files->certificate);
  ASSERT_TRUE(EnsureSelfSignedPair(directory, "10.1.2.3", clock_.WallNs()).ok());
  EXPECT_EQ(Read(files->certificate), made) << "kept as they are";
  fs::remove(files->key);
  EXPECT_EQ(
      std::string(EnsureSelfSignedPair(directory, "", clock_.WallNs()).status().message()),
      "error reading " + files->key.string() + ", certificate and key must be supplied as a pair");
}

TEST_F(CertificateFiles, CannotBeMadeWhereNothingMayBeWritten) {
  Write(directory_ / "file", "");
  EXPECT_THAT(EnsureSelfSignedPair(directory_ / "file", "", clock_.WallNs()).status().ToString(),
              HasSubstr("Give --cert-dir a directory that can be written"));
}

}  // namespace
}  // namespace kubegauge::apiservice
