#include "server/listener/sni_certificates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apiservice/certificate_authority.h"

namespace kubegauge::server {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

TEST(SniFiles, AreReadAsUpstreamSpellsThem) {
  const auto plain = ParseSniFiles("foo.crt,foo.key");
  EXPECT_EQ(plain->certificate_path, "foo.crt");
  EXPECT_EQ(plain->key_path, "foo.key");
  EXPECT_THAT(plain->patterns, ElementsAre());
  EXPECT_THAT(ParseSniFiles("foo.crt,foo.key:*.foo.com,foo.com")->patterns,
              ElementsAre("*.foo.com", "foo.com"));
  EXPECT_EQ(*ParseSniFiles(" a , b : x , y "), (SniFiles{"a", "b", {"x", "y"}}));
  for (const char* broken : {"", "foo.crt", "foo.crt,", "a,b,c", ":foo.com"}) {
    EXPECT_EQ(ParseSniFiles(broken).status().message(),
              "expected comma separated certificate and key file paths")
        << broken;
  }
  for (const char* broken : {"a,b:", "a:", "a,b: "}) {
    EXPECT_EQ(ParseSniFiles(broken).status().message(), "empty names list is not allowed")
        << broken;
  }
}

TEST(SniFiles, NameWhatTheirCertificateNames) {
  const int64_t now_ns = 1'700'000'000'000'000'000;
  const auto authority = apiservice::CertificateAuthority::Create("ca", now_ns);
  const auto leaf = authority->IssueServing({.common_name = "ignored",
                                             .dns_names = {"a.example", "*.b.example"},
                                             .ip_addresses = {"10.0.0.1", "::1"}},
                                            now_ns);
  EXPECT_THAT(*NamesInCertificate(leaf->certificate),
              UnorderedElementsAre("a.example", "*.b.example", "10.0.0.1", "::1"));
  EXPECT_THAT(*NamesInCertificate(authority->pem().certificate), ElementsAre("ca"));
  EXPECT_FALSE(NamesInCertificate("no certificate").ok());
}

TEST(SniNames, MatchWholeOrByTheirFirstLabel) {
  const struct {
    const char* pattern;
    const char* name;
    int match;
  } kCases[] = {
      {"foo.com", "foo.com", 2},   {"Foo.com", "foo.COM.", 2},      {"*.foo.com", "a.foo.com", 1},
      {"*.foo.com", "foo.com", 0}, {"*.foo.com", "a.b.foo.com", 0}, {"*.foo.com", ".foo.com", 0},
      {"foo.com", "a.foo.com", 0}, {"10.0.0.1", "10.0.0.1", 2},     {"", "foo.com", 0},
  };
  for (const auto& [pattern, name, match] : kCases) {
    EXPECT_EQ(MatchServerName(pattern, name), match) << pattern << " " << name;
  }
}

}  // namespace
}  // namespace kubegauge::server
