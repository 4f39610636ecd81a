#include "apiservice/openssl.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <limits>
#include <string>

#include "kube/time_units.h"

namespace kubegauge::apiservice {
namespace {

absl::StatusOr<BioPtr> ReadOnlyBio(std::string_view text) {
  if (text.size() > static_cast<size_t>(std::numeric_limits<int>::max())) {
    return absl::InvalidArgumentError("the PEM text is longer than 2 GiB");
  }
  BioPtr bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  if (bio == nullptr) return OpenSslError(absl::StatusCode::kInternal, "reading a PEM text");
  return bio;
}

// Instead of OpenSSL's default, which asks at the terminal.
int RefusePassword(char*, int, int, void*) { return -1; }

}  // namespace

absl::Status OpenSslError(absl::StatusCode code, std::string_view context) {
  std::string message(context);
  std::string_view separator = ": ";
  while (const unsigned long error = ERR_get_error()) {
    const char* reason = ERR_reason_error_string(error);
    message.append(fmt::format("{}{}", separator,
                               reason != nullptr ? reason : fmt::format("error {:#x}", error)));
    separator = ", ";
  }
  return absl::Status(code, message);
}

absl::StatusOr<std::vector<X509Ptr>> ParseCertificates(std::string_view pem) {
  absl::StatusOr<BioPtr> bio = ReadOnlyBio(pem);
  if (!bio.ok()) return bio.status();
  std::vector<X509Ptr> certificates;
  ERR_clear_error();
  while (X509Ptr certificate{PEM_read_bio_X509(bio->get(), nullptr, RefusePassword, nullptr)}) {
    certificates.push_back(std::move(certificate));
  }
  const unsigned long error = ERR_peek_last_error();
  const bool at_end =
      ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
  if (!at_end) {
    return OpenSslError(absl::StatusCode::kInvalidArgument,
                        fmt::format("certificate {} of the PEM text", certificates.size() + 1));
  }
  ERR_clear_error();
  if (certificates.empty()) {
    return absl::InvalidArgumentError(
        "the PEM text has no certificate (no -----BEGIN CERTIFICATE----- block)");
  }
  return certificates;
}

absl::StatusOr<EvpKeyPtr> ParsePrivateKey(std::string_view pem) {
  absl::StatusOr<BioPtr> bio = ReadOnlyBio(pem);
  if (!bio.ok()) return bio.status();
  ERR_clear_error();
  EvpKeyPtr key(PEM_read_bio_PrivateKey(bio->get(), nullptr, RefusePassword, nullptr));
  if (key == nullptr) {
    return OpenSslError(absl::StatusCode::kInvalidArgument,
                        "the PEM text has no readable, unencrypted private key");
  }
  return key;
}

int64_t ToUnixNs(const ASN1_TIME* time) {
  constexpr int64_t kMaxSeconds = std::numeric_limits<int64_t>::max() / kube::kNsPerSecond;
  tm broken_down{};
  if (ASN1_TIME_to_tm(time, &broken_down) != 1) return 0;
  const int64_t seconds = timegm(&broken_down);
  if (seconds >= kMaxSeconds) return std::numeric_limits<int64_t>::max();
  if (seconds <= -kMaxSeconds) return std::numeric_limits<int64_t>::min();
  return seconds * kube::kNsPerSecond;
}

}  // namespace kubegauge::apiservice
