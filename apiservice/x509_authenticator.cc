#include "apiservice/x509_authenticator.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/objects.h>

#include <algorithm>

namespace kubegauge::apiservice {
namespace {

constexpr const char* kUidAttribute = "1.3.6.1.4.1.57683.2";
constexpr const char* kCredentialIdKey = "authentication.kubernetes.io/credential-id";

using ObjectPtr = std::unique_ptr<ASN1_OBJECT, OpenSslDeleter<ASN1_OBJECT_free>>;

// Whether the value is UTF-8 already, as nearly all are.
bool IsAscii(const ASN1_STRING* value) {
  const int type = ASN1_STRING_type(value);
  if (type != V_ASN1_UTF8STRING && type != V_ASN1_PRINTABLESTRING) return false;
  const unsigned char* const bytes = ASN1_STRING_get0_data(value);
  return std::all_of(bytes, bytes + ASN1_STRING_length(value),
                     [](unsigned char c) { return c < 0x80; });
}

std::string ToUtf8(const ASN1_STRING* value) {
  if (IsAscii(value)) {
    return std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                       static_cast<size_t>(ASN1_STRING_length(value)));
  }
  unsigned char* text = nullptr;
  const int length = ASN1_STRING_to_UTF8(&text, value);
  if (length < 0) return {};
  std::string utf8(reinterpret_cast<char*>(text), static_cast<size_t>(length));
  OPENSSL_free(text);
  return utf8;
}

std::string CredentialId(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int length = 0;
  if (X509_digest(certificate, EVP_sha256(), digest.data(), &length) != 1) return {};
  return fmt::format("X509SHA256={:02x}", fmt::join(digest.begin(), digest.begin() + length, ""));
}

}  // namespace

std::string CommonNameOf(const X509* certificate) {
  const X509_NAME* subject = X509_get_subject_name(certificate);
  int last = -1;
  for (int i = -1; (i = X509_NAME_get_index_by_NID(subject, NID_commonName, i)) >= 0;) last = i;
  if (last < 0) return {};
  return ToUtf8(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, last)));
}

absl::StatusOr<UserInfo> UserOfCertificate(X509* certificate) {
  const ObjectPtr uid_attribute(OBJ_txt2obj(kUidAttribute, 1));
  UserInfo user;
  user.name = CommonNameOf(certificate);
  int uids = 0;
  const X509_NAME* subject = X509_get_subject_name(certificate);
  for (int i = 0; i < X509_NAME_entry_count(subject); ++i) {
    const X509_NAME_ENTRY* entry = X509_NAME_get_entry(subject, i);
    const ASN1_OBJECT* type = X509_NAME_ENTRY_get_object(entry);
    const ASN1_STRING* value = X509_NAME_ENTRY_get_data(entry);
    if (OBJ_obj2nid(type) == NID_organizationName) {
      user.groups.push_back(ToUtf8(value));
    } else if (OBJ_cmp(type, uid_attribute.get()) == 0) {
      user.uid = ToUtf8(value);
      ++uids;
    }
  }
  if (uids > 1) {
    return absl::UnauthenticatedError(
        fmt::format("x509: the client certificate's subject has {} UIDs instead of one", uids));
  }
  if (uids == 1 && user.uid.empty()) {
    return absl::UnauthenticatedError("x509: the UID of the client certificate's subject is empty");
  }
  user.extra.push_back({kCredentialIdKey, {CredentialId(certificate)}});
  return user;
}

X509Authenticator::X509Authenticator(const CertificateVerifier& verifier) : verifier_(verifier) {}

Authentication X509Authenticator::AuthenticateLocally(const Request& request) {
  if (request.client_certificate == nullptr || !verifier_.has_authorities()) return std::nullopt;
  absl::Status verified = verifier_.Verify(*request.client_certificate);
  if (!verified.ok()) return verified;
  X509* leaf = request.client_certificate->leaf();
  if (CommonNameOf(leaf).empty()) return std::nullopt;
  absl::StatusOr<UserInfo> user = UserOfCertificate(leaf);
  if (!user.ok()) return user.status();
  return *std::move(user);
}

}  // namespace kubegauge::apiservice
