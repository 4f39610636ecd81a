#include "apiservice/registration_certificates.h"

#include <gmock/gmock.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "apiservice/openssl.h"
#include "apiservice/registration_secret.h"
#include "tests/apiservice/certificate_builder.h"

namespace kubegauge::apiservice {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kMinuteNs = 60 * int64_t{1'000'000'000};
constexpr int64_t kDayNs = 24 * 60 * kMinuteNs;
constexpr int64_t kNowNs = 1'700'000'000 * int64_t{1'000'000'000};

const ServingIdentity kIdentity{.common_name = "k.kube-system.svc",
                                .dns_names = {"k", "k.kube-system.svc"},
                                .ip_addresses = {}};

std::string Shown(const absl::StatusOr<CertificatePlan>& plan) {
  if (!plan.ok()) return plan.status().ToString();
  std::string text;
  if (plan->new_authority) text += "authority ";
  if (plan->new_certificate) text += "certificate ";
  if (plan->forget_old_authorities) text += "forget ";
  return text;
}

std::string PlanFor(const ServingSecret& kept, int64_t now_ns,
                    const std::vector<std::string>& published = {},
                    const ServingIdentity& identity = kIdentity) {
  return Shown(PlanCertificates(kept, identity, published, now_ns));
}

ServingSecret Step(const ServingSecret& kept, int64_t now_ns,
                   const std::vector<std::string>& published = {}) {
  const auto plan = PlanCertificates(kept, kIdentity, published, now_ns);
  EXPECT_TRUE(plan.ok()) << plan.status().ToString();
  const auto made = CarryOut(*plan, kept, kIdentity, published, now_ns);
  EXPECT_TRUE(made.ok()) << made.status().ToString();
  return *made;
}

size_t CountIn(const std::string& bundle) { return ParseCertificates(bundle)->size(); }

TEST(PlanCertificates, BeginsWithBothAndThenRests) {
  EXPECT_EQ(PlanFor({}, kNowNs), "authority certificate ");
  const ServingSecret made = Step({}, kNowNs);
  EXPECT_EQ(CountIn(made.authorities), 1u);
  EXPECT_EQ(PlanFor(made, kNowNs), "");
  EXPECT_EQ(PlanFor(made, kNowNs + 243 * kDayNs), "");
  EXPECT_EQ(Step(made, kNowNs), made);
}

TEST(PlanCertificates, RenewsTheCertificateAfterTwoThirdsOfItsTime) {
  const ServingSecret made = Step({}, kNowNs);
  EXPECT_EQ(PlanFor(made, kNowNs + 244 * kDayNs), "certificate ");
  const ServingSecret renewed = Step(made, kNowNs + 244 * kDayNs);
  EXPECT_EQ(renewed.authorities, made.authorities);
  EXPECT_EQ(renewed.authority_key, made.authority_key);
  EXPECT_NE(renewed.key, made.key);
  EXPECT_EQ(PlanFor(renewed, kNowNs + 244 * kDayNs), "");
}

TEST(PlanCertificates, RepairsWhatIsBroken) {
  const ServingSecret good = Step({}, kNowNs);
  const ServingSecret other = Step({}, kNowNs);
  struct Row {
    const char* what;
    ServingSecret kept;
    const char* plan;
  };
  const Row rows[] = {
      {"no certificate", {"", "", good.authorities, good.authority_key}, "certificate "},
      {"another key",
       {good.certificate, other.key, good.authorities, good.authority_key},
       "certificate "},
      {"garbage", {"x", "y", good.authorities, good.authority_key}, "certificate "},
      {"a certificate of a stranger",
       {other.certificate, other.key, good.authorities, good.authority_key},
       "certificate "},
      {"no authority",
       {good.certificate, good.key, "", good.authority_key},
       "authority certificate "},
      {"the key of another authority",
       {good.certificate, good.key, good.authorities, other.authority_key},
       "authority "},
      {"only an authority's key", {"", "", "", good.authority_key}, "authority certificate "},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(PlanFor(row.kept, kNowNs), row.plan) << row.what;
    const ServingSecret repaired = Step(row.kept, kNowNs);
    EXPECT_EQ(PlanFor(repaired, kNowNs), "") << row.what;
  }
  EXPECT_EQ(PlanFor(good, kNowNs, {},
                    {.common_name = "n", .dns_names = {"k", "new"}, .ip_addresses = {}}),
            "certificate ");
  EXPECT_EQ(PlanFor(good, kNowNs + 366 * kDayNs), "certificate ");
  EXPECT_EQ(PlanFor(good, kNowNs + 3651 * kDayNs), "authority certificate ");
}

TEST(PlanCertificates, ChangesTheAuthorityInStepsThatNoClientNotices) {
  // A certificate that is young when the authority has come to two thirds of its time.
  const int64_t start_ns = kNowNs + 2434 * kDayNs;
  ServingSecret before = Step({}, kNowNs);
  before = *CarryOut({.new_certificate = true}, before, kIdentity, {}, start_ns);

  EXPECT_EQ(PlanFor(before, start_ns, {before.authorities}), "authority ");
  const ServingSecret announced = Step(before, start_ns, {before.authorities});
  EXPECT_EQ(announced.certificate, before.certificate);
  EXPECT_EQ(CountIn(announced.authorities), 2u);

  const int64_t settled_ns = start_ns + kAuthoritySettlesNs;
  EXPECT_EQ(PlanFor(announced, start_ns, {announced.authorities}), "") << "not at once";
  EXPECT_EQ(PlanFor(announced, settled_ns, {before.authorities}), "") << "not before it is known";
  EXPECT_EQ(PlanFor(announced, settled_ns, {announced.authorities, before.authorities}), "");
  EXPECT_EQ(PlanFor(announced, settled_ns, {announced.authorities}), "certificate ");
  EXPECT_EQ(PlanFor(announced, start_ns + 340 * kDayNs, {before.authorities}), "certificate ")
      << "sooner than serve one that has expired";

  const ServingSecret switched = Step(announced, settled_ns, {announced.authorities});
  EXPECT_NE(switched.certificate, announced.certificate);
  EXPECT_EQ(switched.authorities, announced.authorities) << "replicas may serve the old one still";
  EXPECT_EQ(PlanFor(switched, settled_ns + kDayNs - 6 * kMinuteNs), "");
  EXPECT_EQ(PlanFor(switched, settled_ns + kDayNs), "forget ");
  const ServingSecret done = Step(switched, settled_ns + kDayNs);
  EXPECT_EQ(CountIn(done.authorities), 1u);
  EXPECT_EQ(done.certificate, switched.certificate);
  EXPECT_EQ(PlanFor(done, settled_ns + kDayNs), "");
}

TEST(PlanCertificates, KeepsWhatClientsKnowWhenTheSecretIsLost) {
  const ServingSecret lost = Step({}, kNowNs);
  const ServingSecret made = Step({}, kNowNs, {lost.authorities});
  EXPECT_EQ(CountIn(made.authorities), 2u);
  EXPECT_TRUE(IsTrusted(lost.certificate, made.authorities, kNowNs)) << "others serve it still";
  EXPECT_TRUE(IsTrusted(made.certificate, made.authorities, kNowNs));
  EXPECT_EQ(PlanFor(made, kNowNs, {made.authorities}), "");
  EXPECT_EQ(PlanFor(made, kNowNs + kDayNs, {made.authorities}), "forget ");

  // Of the Secret only the authority was lost: what it signed is served until the next is known.
  ServingSecret half = lost;
  half.authorities = half.authority_key = "x";
  EXPECT_EQ(PlanFor(half, kNowNs), "authority certificate ");
  EXPECT_EQ(PlanFor(half, kNowNs, {lost.authorities}), "authority ");
  const ServingSecret announced = Step(half, kNowNs, {lost.authorities});
  EXPECT_EQ(announced.certificate, lost.certificate);
  EXPECT_EQ(PlanFor(announced, kNowNs + kAuthoritySettlesNs, {lost.authorities}), "");
  EXPECT_EQ(PlanFor(announced, kNowNs + kAuthoritySettlesNs, {announced.authorities}),
            "certificate ");
}

TEST(PlanCertificates, DoesNotSignByAnAuthorityThatMayNotBeKnown) {
  const int64_t start_ns = kNowNs + 2434 * kDayNs;
  ServingSecret before = Step({}, kNowNs);
  before = *CarryOut({.new_certificate = true}, before, kIdentity, {}, start_ns);
  const ServingSecret announced = Step(before, start_ns, {before.authorities});
  const int64_t settled_ns = start_ns + kAuthoritySettlesNs;
  EXPECT_EQ(PlanFor(announced, settled_ns, {announced.authorities}), "certificate ");
  EXPECT_EQ(PlanFor(announced, settled_ns, {announced.authorities, ""}), "") << "one unread";
}

TEST(PlanCertificates, DoesNotKeepAuthoritiesWithoutEnd) {
  ServingSecret kept;
  std::string published;
  for (size_t i = 0; i < 2 * kMaxAuthorities; ++i) {
    kept = Step({}, kNowNs, {published});
    published = kept.authorities;
  }
  EXPECT_EQ(CountIn(published), kMaxAuthorities);
}

TEST(PlanCertificates, LeavesAPairOfAnothersAlone) {
  ServingSecret another = Step({}, kNowNs);
  another.authority_key.clear();
  EXPECT_EQ(PlanFor(another, kNowNs), "");
  EXPECT_EQ(PlanFor(another, kNowNs + 300 * kDayNs), "") << "for its owner to renew";
  EXPECT_THAT(PlanFor(another, kNowNs + 366 * kDayNs), HasSubstr("is not valid now"));
  another.key = "x";
  EXPECT_THAT(PlanFor(another, kNowNs), HasSubstr("for another to keep up"));
}

// The PEM of a certificate's key, as an issuer writes it.
std::string KeyOf(const testing::BuiltCertificate& built) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PKCS8PrivateKey(bio.get(), built.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  char* text = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<size_t>(length));
}

