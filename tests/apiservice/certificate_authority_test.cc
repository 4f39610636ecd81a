#include "apiservice/certificate_authority.h"

#include <gmock/gmock.h>
#include <openssl/x509v3.h>

#include <set>

namespace kubegauge::apiservice {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr int64_t kSecondNs = 1'000'000'000;
constexpr int64_t kMinuteNs = 60 * kSecondNs;
constexpr int64_t kDayNs = 24 * 60 * kMinuteNs;
constexpr int64_t kNowNs = 1'700'000'000 * kSecondNs;

X509Ptr Parse(const std::string& pem) {
  auto certificates = ParseCertificates(pem);
  EXPECT_TRUE(certificates.ok()) << certificates.status().ToString();
  return std::move(certificates->front());
}

// A certificate as `openssl x509 -text` shows it.
std::string Described(const std::string& pem) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  X509_print_ex(bio.get(), Parse(pem).get(), XN_FLAG_RFC2253, 0);
  char* text = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<size_t>(length));
}

CertificateAuthority NewAuthority(int64_t now_ns = kNowNs) {
  return *CertificateAuthority::Create("kubegauge-ca", now_ns);
}

TEST(CertificateAuthority, MakesItselfOne) {
  const CertificateAuthority authority = NewAuthority();
  EXPECT_THAT(authority.pem().certificate, StartsWith("-----BEGIN CERTIFICATE-----\n"));
  EXPECT_THAT(authority.pem().private_key, StartsWith("-----BEGIN PRIVATE KEY-----\n"));
  EXPECT_THAT(Described(authority.pem().certificate),
              AllOf(HasSubstr("Version: 3 (0x2)"), HasSubstr("Issuer: CN=kubegauge-ca"),
                    HasSubstr("Subject: CN=kubegauge-ca"), HasSubstr("NIST CURVE: P-256"),
                    HasSubstr("Signature Algorithm: ecdsa-with-SHA256"),
                    HasSubstr("X509v3 Basic Constraints: critical\n                CA:TRUE"),
                    HasSubstr("X509v3 Key Usage: critical\n                Digital Signature, "
                              "Certificate Sign, CRL Sign"),
                    HasSubstr("X509v3 Subject Key Identifier:")));
  const X509Ptr certificate = Parse(authority.pem().certificate);
  EXPECT_EQ(ToUnixNs(X509_get0_notBefore(certificate.get())), kNowNs - 5 * kMinuteNs);
  EXPECT_EQ(NotAfterNs(authority.pem().certificate).value(), kNowNs + 3650 * kDayNs);
}

