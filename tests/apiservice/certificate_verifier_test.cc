#include "apiservice/certificate_verifier.h"

#include <gmock/gmock.h>

#include "apiservice/certificate_authority.h"
#include "tests/apiservice/certificate_builder.h"
#include "tests/fakes/manual_clock.h"

namespace kubegauge::apiservice {
namespace {

using testing::BuildCertificate;
using testing::BuiltCertificate;
using testing::ChainOf;
using ::testing::HasSubstr;
using testing::ManualClock;

constexpr int64_t kHourNs = 3'600'000'000'000;
constexpr int64_t kDayNs = 24 * kHourNs;

class CertificateVerifierTest : public ::testing::Test {
 protected:
  absl::Status Trust(const CertificateAuthority& authority) {
    return verifier_.ReplaceAuthorities(authority.pem().certificate);
  }
  absl::Status Verify(const std::string& chain_pem) const {
    return verifier_.Verify(ClientCertificate(*ParseCertificates(chain_pem)));
  }
  std::string ErrorOf(const std::string& chain_pem) const { return Verify(chain_pem).ToString(); }

  ManualClock clock_;
  const int64_t now_ns_ = clock_.WallNs();
  const CertificateAuthority authority_ = *CertificateAuthority::Create("client-ca", now_ns_);
  CertificateVerifier verifier_{clock_};
};

TEST_F(CertificateVerifierTest, KnowsNothingBeforeItHasAuthorities) {
  EXPECT_FALSE(verifier_.has_authorities());
  const auto client = authority_.IssueClient({"jane", {}}, now_ns_);
  EXPECT_EQ(Verify(client->certificate).code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(Trust(authority_).ok());
  EXPECT_TRUE(verifier_.has_authorities());
  EXPECT_TRUE(Verify(client->certificate).ok());
}

TEST_F(CertificateVerifierTest, KeepsItsAuthoritiesWhenABundleHasNone) {
  ASSERT_TRUE(Trust(authority_).ok());
  EXPECT_FALSE(verifier_.ReplaceAuthorities("").ok());
  EXPECT_FALSE(verifier_.ReplaceAuthorities("# nothing yet\n").ok());
  EXPECT_TRUE(Verify(authority_.IssueClient({"jane", {}}, now_ns_)->certificate).ok());
}

TEST_F(CertificateVerifierTest, TellsStrangersAndServersFromClients) {
  ASSERT_TRUE(Trust(authority_).ok());
  const auto stranger = *CertificateAuthority::Create("client-ca", now_ns_);
  EXPECT_THAT(ErrorOf(stranger.IssueClient({"jane", {}}, now_ns_)->certificate),
              HasSubstr("the client certificate of \"CN=jane\" is not valid: "));
  EXPECT_THAT(ErrorOf(stranger.pem().certificate), HasSubstr("self"));
  EXPECT_THAT(ErrorOf(authority_.IssueServing({"s", {"localhost"}, {}}, now_ns_)->certificate),
              HasSubstr("incompatible key usage"));
}

TEST_F(CertificateVerifierTest, GoesByTheTimeOfItsClock) {
  ASSERT_TRUE(Trust(authority_).ok());
  const std::string client = authority_.IssueClient({"jane", {}}, now_ns_)->certificate;
  clock_.SetWallNs(now_ns_ - kHourNs);
  EXPECT_THAT(ErrorOf(client), HasSubstr("not yet valid"));
  clock_.SetWallNs(now_ns_ + 364 * kDayNs);
  EXPECT_TRUE(Verify(client).ok());
  clock_.SetWallNs(now_ns_ + 366 * kDayNs);
  EXPECT_THAT(ErrorOf(client), HasSubstr("expired"));
}

TEST_F(CertificateVerifierTest, RemembersATrustedChainButNotBeyondItsTimeNorItsAuthorities) {
  ASSERT_TRUE(Trust(authority_).ok());
  const auto pair = authority_.IssueClient({"jane", {}}, now_ns_);
  const ClientCertificate client(*ParseCertificates(pair->certificate));
  EXPECT_TRUE(verifier_.Verify(client).ok());
  EXPECT_TRUE(verifier_.Verify(client).ok());
  clock_.SetWallNs(now_ns_ + 366 * kDayNs);
  EXPECT_FALSE(verifier_.Verify(client).ok());
  clock_.SetWallNs(now_ns_);
  EXPECT_TRUE(verifier_.Verify(client).ok());
  ASSERT_TRUE(Trust(*CertificateAuthority::Create("another", now_ns_)).ok());
  EXPECT_FALSE(verifier_.Verify(client).ok());
  CertificateVerifier other(clock_);
  ASSERT_TRUE(other.ReplaceAuthorities(authority_.pem().certificate).ok());
  EXPECT_TRUE(other.Verify(client).ok()) << "each verifier by its own authorities";
}

// Chains as Go's verifier takes them.
TEST_F(CertificateVerifierTest, UsesThePresentedIntermediates) {
  ASSERT_TRUE(Trust(authority_).ok());
  const BuiltCertificate root = testing::FromPair(authority_.pem());
  const BuiltCertificate intermediate =
      BuildCertificate({.name = "intermediate", .is_authority = true}, root, now_ns_);
  const BuiltCertificate leaf = BuildCertificate({.name = "jane"}, intermediate, now_ns_);
  EXPECT_THAT(ErrorOf(ChainOf({&leaf})), HasSubstr("unable to get local issuer"));
  EXPECT_TRUE(Verify(ChainOf({&leaf, &intermediate})).ok());
  EXPECT_TRUE(Verify(ChainOf({&leaf, &root, &intermediate})).ok()) << "in any order";

  const BuiltCertificate no_authority =
      BuildCertificate({.name = "joe", .is_authority = false}, root, now_ns_);
  const BuiltCertificate forged = BuildCertificate({.name = "jane"}, no_authority, now_ns_);
  EXPECT_THAT(ErrorOf(ChainOf({&forged, &no_authority})), HasSubstr("invalid CA certificate"));
}

TEST_F(CertificateVerifierTest, TakesAnyListedCertificateForAnAnchor) {
  const BuiltCertificate root = testing::FromPair(authority_.pem());
  const BuiltCertificate intermediate =
      BuildCertificate({.name = "intermediate", .is_authority = true}, root, now_ns_);
  const BuiltCertificate leaf = BuildCertificate({.name = "jane"}, intermediate, now_ns_);
  ASSERT_TRUE(verifier_.ReplaceAuthorities(ChainOf({&intermediate})).ok());
  EXPECT_TRUE(Verify(ChainOf({&leaf})).ok());
}

// While authorities are rotated under one name. OpenSSL alone takes the first that its key
// identifiers do not rule out.
TEST_F(CertificateVerifierTest, TellsAuthoritiesOfOneNameApartByTheirSignatures) {
  const testing::CertificatePlan with_ids{.name = "front-proxy-ca", .is_authority = true};
  testing::CertificatePlan without_ids = with_ids;
  without_ids.has_key_identifiers = false;
  for (const auto& [old_plan, new_plan] :
       {std::pair(without_ids, with_ids), std::pair(without_ids, without_ids)}) {
    const BuiltCertificate old_one = testing::BuildSelfSigned(old_plan, now_ns_);
    const BuiltCertificate new_one = testing::BuildSelfSigned(new_plan, now_ns_);
    const auto client_of = [&](const BuiltCertificate& authority, bool has_key_identifiers) {
      return BuildCertificate({.name = "proxy", .has_key_identifiers = has_key_identifiers},
                              authority, now_ns_);
    };
    const BuiltCertificate old_client = client_of(old_one, false);
    const BuiltCertificate new_client = client_of(new_one, new_plan.has_key_identifiers);
    const BuiltCertificate another = testing::BuildSelfSigned(old_plan, now_ns_);
    const BuiltCertificate strangers =
        client_of(testing::BuildSelfSigned(old_plan, now_ns_), false);
    for (const std::string& bundle : {ChainOf({&old_one, &new_one}), ChainOf({&new_one, &old_one}),
                                      ChainOf({&old_one, &another, &new_one})}) {
      ASSERT_TRUE(verifier_.ReplaceAuthorities(bundle).ok());
      EXPECT_EQ(ErrorOf(ChainOf({&old_client})), "OK");
      EXPECT_EQ(ErrorOf(ChainOf({&new_client})), "OK");
      EXPECT_EQ(ErrorOf(ChainOf({&new_client, &new_one})), "OK") << "with the authority behind it";
      EXPECT_THAT(ErrorOf(ChainOf({&strangers})), HasSubstr("unable to get local issuer"));
    }
  }
}

// Below an authority whose namesake is listed: the chain goes by what the client presents.
TEST_F(CertificateVerifierTest, PrefersNoListedNamesakeToAPresentedIntermediate) {
  const BuiltCertificate root = testing::FromPair(authority_.pem());
  const testing::CertificatePlan plan{
      .name = "intermediate", .is_authority = true, .has_key_identifiers = false};
  const BuiltCertificate intermediate = BuildCertificate(plan, root, now_ns_);
  const BuiltCertificate namesake = testing::BuildSelfSigned(plan, now_ns_);
  const BuiltCertificate leaf =
      BuildCertificate({.name = "jane", .has_key_identifiers = false}, intermediate, now_ns_);
  ASSERT_TRUE(verifier_.ReplaceAuthorities(ChainOf({&namesake, &root})).ok());
  EXPECT_EQ(ErrorOf(ChainOf({&leaf, &intermediate})), "OK");
}

// A stranger that presents a long chain of listed names must not cost much.
TEST_F(CertificateVerifierTest, TriesAHundredSignaturesAtMost) {
  const testing::CertificatePlan plan{
      .name = "ca", .is_authority = true, .has_key_identifiers = false};
  std::vector<BuiltCertificate> namesakes;
  for (int i = 0; i < 101; ++i) namesakes.push_back(testing::BuildSelfSigned(plan, now_ns_));
  std::vector<const BuiltCertificate*> bundle;
  for (const BuiltCertificate& namesake : namesakes) bundle.push_back(&namesake);
  ASSERT_TRUE(verifier_.ReplaceAuthorities(ChainOf(bundle)).ok());
  int trusted = 0;
  for (const BuiltCertificate& namesake : namesakes) {
    const BuiltCertificate client =
        BuildCertificate({.name = "jane", .has_key_identifiers = false}, namesake, now_ns_);
    if (Verify(ChainOf({&client})).ok()) ++trusted;
  }
  // OpenSSL may look at the first of them twice.
  EXPECT_GE(trusted, 99);
  EXPECT_LE(trusted, 100);
}

TEST_F(CertificateVerifierTest, MindsTheExtendedKeyUsageOfTheWholeChain) {
  ASSERT_TRUE(Trust(authority_).ok());
  const BuiltCertificate root = testing::FromPair(authority_.pem());
  struct Row {
    const char* what;
    std::vector<int> intermediate;
    std::vector<int> leaf;
    bool good;
  };
  const Row rows[] = {
      {"no usage named", {}, {}, true},
      {"client", {}, {NID_client_auth}, true},
      {"client among others", {}, {NID_server_auth, NID_client_auth}, true},
      {"any", {}, {NID_anyExtendedKeyUsage}, true},
      {"server", {}, {NID_server_auth}, false},
      {"code signing", {}, {NID_code_sign}, false},
      {"below a client authority", {NID_client_auth}, {NID_client_auth}, true},
      {"below a server authority", {NID_server_auth}, {NID_client_auth}, false},
  };
  for (const Row& row : rows) {
    const BuiltCertificate intermediate = BuildCertificate(
        {.name = "intermediate", .is_authority = true, .usages = row.intermediate}, root, now_ns_);
    const BuiltCertificate leaf =
        BuildCertificate({.name = "jane", .usages = row.leaf}, intermediate, now_ns_);
    const absl::Status verified = Verify(ChainOf({&leaf, &intermediate}));
    EXPECT_EQ(verified.ok(), row.good) << row.what << ": " << verified.ToString();
  }
}

}  // namespace
}  // namespace kubegauge::apiservice
