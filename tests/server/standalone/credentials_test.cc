#include "server/standalone/credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace kubegauge::server {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int64_t kNow = int64_t{1'700'000'000} * 1'000'000'000;
constexpr int64_t kDay = int64_t{86'400} * 1'000'000'000;

const apiservice::ServingIdentity kIdentity = {
    .common_name = "kubegauge",
    .dns_names = {"localhost", "box"},
    .ip_addresses = {"127.0.0.1", "::1"},
};

class CredentialsTest : public ::testing::Test {
 protected:
  CredentialsTest() {
    std::string pattern = (fs::temp_directory_path() / "credentials_test.XXXXXX").native();
    root_ = mkdtemp(pattern.data());
    auto state = StateDir::Open(root_ / "state");
    EXPECT_TRUE(state.ok()) << state.status();
    state_ = std::make_unique<StateDir>(*std::move(state));
  }
  ~CredentialsTest() override { fs::remove_all(root_); }

  absl::StatusOr<StandaloneCredentials> Load(
      const apiservice::ServingIdentity& identity = kIdentity, int64_t now_ns = kNow) {
    return LoadOrMakeCredentials(*state_, identity, now_ns);
  }
  void Overwrite(const char* name, const std::string& text) {
    std::ofstream(state_->PathOf(name), std::ios::trunc) << text;
  }

  fs::path root_;
  std::unique_ptr<StateDir> state_;
};

TEST_F(CredentialsTest, AreMadeOnceAndKept) {
  const auto made = Load();
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_TRUE(IsUsableLeaf(made->serving, made->authority, kIdentity, kNow));
  EXPECT_TRUE(IsUsableLeaf(made->admin, made->authority, {}, kNow));
  EXPECT_THAT(made->made_files, ElementsAre("ca.crt", "serving.crt", "admin.crt", "token"));
  EXPECT_THAT(made->token, ::testing::MatchesRegex("[0-9a-f]{64}"));
  for (const char* name :
       {"ca.crt", "ca.key", "serving.crt", "serving.key", "admin.crt", "admin.key", "token"}) {
    EXPECT_EQ(fs::status(state_->PathOf(name)).permissions(),
              fs::perms::owner_read | fs::perms::owner_write)
        << name;
  }

  const auto kept = Load();
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_EQ(kept->authority.certificate, made->authority.certificate);
  EXPECT_EQ(kept->serving.certificate, made->serving.certificate);
  EXPECT_EQ(kept->serving.private_key, made->serving.private_key);
  EXPECT_EQ(kept->admin.certificate, made->admin.certificate);
  EXPECT_EQ(kept->token, made->token);
  EXPECT_THAT(kept->made_files, ElementsAre());
}

TEST_F(CredentialsTest, ServingCertificateFollowsTheNames) {
  const auto before = Load();
  ASSERT_TRUE(before.ok());
  apiservice::ServingIdentity moved = kIdentity;
  moved.ip_addresses.push_back("10.0.0.7");
  EXPECT_FALSE(IsUsableLeaf(before->serving, before->authority, moved, kNow));
  const auto after = Load(moved);
  ASSERT_TRUE(after.ok());
  EXPECT_TRUE(IsUsableLeaf(after->serving, after->authority, moved, kNow));
  EXPECT_EQ(after->authority.certificate, before->authority.certificate);
  EXPECT_EQ(after->admin.certificate, before->admin.certificate);
}

TEST_F(CredentialsTest, LeavesAreRenewedAMonthBeforeTheyRunOut) {
  const auto first = Load();
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(Load(kIdentity, kNow + 334 * kDay)->serving.certificate, first->serving.certificate);
  const auto renewed = Load(kIdentity, kNow + 336 * kDay);
  ASSERT_TRUE(renewed.ok());
  EXPECT_NE(renewed->serving.certificate, first->serving.certificate);
  EXPECT_NE(renewed->admin.certificate, first->admin.certificate);
  EXPECT_EQ(renewed->authority.certificate, first->authority.certificate);
  EXPECT_TRUE(IsUsableLeaf(renewed->serving, renewed->authority, kIdentity, kNow + 336 * kDay));
}

TEST_F(CredentialsTest, AnAuthorityThatRunsOutIsReplacedWithAllItIssued) {
  const auto first = Load();
  ASSERT_TRUE(first.ok());
  const auto later = Load(kIdentity, kNow + 3630 * kDay);
  ASSERT_TRUE(later.ok()) << later.status();
  EXPECT_NE(later->authority.certificate, first->authority.certificate);
  EXPECT_TRUE(IsUsableLeaf(later->admin, later->authority, {}, kNow + 3630 * kDay));
}

TEST_F(CredentialsTest, DamagedLeavesAreMadeAnew) {
  const auto first = Load();
  ASSERT_TRUE(first.ok());
  Overwrite("serving.crt", "not a certificate");
  Overwrite("admin.key", first->serving.private_key);
  const auto healed = Load();
  ASSERT_TRUE(healed.ok()) << healed.status();
  EXPECT_TRUE(IsUsableLeaf(healed->serving, healed->authority, kIdentity, kNow));
  EXPECT_TRUE(IsUsableLeaf(healed->admin, healed->authority, {}, kNow));
}

TEST_F(CredentialsTest, AStartThatWasCutShortIsTakenUp) {
  ASSERT_TRUE(Load().ok());
  fs::remove(state_->PathOf("ca.crt"));
  const auto made = Load();
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_TRUE(IsUsableLeaf(made->serving, made->authority, kIdentity, kNow));
}

TEST_F(CredentialsTest, DamageThatClientsWouldNoticeIsToldNotHealed) {
  const struct {
    const char* name;
    const char* text;  // null: the file is removed
  } kCases[] = {
      {"ca.crt", "junk"}, {"ca.key", "junk"}, {"ca.key", nullptr},
      {"token", "short"}, {"token", ""},
  };
  for (const auto& [name, text] : kCases) {
    for (const auto& entry : fs::directory_iterator(state_->path())) {
      if (!entry.path().filename().native().starts_with(".")) fs::remove(entry.path());
    }
    ASSERT_TRUE(Load().ok());
    if (text == nullptr) {
      fs::remove(state_->PathOf(name));
    } else {
      Overwrite(name, text);
    }
    const auto loaded = Load();
    ASSERT_FALSE(loaded.ok()) << name;
    EXPECT_THAT(std::string(loaded.status().message()),
                AllOf(HasSubstr("is damaged"), HasSubstr("delete " + state_->path().native())))
        << name;
  }
}

}  // namespace
}  // namespace kubegauge::server
