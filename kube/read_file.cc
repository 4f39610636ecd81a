#include "kube/read_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace kubegauge::kube {
namespace {

constexpr size_t kPartBytes = 16 * 1024;

absl::Status FileError(const std::filesystem::path& path, int error) {
  std::string text = fmt::format("cannot read {}: {}", path.string(), std::strerror(error));
  if (error == ENOENT || error == ENOTDIR) return absl::NotFoundError(text);
  if (error == EACCES || error == EPERM) return absl::PermissionDeniedError(text);
  return absl::FailedPreconditionError(text);
}

absl::StatusOr<std::string> ReadAll(int fd, const std::filesystem::path& path, size_t max_bytes) {
  std::string contents;
  while (true) {
    const size_t have = contents.size();
    contents.resize(have + std::min(kPartBytes, max_bytes - have + 1));
    const ssize_t got = ::read(fd, contents.data() + have, contents.size() - have);
    if (got < 0 && errno != EINTR) return FileError(path, errno);
    contents.resize(have + static_cast<size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) return contents;
    if (contents.size() > max_bytes) {
      return absl::ResourceExhaustedError(
          fmt::format("{} is larger than {} bytes", path.string(), max_bytes));
    }
  }
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::filesystem::path& path, size_t max_bytes) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return FileError(path, errno);
  absl::StatusOr<std::string> contents = ReadAll(fd, path, max_bytes);
  ::close(fd);
  return contents;
}

}  // namespace kubegauge::kube