testing::BuiltCertificate Issue(const testing::CertificatePlan& plan,
                                const testing::BuiltCertificate& issuer) {
  return testing::BuildCertificate(plan, issuer, kNowNs);
}

TEST(PlanCertificates, TakesAPairOfAnothersThatAnIntermediateIssued) {
  const ServingIdentity unnamed;
  const auto root = testing::FromPair(CertificateAuthority::Create("root", kNowNs)->pem());
  const auto other = testing::FromPair(CertificateAuthority::Create("other", kNowNs)->pem());
  const auto intermediate = Issue({.name = "middle", .is_authority = true}, root);
  const auto no_authority = Issue({.name = "middle"}, root);
  const auto leaf = Issue({.name = "k"}, intermediate);
  const auto of_server = Issue({.name = "k", .usages = {NID_server_auth}}, intermediate);
  const auto of_client = Issue({.name = "k", .usages = {NID_client_auth}}, intermediate);
  const auto of_no_authority = Issue({.name = "k"}, no_authority);
  struct Row {
    const char* what;
    std::vector<const testing::BuiltCertificate*> served;
    const testing::BuiltCertificate& authority;
    const char* distrust;
  };
  const Row rows[] = {
      {"leaf and intermediate", {&leaf, &intermediate}, root, ""},
      {"for servers", {&of_server, &intermediate}, root, ""},
      {"the root too", {&leaf, &intermediate, &root}, root, ""},
      {"an intermediate that is known itself", {&leaf}, intermediate, ""},
      {"no intermediate", {&leaf}, root, "unable to get local issuer certificate"},
      {"a stranger's root", {&leaf, &intermediate}, other, "unable to get"},
      {"for clients", {&of_client, &intermediate}, root, "unsuitable certificate purpose"},
      {"issued by no authority", {&of_no_authority, &no_authority}, root, "invalid CA certificate"},
  };
  for (const Row& row : rows) {
    const ServingSecret kept{.certificate = testing::ChainOf(row.served),
                             .key = KeyOf(*row.served[0]),
                             .authorities = testing::ChainOf({&row.authority})};
    const bool is_trusted = std::string(row.distrust).empty();
    const std::string plan = PlanFor(kept, kNowNs, {}, unnamed);
    if (is_trusted) {
      EXPECT_EQ(plan, "") << row.what;
    } else {
      EXPECT_THAT(plan, HasSubstr(row.distrust)) << row.what;
    }
    EXPECT_EQ(IsTrusted(kept.certificate, kept.authorities, kNowNs), is_trusted) << row.what;
    EXPECT_FALSE(IsTrusted(kept.certificate, kept.authorities, kNowNs + kDayNs)) << row.what;
  }
}

