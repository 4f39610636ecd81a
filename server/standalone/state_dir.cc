#include "server/standalone/state_dir.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

namespace kubegauge::server {
namespace {

constexpr char kMarkerName[] = ".kubegauge-standalone";
constexpr std::string_view kMarkerText = "kubegauge standalone state, format 1\n";
constexpr std::string_view kTemporaryPrefix = ".kubegauge-tmp-";
constexpr size_t kMaxStateFileBytes = 1 << 20;
constexpr mode_t kOpenToOthers = 077;

std::string ErrnoText(int error) { return std::generic_category().message(error); }

struct DirCloser {
  void operator()(DIR* directory) const { closedir(directory); }
};

absl::StatusOr<std::vector<std::string>> ListEntries(const UniqueFd& directory,
                                                     const std::filesystem::path& path) {
  const int fd = openat(directory.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, DirCloser> stream(fd < 0 ? nullptr : fdopendir(fd));
  if (stream == nullptr) {
    return absl::PermissionDeniedError(
        fmt::format("cannot list state directory {}: {}", path.native(), ErrnoText(errno)));
  }
  std::vector<std::string> names;
  while (const dirent* entry = readdir(stream.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  return names;
}

// Makes the directory private where it does not exist yet.
absl::Status Make(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  if (!error && (mkdir(path.c_str(), 0700) == 0 || errno == EEXIST)) return absl::OkStatus();
  return absl::PermissionDeniedError(
      fmt::format("cannot make state directory {}: {}; choose another with --state-dir",
                  path.native(), error ? error.message() : ErrnoText(errno)));
}

// Reads a descriptor to its end, at most kMaxStateFileBytes.
absl::StatusOr<std::string> ReadAll(int fd, std::string_view path) {
  std::string contents;
  char buffer[4096];
  while (contents.size() <= kMaxStateFileBytes) {
    const ssize_t size = ::read(fd, buffer, sizeof(buffer));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) {
      return absl::UnavailableError(fmt::format("cannot read {}: {}", path, ErrnoText(errno)));
    }
    if (size == 0) return contents;
    contents.append(buffer, static_cast<size_t>(size));
  }
  return absl::DataLossError(fmt::format("{} is larger than any file of kubegauge", path));
}

bool WriteAll(int fd, std::string_view contents) {
  while (!contents.empty()) {
    const ssize_t size = ::write(fd, contents.data(), contents.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return false;
    contents.remove_prefix(static_cast<size_t>(size));
  }
  return fsync(fd) == 0;
}

bool IsMarked(const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), kMarkerName) != names.end();
}

bool IsEmpty(const std::vector<std::string>& names) {
  return std::all_of(names.begin(), names.end(),
                     [](const std::string& name) { return name.starts_with(kTemporaryPrefix); });
}

// Checks owner and mode. A directory that is about to become ours is made private instead.
absl::Status CheckPrivate(const UniqueFd& directory, const std::filesystem::path& path,
                          bool is_ours) {
  struct stat info {};
  if (fstat(directory.get(), &info) != 0) {
    return absl::UnavailableError(
        fmt::format("cannot inspect state directory {}: {}", path.native(), ErrnoText(errno)));
  }
  if (info.st_uid != geteuid()) {
    return absl::PermissionDeniedError(
        fmt::format("state directory {} belongs to user {}, and this is user {}; choose another "
                    "with --state-dir",
                    path.native(), info.st_uid, geteuid()));
  }
  if ((info.st_mode & kOpenToOthers) == 0) return absl::OkStatus();
  if (!is_ours && fchmod(directory.get(), 0700) == 0) return absl::OkStatus();
  return absl::PermissionDeniedError(
      fmt::format("state directory {} is open to other users (mode {:04o}); run: chmod 700 {}",
                  path.native(), info.st_mode & 07777, path.native()));
}

absl::StatusOr<UniqueFd> LockMarker(const UniqueFd& directory, const std::filesystem::path& path) {
  UniqueFd marker(
      openat(directory.get(), kMarkerName, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  const std::string marker_path = (path / kMarkerName).native();
  if (!marker.valid()) {
    return absl::PermissionDeniedError(
        fmt::format("cannot open {}: {}", marker_path, ErrnoText(errno)));
  }
  if (flock(marker.get(), LOCK_EX | LOCK_NB) != 0) {
    return absl::UnavailableError(
        errno == EWOULDBLOCK
            ? fmt::format("state directory {} is in use by another kubegauge; stop it, or choose "
                          "another with --state-dir",
                          path.native())
            : fmt::format("cannot lock {}: {}", marker_path, ErrnoText(errno)));
  }
  absl::StatusOr<std::string> text = ReadAll(marker.get(), marker_path);
  if (!text.ok()) return text.status();
  // Empty: made a moment ago, here or by a process that died before it could write.
  if (text->empty() && !WriteAll(marker.get(), kMarkerText)) {
    return absl::UnavailableError(
        fmt::format("cannot write {}: {}", marker_path, ErrnoText(errno)));
  }
  if (!text->empty() && *text != kMarkerText) {
    return absl::FailedPreconditionError(
        fmt::format("state directory {} was written by another version of kubegauge; choose "
                    "another with --state-dir",
                    path.native()));
  }
  return marker;
}

}  // namespace

StateDir::StateDir(std::filesystem::path path, UniqueFd directory, UniqueFd marker)
    : path_(std::move(path)), directory_(std::move(directory)), marker_(std::move(marker)) {}

absl::StatusOr<StateDir> StateDir::Open(const std::filesystem::path& given_path) {
  std::error_code error;
  std::filesystem::path path = std::filesystem::absolute(given_path, error).lexically_normal();
  if (error) {
    return absl::InvalidArgumentError(
        fmt::format("cannot use state directory {}: {}", given_path.native(), error.message()));
  }
  if (!path.has_filename()) path = path.parent_path();
  if (absl::Status made = Make(path); !made.ok()) return made;
  UniqueFd directory(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.valid()) {
    return absl::PermissionDeniedError(
        fmt::format("cannot open state directory {}: {}; choose another with --state-dir",
                    path.native(), ErrnoText(errno)));
  }
  const absl::StatusOr<std::vector<std::string>> names = ListEntries(directory, path);
  if (!names.ok()) return names.status();
  if (!IsMarked(*names) && !IsEmpty(*names)) {
    return absl::FailedPreconditionError(
        fmt::format("{} is not a state directory of kubegauge and is not empty; choose another "
                    "with --state-dir",
                    path.native()));
  }
  if (absl::Status status = CheckPrivate(directory, path, IsMarked(*names)); !status.ok()) {
    return status;
  }
  absl::StatusOr<UniqueFd> marker = LockMarker(directory, path);
  if (!marker.ok()) return marker.status();
  StateDir state(std::move(path), std::move(directory), *std::move(marker));
  state.RemoveLeftovers();
  return state;
}

// What a process that died in the middle of a write left behind.
void StateDir::RemoveLeftovers() const {
  const absl::StatusOr<std::vector<std::string>> names = ListEntries(directory_, path_);
  if (!names.ok()) return;
  for (const std::string& name : *names) {
    if (name.starts_with(kTemporaryPrefix)) unlinkat(directory_.get(), name.c_str(), 0);
  }
}

absl::StatusOr<std::optional<std::string>> StateDir::Read(std::string_view name) const {
  const std::string path = PathOf(name).native();
  const UniqueFd file(openat(directory_.get(), std::string(name).c_str(),
                             O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.valid() && errno == ENOENT) return std::nullopt;
  struct stat info {};
  if (!file.valid() || fstat(file.get(), &info) != 0) {
    return absl::PermissionDeniedError(fmt::format("cannot read {}: {}", path, ErrnoText(errno)));
  }
  if (!S_ISREG(info.st_mode)) {
    return absl::FailedPreconditionError(fmt::format("{} is not a regular file; remove it", path));
  }
  if ((info.st_mode & kOpenToOthers) != 0 || info.st_uid != geteuid()) {
    return absl::PermissionDeniedError(
        fmt::format("{} can be read by other users (owner {}, mode {:04o}); when nobody did, run: "
                    "chmod 600 {}; "
                    "else delete {} to make new credentials",
                    path, info.st_uid, info.st_mode & 07777, path, path_.native()));
  }
  absl::StatusOr<std::string> contents = ReadAll(file.get(), path);
  if (!contents.ok()) return contents.status();
  return *std::move(contents);
}

absl::Status StateDir::Write(std::string_view name, std::string_view contents) const {
  const std::string temporary = fmt::format("{}{}", kTemporaryPrefix, name);
  unlinkat(directory_.get(), temporary.c_str(), 0);
  const UniqueFd file(openat(directory_.get(), temporary.c_str(),
                             O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  const bool written = file.valid() && WriteAll(file.get(), contents) &&
                       renameat(directory_.get(), temporary.c_str(), directory_.get(),
                                std::string(name).c_str()) == 0 &&
                       fsync(directory_.get()) == 0;
  if (written) return absl::OkStatus();
  const int error = errno;
  unlinkat(directory_.get(), temporary.c_str(), 0);
  return absl::UnavailableError(
      fmt::format("cannot write {}: {}", PathOf(name).native(), ErrnoText(error)));
}

}  // namespace kubegauge::server