TEST(CertificateAuthority, IssuesServingCertificates) {
  const CertificateAuthority authority = NewAuthority();
  const auto pair =
      authority.IssueServing({.common_name = "metrics",
                              .dns_names = {"metrics.kube-system.svc", "*.example.org"},
                              .ip_addresses = {"10.0.0.1", "fd00::1"}},
                             kNowNs);
  ASSERT_TRUE(pair.ok()) << pair.status().ToString();
  EXPECT_THAT(Described(pair->certificate),
              AllOf(HasSubstr("Issuer: CN=kubegauge-ca"), HasSubstr("Subject: CN=metrics"),
                    HasSubstr("CA:FALSE"), HasSubstr("TLS Web Server Authentication"),
                    HasSubstr("X509v3 Key Usage: critical\n                Digital Signature\n"),
                    HasSubstr("DNS:metrics.kube-system.svc, DNS:*.example.org, IP "
                              "Address:10.0.0.1, IP Address:FD00:0:0:0:0:0:0:1")));
  const X509Ptr certificate = Parse(pair->certificate);
  EXPECT_EQ(X509_check_host(certificate.get(), "a.example.org", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_ip_asc(certificate.get(), "10.0.0.1", 0), 1);
  EXPECT_EQ(NotAfterNs(pair->certificate).value(), kNowNs + 365 * kDayNs);
  const X509Ptr issuer = Parse(authority.pem().certificate);
  EXPECT_EQ(X509_check_issued(issuer.get(), certificate.get()), X509_V_OK);
  EXPECT_EQ(ASN1_OCTET_STRING_cmp(X509_get0_authority_key_id(certificate.get()),
                                  X509_get0_subject_key_id(issuer.get())),
            0);
  EXPECT_EQ(X509_verify(certificate.get(), X509_get0_pubkey(issuer.get())), 1);
  EXPECT_EQ(X509_check_private_key(certificate.get(), ParsePrivateKey(pair->private_key)->get()),
            1);
}

TEST(CertificateAuthority, IssuesClientCertificates) {
  const std::string long_name = "system:node:" + std::string(200, 'n');
  const auto pair = NewAuthority().IssueClient(
      {.common_name = long_name, .organizations = {"system:nodes", "grüppe"}}, kNowNs);
  ASSERT_TRUE(pair.ok()) << pair.status().ToString();
  EXPECT_THAT(Described(pair->certificate),
              AllOf(HasSubstr("Subject: CN=" + long_name + ",O=gr\\C3\\BCppe,O=system:nodes"),
                    HasSubstr("TLS Web Client Authentication")));
}

TEST(CertificateAuthority, GivesEveryCertificateASerialNumberOfItsOwn) {
  const CertificateAuthority authority = NewAuthority();
  std::set<std::string> serials;
  for (int i = 0; i < 20; ++i) {
    const X509Ptr certificate = Parse(authority.IssueClient({"c", {}}, kNowNs)->certificate);
    const ASN1_INTEGER* serial = X509_get0_serialNumber(certificate.get());
    EXPECT_NE(serial->type, V_ASN1_NEG_INTEGER);
    EXPECT_GT(serial->length, 8) << "128 bits are hardly ever shorter than 64";
    EXPECT_LE(serial->length, 16);
    serials.emplace(reinterpret_cast<const char*>(serial->data),
                    static_cast<size_t>(serial->length));
  }
  EXPECT_EQ(serials.size(), 20u);
}

TEST(CertificateAuthority, IsTakenUpFromPem) {
  const CertificateAuthority made = NewAuthority();
  const auto kept = CertificateAuthority::FromPem(made.pem());
  ASSERT_TRUE(kept.ok()) << kept.status().ToString();
  EXPECT_EQ(kept->pem().certificate, made.pem().certificate);
  const X509Ptr issued = Parse(kept->IssueClient({"c", {}}, kNowNs)->certificate);
  EXPECT_EQ(X509_verify(issued.get(), X509_get0_pubkey(Parse(made.pem().certificate).get())), 1);
}

TEST(CertificateAuthority, IsNotTakenUpFromWhatIsNone) {
  const CertificateAuthority one = NewAuthority();
  const CertificateAuthority other = NewAuthority();
  const auto leaf = one.IssueServing({"s", {"localhost"}, {}}, kNowNs);
  const auto error_of = [](const KeyPairPem& pem) {
    return CertificateAuthority::FromPem(pem).status().ToString();
  };
  EXPECT_THAT(error_of({one.pem().certificate, other.pem().private_key}),
              HasSubstr("private key is not that of its certificate"));
  EXPECT_THAT(error_of(*leaf), HasSubstr("not that of an authority"));
  EXPECT_THAT(error_of({"", one.pem().private_key}), HasSubstr("no certificate"));
  EXPECT_THAT(error_of({one.pem().certificate, "garbage"}), HasSubstr("private key"));
  std::string broken = one.pem().certificate;
  broken.replace(broken.find('\n') + 20, 8, "????????");
  EXPECT_THAT(error_of({broken, one.pem().private_key}),
              HasSubstr("certificate 1 of the PEM text"));
}

TEST(CertificateAuthority, IssuesNothingThatOutlivesIt) {
  const CertificateAuthority authority = NewAuthority(kNowNs - (3650 - 10) * kDayNs);
  const auto last = authority.IssueServing({"s", {"localhost"}, {}}, kNowNs);
  ASSERT_TRUE(last.ok());
  EXPECT_EQ(NotAfterNs(last->certificate).value(), kNowNs + 10 * kDayNs);
  EXPECT_THAT(
      authority.IssueServing({"s", {"localhost"}, {}}, kNowNs + 10 * kDayNs).status().ToString(),
      HasSubstr("has expired"));
}

TEST(CertificateAuthority, RefusesNamesThatNoClientCouldMatch) {
  const CertificateAuthority authority = NewAuthority();
  const auto error_of = [&](const ServingIdentity& identity) {
    return authority.IssueServing(identity, kNowNs).status().ToString();
  };
  EXPECT_THAT(error_of({"s", {}, {}}), HasSubstr("needs a DNS name or an IP address"));
  EXPECT_THAT(error_of({"", {"localhost"}, {}}), HasSubstr("needs a common name"));
  EXPECT_THAT(error_of({"s", {"a b"}, {}}), HasSubstr("\"a b\" is not a DNS name"));
  EXPECT_THAT(error_of({"s", {""}, {}}), HasSubstr("\"\" is not a DNS name"));
  EXPECT_THAT(error_of({"s", {"a,DNS:b"}, {}}), HasSubstr("is not a DNS name"));
  EXPECT_THAT(error_of({"s", {}, {"10.0.0.256"}}),
              HasSubstr("\"10.0.0.256\" is not an IP address"));
  EXPECT_THAT(error_of({"s", {}, {"10.0.0.0/8"}}), HasSubstr("is not an IP address"));
}

}  // namespace
}  // namespace kubegauge::apiservice