// Of a Secret that another keeps up, whose authority was renewed under its name.
TEST(IsTrusted, TellsAuthoritiesOfOneNameApartByTheirSignatures) {
  const testing::BuiltCertificate old_one = testing::BuildSelfSigned(
      {.name = "kubegauge-ca", .is_authority = true, .has_key_identifiers = false}, kNowNs);
  const std::string before = testing::ChainOf({&old_one});
  const ServingSecret made = Step({}, kNowNs);
  EXPECT_TRUE(IsTrusted(made.certificate, before + made.authorities, kNowNs));
  EXPECT_TRUE(IsTrusted(made.certificate, made.authorities + before, kNowNs));
  EXPECT_FALSE(IsTrusted(made.certificate, before, kNowNs));
}

TEST(ServingSecretOf, GoesBothWaysAndKeepsWhatElseThereIs) {
  const ServingSecret contents{"certificate", "key", "authorities", "authority key"};
  const nlohmann::json created = SecretJson({"ns", "n"}, contents, nullptr);
  EXPECT_EQ(created["type"], "kubernetes.io/tls");
  EXPECT_EQ(created["metadata"]["name"], "n");
  EXPECT_EQ(created["data"]["tls.crt"], "Y2VydGlmaWNhdGU=");
  EXPECT_EQ(ServingSecretOf(created).value(), contents);
  const auto read = nlohmann::json::parse(
      R"({"metadata":{"resourceVersion":"5","annotations":{"a":"b"}},"data":{"mine":"eA=="}})");
  EXPECT_EQ(ServingSecretOf(read).value(), ServingSecret());
  const nlohmann::json updated = SecretJson({"ns", "n"}, contents, read);
  EXPECT_EQ(updated["metadata"], read["metadata"]);
  EXPECT_EQ(updated["data"]["mine"], "eA==");
  const auto broken = nlohmann::json::parse(R"({"data":{"tls.key":"s3cret!"}})");
  EXPECT_EQ(std::string(ServingSecretOf(broken).status().message()),
            "tls.key: not base64: padding is missing");
}

}  // namespace
}  // namespace kubegauge::apiservice
