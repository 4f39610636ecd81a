#include "server/listener/tls_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <string_view>
#include <utility>

#include "apiservice/openssl.h"

namespace kubegauge::server {
namespace {

using ContextPtr = std::unique_ptr<SSL_CTX, apiservice::OpenSslDeleter<SSL_CTX_free>>;

absl::StatusOr<int> ParseVersion(std::string_view text) {
  static constexpr std::pair<std::string_view, int> kVersions[] = {
      {"", TLS1_2_VERSION},
      {"VersionTLS10", TLS1_2_VERSION},
      {"VersionTLS11", TLS1_2_VERSION},
      {"VersionTLS12", TLS1_2_VERSION},
      {"VersionTLS13", TLS1_3_VERSION}};
  for (const auto& [name, version] : kVersions) {
    if (name == text) return version;
  }
  return absl::InvalidArgumentError(fmt::format("unknown tls version \"{}\"", text));
}

// OpenSSL's names of the suites it has, by their IANA names.
std::map<std::string, std::string> SuitesByStandardName() {
  std::map<std::string, std::string> suites;
  const ContextPtr context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX_set_cipher_list(context.get(), "ALL:@SECLEVEL=0");
  const STACK_OF(SSL_CIPHER)* ciphers = SSL_CTX_get_ciphers(context.get());
  for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i) {
    const SSL_CIPHER* cipher = sk_SSL_CIPHER_value(ciphers, i);
    suites[SSL_CIPHER_standard_name(cipher)] = SSL_CIPHER_get_name(cipher);
  }
  return suites;
}

bool IsTls13Suite(std::string_view name) { return name.find("_WITH_") == std::string_view::npos; }

// Suites that Go takes, though it calls them insecure, and that no OpenSSL of today has: RC4, 3DES.
bool IsBrokenSuite(std::string_view name) {
  static constexpr std::string_view kNames[] = {
      "TLS_RSA_WITH_RC4_128_SHA", "TLS_ECDHE_RSA_WITH_RC4_128_SHA",
      "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA", "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
      "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

absl::StatusOr<std::string> ParseCiphers(const std::vector<std::string>& names) {
  if (names.empty()) return std::string(kGoDefaultCiphers);
  const std::map<std::string, std::string> suites = SuitesByStandardName();
  std::vector<std::string> found;
  bool has_any = false;
  for (const std::string& name : names) {
    auto suite = suites.find(name);
    if (suite == suites.end()) suite = suites.find(name + "_SHA256");  // Go's older spelling
    if (suite == suites.end() && IsBrokenSuite(name)) continue;
    if (suite == suites.end()) {
      return absl::InvalidArgumentError(
          fmt::format("Cipher suite {} not supported or doesn't exist", name));
    }
    has_any = true;
    if (!IsTls13Suite(suite->first)) found.push_back(suite->second);
  }
  if (!has_any) {
    return absl::InvalidArgumentError(
        "--tls-cipher-suites has none that this build supports; add "
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
  }
  return fmt::format("{}", fmt::join(found, ":"));
}

absl::StatusOr<std::string> ParseGroups(const std::vector<int32_t>& numbers) {
  static constexpr std::pair<int32_t, std::string_view> kGroups[] = {
      {23, "P-256"}, {24, "P-384"}, {25, "P-521"}, {29, "X25519"},
      {4587, ""},    {4588, ""},    {4589, ""}};  // hybrids with ML-KEM
  std::vector<std::string_view> groups;
  for (const int32_t number : numbers) {
    const auto* group = std::find_if(std::begin(kGroups), std::end(kGroups),
                                     [&](const auto& known) { return known.first == number; });
    if (group == std::end(kGroups)) {
      return absl::InvalidArgumentError(fmt::format("unknown TLS curve {}", number));
    }
    if (!group->second.empty()) groups.push_back(group->second);
  }
  if (groups.empty() && !numbers.empty()) {
    return absl::InvalidArgumentError(
        "--tls-curve-preferences has no curve that this build supports; add 29 or 23");
  }
  return fmt::format("{}", fmt::join(groups, ":"));
}

}  // namespace

absl::StatusOr<TlsPolicy> ParseTlsPolicy(const std::string& min_version,
                                         const std::vector<std::string>& cipher_suites,
                                         const std::vector<int32_t>& curve_preferences) {
  const absl::StatusOr<int> version = ParseVersion(min_version);
  if (!version.ok()) return version.status();
  absl::StatusOr<std::string> ciphers = ParseCiphers(cipher_suites);
  if (!ciphers.ok()) return ciphers.status();
  absl::StatusOr<std::string> groups = ParseGroups(curve_preferences);
  if (!groups.ok()) return groups.status();
  // An empty list would be OpenSSL's own.
  const bool only_tls13 = !cipher_suites.empty() && ciphers->empty();
  return TlsPolicy{only_tls13 ? TLS1_3_VERSION : *version, *std::move(ciphers), *std::move(groups)};
}

absl::Status ApplyTlsPolicy(const TlsPolicy& policy, SSL_CTX* context) {
  const bool applied =
      SSL_CTX_set_min_proto_version(context, policy.min_version) == 1 &&
      (policy.cipher_list.empty() ||
       SSL_CTX_set_cipher_list(context, policy.cipher_list.c_str()) == 1) &&
      (policy.groups.empty() || SSL_CTX_set1_groups_list(context, policy.groups.c_str()) == 1);
  if (applied) return absl::OkStatus();
  return apiservice::OpenSslError(absl::StatusCode::kInvalidArgument,
                                  "the TLS version, suites or curves");
}

}  // namespace kubegauge::server
