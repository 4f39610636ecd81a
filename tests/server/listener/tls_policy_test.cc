#include "server/listener/tls_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kubegauge::server {
namespace {

using ::testing::HasSubstr;
using Names = std::vector<std::string>;

std::string ErrorOf(const absl::StatusOr<TlsPolicy>& policy) {
  return policy.ok() ? "" : std::string(policy.status().message());
}

TEST(TlsPolicy, ReadsVersionsAsGoNamesThem) {
  EXPECT_EQ(ParseTlsPolicy("", {}, {})->min_version, TLS1_2_VERSION);
  EXPECT_EQ(ParseTlsPolicy("VersionTLS10", {}, {})->min_version, TLS1_2_VERSION);
  EXPECT_EQ(ParseTlsPolicy("VersionTLS12", {}, {})->min_version, TLS1_2_VERSION);
  EXPECT_EQ(ParseTlsPolicy("VersionTLS13", {}, {})->min_version, TLS1_3_VERSION);
  EXPECT_EQ(ErrorOf(ParseTlsPolicy("TLSv1.2", {}, {})), "unknown tls version \"TLSv1.2\"");
}

TEST(TlsPolicy, ReadsSuitesByTheirStandardNames) {
  const Names suites = {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256",
                        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305"};
  EXPECT_EQ(ParseTlsPolicy("", suites, {})->cipher_list,
            "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-CHACHA20-POLY1305");
  EXPECT_EQ(ErrorOf(ParseTlsPolicy("", {"TLS_MADE_UP"}, {})),
            "Cipher suite TLS_MADE_UP not supported or doesn't exist");
}

// With RSA key exchange, who gets the key reads what was recorded before.
TEST(TlsPolicy, KeepsPastSessionsSecretUnlessToldOtherwise) {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_server_method()),
                                                                  SSL_CTX_free);
  ASSERT_TRUE(ApplyTlsPolicy(*ParseTlsPolicy("", {}, {}), context.get()).ok());
  const STACK_OF(SSL_CIPHER)* ciphers = SSL_CTX_get_ciphers(context.get());
  int of_tls12 = 0;
  for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i) {
    const SSL_CIPHER* const cipher = sk_SSL_CIPHER_value(ciphers, i);
    if (SSL_CIPHER_get_kx_nid(cipher) == NID_kx_any) continue;  // of TLS 1.3
    EXPECT_EQ(SSL_CIPHER_get_kx_nid(cipher), NID_kx_ecdhe) << SSL_CIPHER_get_name(cipher);
    ++of_tls12;
  }
  EXPECT_EQ(of_tls12, 10);
}

TEST(TlsPolicy, AllowsNoTls12WhereNoSuiteIsOfIt) {
  EXPECT_EQ(ParseTlsPolicy("", {"TLS_AES_128_GCM_SHA256"}, {})->min_version, TLS1_3_VERSION);
  EXPECT_EQ(
      ParseTlsPolicy("", {"TLS_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"}, {})
          ->min_version,
      TLS1_2_VERSION);
}

TEST(TlsPolicy, PassesOverSuitesThatOnlyGoHas) {
  EXPECT_EQ(ParseTlsPolicy("",
                           {"TLS_RSA_WITH_3DES_EDE_CBC_SHA", "TLS_ECDHE_RSA_WITH_RC4_128_SHA",
                            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
                           {})
                ->cipher_list,
            "ECDHE-RSA-AES256-GCM-SHA384");
  EXPECT_THAT(ErrorOf(ParseTlsPolicy("", {"TLS_RSA_WITH_RC4_128_SHA"}, {})),
              HasSubstr("none that this build supports"));
}

TEST(TlsPolicy, PassesOverCurvesThatOnlyGoHas) {
  EXPECT_EQ(ParseTlsPolicy("", {}, {4588, 29, 23})->groups, "X25519:P-256");
  EXPECT_THAT(ErrorOf(ParseTlsPolicy("", {}, {4588})), HasSubstr("add 29 or 23"));
  EXPECT_EQ(ErrorOf(ParseTlsPolicy("", {}, {99})), "unknown TLS curve 99");
}

}  // namespace
}  // namespace kubegauge::server
