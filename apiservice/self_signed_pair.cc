#include "apiservice/self_signed_pair.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/ip/address.hpp>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "kube/time_units.h"

namespace kubegauge::apiservice {
namespace {

constexpr mode_t kCertificateMode = 0644;
constexpr mode_t kKeyMode = 0600;

bool CanRead(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  ::close(file);
  return true;
}

absl::Status CannotWrite(const std::filesystem::path& path, int error) {
  return absl::FailedPreconditionError(
      fmt::format("cannot write {}: {}. Give --cert-dir a directory that can be written, or "
                  "--tls-cert-file and --tls-private-key-file",
                  path.string(), std::strerror(error)));
}

bool WriteAll(int file, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    content.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

// Beside its place and then renamed, so that nobody sees a half.
absl::Status WriteFile(const std::filesystem::path& path, std::string_view content, mode_t mode) {
  std::string name = path.string() + ".XXXXXX";
  const int file = ::mkostemp(name.data(), O_CLOEXEC);
  if (file < 0) return CannotWrite(path, errno);
  const bool is_written = WriteAll(file, content) && ::fchmod(file, mode) == 0;
  const int write_error = errno;
  const bool is_closed = ::close(file) == 0;
  if (is_written && is_closed && ::rename(name.c_str(), path.c_str()) == 0) return absl::OkStatus();
  const int error = is_written ? errno : write_error;
  ::unlink(name.c_str());
  return CannotWrite(path, error);
}

bool IsUnspecified(const std::string& address) {
  boost::system::error_code error;
  const auto parsed = boost::asio::ip::make_address(address, error);
  return address.empty() || (!error && parsed.is_unspecified());
}

absl::Status MissingHalf(const std::filesystem::path& path) {
  return absl::FailedPreconditionError(fmt::format(
      "error reading {}, certificate and key must be supplied as a pair", path.string()));
}

}  // namespace

absl::StatusOr<KeyPairPem> MakeSelfSignedPair(const std::string& bind_address, int64_t now_ns) {
  const int64_t now_seconds = now_ns / kube::kNsPerSecond;
  const absl::StatusOr<CertificateAuthority> authority =
      CertificateAuthority::Create(fmt::format("localhost-ca@{}", now_seconds), now_ns);
  if (!authority.ok()) return authority.status();
  ServingIdentity identity{.common_name = fmt::format("localhost@{}", now_seconds),
                           .dns_names = {"localhost"},
                           .ip_addresses = {"127.0.0.1"}};
  if (!IsUnspecified(bind_address) && bind_address != "127.0.0.1") {
    identity.ip_addresses.push_back(bind_address);
  }
  absl::StatusOr<KeyPairPem> pair = authority->IssueServing(identity, now_ns);
  if (!pair.ok()) return pair.status();
  pair->certificate.append(authority->pem().certificate);
  return pair;
}

absl::StatusOr<PairFiles> EnsureSelfSignedPair(const std::filesystem::path& directory,
                                               const std::string& bind_address, int64_t now_ns) {
  const PairFiles files{.certificate = directory / "apiserver.crt",
                        .key = directory / "apiserver.key"};
  const bool has_certificate = CanRead(files.certificate);
  const bool has_key = CanRead(files.key);
  if (has_certificate && has_key) return files;
  if (has_certificate) return MissingHalf(files.key);
  if (has_key) return MissingHalf(files.certificate);

  const absl::StatusOr<KeyPairPem> pair = MakeSelfSignedPair(bind_address, now_ns);
  if (!pair.ok()) return pair.status();
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) return CannotWrite(directory, error.value());
  absl::Status written = WriteFile(files.key, pair->private_key, kKeyMode);
  if (written.ok()) written = WriteFile(files.certificate, pair->certificate, kCertificateMode);
  if (!written.ok()) return written;
  return files;
}

}  // namespace kubegauge::apiservice
