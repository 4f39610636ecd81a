#include "server/standalone/credentials.h"

#include <fmt/format.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include "apiservice/authentication.h"
#include "apiservice/openssl.h"
#include "kube/time_units.h"

namespace kubegauge::server {
namespace {

using apiservice::CertificateAuthority;
using apiservice::KeyPairPem;

constexpr int64_t kDayNs = 24 * 3600 * kube::kNsPerSecond;
constexpr int64_t kRenewBeforeNs = 30 * kDayNs;
constexpr char kAuthorityName[] = "kubegauge-standalone-ca";
constexpr size_t kTokenBytes = 32;

// The two files of a key pair.
struct PairFiles {
  std::string_view certificate;
  std::string_view key;
};
constexpr PairFiles kAuthorityFiles = {"ca.crt", "ca.key"};
constexpr PairFiles kServingFiles = {"serving.crt", "serving.key"};
constexpr PairFiles kAdminFiles = {"admin.crt", "admin.key"};
constexpr std::string_view kTokenFile = "token";

absl::Status Damaged(const StateDir& state, std::string_view name, std::string_view reason) {
  return absl::DataLossError(
      fmt::format("{} is damaged ({}); delete {} to start with new credentials",
                  state.PathOf(name).native(), reason, state.path().native()));
}

// The pair, or nullopt when its certificate does not exist. The certificate is written last, so a
// key alone is what a start that was cut short left behind.
absl::StatusOr<std::optional<KeyPairPem>> ReadPair(const StateDir& state, const PairFiles& files) {
  auto certificate = state.Read(files.certificate);
  if (!certificate.ok()) return certificate.status();
  auto key = state.Read(files.key);
  if (!key.ok()) return key.status();
  if (!certificate->has_value()) return std::nullopt;
  return KeyPairPem{.certificate = **std::move(certificate),
                    .private_key = key->value_or(std::string())};
}

using Names = std::vector<std::string>;

absl::Status WritePair(const StateDir& state, const PairFiles& files, const KeyPairPem& pair,
                       Names& made) {
  if (absl::Status status = state.Write(files.key, pair.private_key); !status.ok()) return status;
  made.emplace_back(files.certificate);
  return state.Write(files.certificate, pair.certificate);
}

bool IsGoodFor(const KeyPairPem& pair, int64_t now_ns) {
  const absl::StatusOr<int64_t> not_after_ns = apiservice::NotAfterNs(pair.certificate);
  return not_after_ns.ok() && *not_after_ns - now_ns > kRenewBeforeNs;
}

absl::StatusOr<CertificateAuthority> LoadOrMakeAuthority(const StateDir& state, int64_t now_ns,
                                                         Names& made) {
  absl::StatusOr<std::optional<KeyPairPem>> kept = ReadPair(state, kAuthorityFiles);
  if (!kept.ok()) return kept.status();
  if (kept->has_value()) {
    if ((*kept)->private_key.empty()) return Damaged(state, kAuthorityFiles.key, "it is missing");
    absl::StatusOr<CertificateAuthority> authority = CertificateAuthority::FromPem(**kept);
    if (!authority.ok()) {
      return Damaged(state, kAuthorityFiles.certificate, std::string(authority.status().message()));
    }
    if (IsGoodFor(**kept, now_ns)) return authority;
  }
  absl::StatusOr<CertificateAuthority> authority =
      CertificateAuthority::Create(kAuthorityName, now_ns);
  if (!authority.ok()) return authority.status();
  absl::Status written = WritePair(state, kAuthorityFiles, authority->pem(), made);
  if (!written.ok()) return written;
  return authority;
}

using Issue = std::function<absl::StatusOr<KeyPairPem>()>;

absl::StatusOr<KeyPairPem> LoadOrIssueLeaf(const StateDir& state, const PairFiles& files,
                                           const KeyPairPem& authority,
                                           const apiservice::ServingIdentity& identity,
                                           int64_t now_ns, const Issue& issue, Names& made) {
  absl::StatusOr<std::optional<KeyPairPem>> kept = ReadPair(state, files);
  if (!kept.ok()) return kept.status();
  if (kept->has_value() && IsUsableLeaf(**kept, authority, identity, now_ns)) return **kept;
  absl::StatusOr<KeyPairPem> issued = issue();
  if (!issued.ok()) return issued.status();
  if (absl::Status status = WritePair(state, files, *issued, made); !status.ok()) return status;
  return issued;
}

bool IsToken(std::string_view text) {
  return text.size() == 2 * kTokenBytes && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

absl::Status LoadOrMakeToken(const StateDir& state, StandaloneCredentials& credentials) {
  absl::StatusOr<std::optional<std::string>> kept = state.Read(kTokenFile);
  if (!kept.ok()) return kept.status();
  std::string& token = credentials.token;
  if (kept->has_value()) {
    token = **kept;
    if (token.ends_with('\n')) token.pop_back();
    return IsToken(token) ? absl::OkStatus()
                          : Damaged(state, kTokenFile, "it is not 64 hexadecimal digits");
  }
  std::array<unsigned char, kTokenBytes> bytes{};
  if (RAND_bytes(bytes.data(), bytes.size()) != 1) {
    return apiservice::OpenSslError(absl::StatusCode::kUnavailable, "cannot make a random token");
  }
  for (const unsigned char byte : bytes) token.append(fmt::format("{:02x}", byte));
  credentials.made_files.emplace_back(kTokenFile);
  return state.Write(kTokenFile, token + '\n');
}

bool NamesAllOf(X509* certificate, const apiservice::ServingIdentity& identity) {
  const auto has_name = [&](const std::string& name) {
    return X509_check_host(certificate, name.data(), name.size(), 0, nullptr) == 1;
  };
  const auto has_address = [&](const std::string& address) {
    return X509_check_ip_asc(certificate, address.c_str(), 0) == 1;
  };
  return std::all_of(identity.dns_names.begin(), identity.dns_names.end(), has_name) &&
         std::all_of(identity.ip_addresses.begin(), identity.ip_addresses.end(), has_address);
}

}  // namespace

bool IsUsableLeaf(const KeyPairPem& pair, const KeyPairPem& authority,
                  const apiservice::ServingIdentity& identity, int64_t now_ns) {
  const auto leaf = apiservice::ParseCertificates(pair.certificate);
  const auto issuer = apiservice::ParseCertificates(authority.certificate);
  const auto key = apiservice::ParsePrivateKey(pair.private_key);
  if (!leaf.ok() || !issuer.ok() || !key.ok()) return false;
  X509* certificate = leaf->front().get();
  const bool sound = X509_check_private_key(certificate, key->get()) == 1 &&
                     X509_verify(certificate, X509_get0_pubkey(issuer->front().get())) == 1;
  return sound && NamesAllOf(certificate, identity) && IsGoodFor(pair, now_ns);
}

absl::StatusOr<StandaloneCredentials> LoadOrMakeCredentials(
    const StateDir& state, const apiservice::ServingIdentity& identity, int64_t now_ns) {
  StandaloneCredentials credentials;
  Names& made = credentials.made_files;
  const absl::StatusOr<CertificateAuthority> authority = LoadOrMakeAuthority(state, now_ns, made);
  if (!authority.ok()) return authority.status();
  credentials.authority = authority->pem();

  const auto issue_serving = [&] { return authority->IssueServing(identity, now_ns); };
  absl::StatusOr<KeyPairPem> serving = LoadOrIssueLeaf(state, kServingFiles, authority->pem(),
                                                       identity, now_ns, issue_serving, made);
  if (!serving.ok()) return serving.status();
  credentials.serving = *std::move(serving);

  const auto issue_admin = [&] {
    return authority->IssueClient(
        {.common_name = kAdminName, .organizations = {apiservice::kMastersGroup}}, now_ns);
  };
  absl::StatusOr<KeyPairPem> admin =
      LoadOrIssueLeaf(state, kAdminFiles, authority->pem(), {}, now_ns, issue_admin, made);
  if (!admin.ok()) return admin.status();
  credentials.admin = *std::move(admin);

  if (absl::Status status = LoadOrMakeToken(state, credentials); !status.ok()) return status;
  return credentials;
}

}  // namespace kubegauge::server
