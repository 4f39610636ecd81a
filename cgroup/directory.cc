#include "cgroup/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "cgroup/time_units.h"

namespace kubegauge::cgroup {
namespace {

constexpr size_t kListBufferBytes = size_t{32} << 10;
constexpr size_t kMaxNameBytes = 256;
// What is no file of a cgroup, such as a pipe, must not hold up a reading.
constexpr int kReadFlags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;

// As getdents64 gives it.
struct KernelEntry {
  uint64_t inode;
  int64_t offset;
  uint16_t length;
  uint8_t type;
  char name[];
};

absl::Status ErrnoStatus(int error, std::string_view path) {
  const std::string message = fmt::format("{}: {}", path, std::strerror(error));
  switch (error) {
    case ENOENT:
    case ENODEV:
    case ENOTDIR:
      return absl::NotFoundError(message);
    case EACCES:
    case EPERM:
      return absl::PermissionDeniedError(message);
    case EMFILE:
    case ENFILE:
      return absl::ResourceExhaustedError(
          fmt::format("{}; raise the limit of open files (ulimit -n)", message));
    case EOPNOTSUPP:
      return absl::UnimplementedError(message);
    default:
      return absl::UnavailableError(message);
  }
}

// A file name ended by a zero, as system calls want it, without an allocation.
class CName {
 public:
  explicit CName(std::string_view name) {
    const size_t size = std::min(name.size(), kMaxNameBytes - 1);
    std::copy_n(name.data(), size, text_.data());
    text_[size] = '\0';
  }
  const char* get() const { return text_.data(); }

 private:
  std::array<char, kMaxNameBytes> text_;
};

int64_t ToNs(const timespec& time) { return time.tv_sec * kNsPerSecond + time.tv_nsec; }

uint64_t DescriptorLimit() {
  rlimit limit{};
  return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : UINT64_MAX;
}

// Whether hardly any descriptors are left: the kernel gives the lowest free number.
bool IsAmongTheLast(int fd) {
  const uint64_t limit = DescriptorLimit();
  return static_cast<uint64_t>(fd) >= limit - Directory::SpareDescriptors(limit);
}

// Files are held to save system calls only, so they must not take what directories need.
bool IsInTheLowerHalf(int fd) { return static_cast<uint64_t>(fd) < DescriptorLimit() / 2; }

// Closes a descriptor at the end of a scope.
class Closer {
 public:
  explicit Closer(int fd) : fd_(fd) {}
  ~Closer() { close(fd_); }
  Closer(const Closer&) = delete;
  Closer& operator=(const Closer&) = delete;

 private:
  int fd_;
};

}  // namespace

absl::StatusOr<Directory> Directory::Open(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return ErrnoStatus(errno, path);
  return Hold(fd, path);
}

absl::StatusOr<Directory> Directory::OpenChild(std::string_view name) const {
  const int fd = openat(fd_, CName(name).get(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return ErrnoStatus(errno, PathOf(name));
  if (IsAmongTheLast(fd)) {
    close(fd);
    return ErrnoStatus(EMFILE, PathOf(name));
  }
  return Hold(fd, PathOf(name));
}

absl::StatusOr<Directory> Directory::Hold(int fd, std::string path) {
  struct stat status {};
  struct statfs file_system {};
  if (fstat(fd, &status) != 0 || fstatfs(fd, &file_system) != 0) {
    const int error = errno;
    close(fd);
    return ErrnoStatus(error, path);
  }
  const bool is_cgroup =
      file_system.f_type == CGROUP_SUPER_MAGIC || file_system.f_type == CGROUP2_SUPER_MAGIC;
  return Directory(fd, status.st_ino, is_cgroup, std::move(path));
}

Directory::Directory(Directory&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      inode_(other.inode_),
      keeps_files_open_(other.keeps_files_open_),
      path_(std::move(other.path_)),
      files_(std::exchange(other.files_, {})),
      absent_files_(std::exchange(other.absent_files_, {})) {}

Directory& Directory::operator=(Directory&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(inode_, other.inode_);
  std::swap(keeps_files_open_, other.keeps_files_open_);
  std::swap(path_, other.path_);
  std::swap(files_, other.files_);
  std::swap(absent_files_, other.absent_files_);
  return *this;
}

Directory::~Directory() {
  for (const HeldFile& file : files_) close(file.fd);
  if (fd_ >= 0) close(fd_);
}

absl::StatusOr<std::string_view> Directory::ReadFile(std::string_view name,
                                                     std::span<char> buffer) const {
  if (keeps_files_open_) return ReadAndKeepOpen(name, buffer);
  const int fd = openat(fd_, CName(name).get(), kReadFlags);
  if (fd < 0) return ErrnoStatus(errno, PathOf(name));
  const Closer closer(fd);
  return ReadDescriptor(fd, name, buffer);
}

absl::StatusOr<std::optional<std::string_view>> Directory::ReadFileIfPresent(
    std::string_view name, std::span<char> buffer) const {
  const auto absent = std::find_if(absent_files_.begin(), absent_files_.end(),
                                   [&](const AbsentFile& file) { return file.name == name; });
  const bool was_absent = absent != absent_files_.end();
  if (was_absent && --absent->readings_left > 0) return std::nullopt;
  const absl::StatusOr<std::string_view> text = ReadFile(name, buffer);
  const bool is_absent = absl::IsNotFound(text.status()) || absl::IsUnimplemented(text.status());
  if (is_absent && was_absent) {
    absent->readings_left = kReadingsAbsent;
  } else if (is_absent) {
    absent_files_.push_back({.name = std::string(name), .readings_left = kReadingsAbsent});
  } else if (was_absent) {
    absent_files_.erase(absent);
  }
  if (is_absent) return std::nullopt;
  if (!text.ok()) return text.status();
  return *text;
}

absl::StatusOr<std::string_view> Directory::ReadAndKeepOpen(std::string_view name,
                                                            std::span<char> buffer) const {
  const auto held = std::find_if(files_.begin(), files_.end(),
                                 [&](const HeldFile& file) { return file.name == name; });
  if (held != files_.end()) return ReadDescriptor(held->fd, name, buffer);
  const int fd = openat(fd_, CName(name).get(), kReadFlags);
  if (fd < 0) return ErrnoStatus(errno, PathOf(name));
  absl::StatusOr<std::string_view> text = ReadDescriptor(fd, name, buffer);
  if (text.ok() && files_.size() < kMaxHeldFiles && IsInTheLowerHalf(fd)) {
    files_.push_back({.name = std::string(name), .fd = fd});
  } else {
    close(fd);
  }
  return text;
}

absl::StatusOr<std::string_view> Directory::ReadDescriptor(int fd, std::string_view name,
                                                           std::span<char> buffer) const {
  size_t size = 0;
  while (size < buffer.size()) {
    const ssize_t got =
        pread(fd, buffer.data() + size, buffer.size() - size, static_cast<off_t>(size));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return ErrnoStatus(errno, PathOf(name));
    size += static_cast<size_t>(got);
    // Asking for the end of what came in one piece would double the calls.
    const bool is_whole = size > 0 && buffer[size - 1] == '\n';
    if (got == 0 || is_whole) return std::string_view(buffer.data(), size);
  }
  return absl::DataLossError(
      fmt::format("{}: is larger than {} bytes", PathOf(name), buffer.size()));
}

absl::Status Directory::List(absl::FunctionRef<void(const Entry&)> use) const {
  alignas(KernelEntry) std::array<char, kListBufferBytes> buffer;
  if (lseek(fd_, 0, SEEK_SET) < 0) return ErrnoStatus(errno, path_);
  while (true) {
    const int64_t size = syscall(SYS_getdents64, fd_, buffer.data(), buffer.size());
    if (size < 0) return ErrnoStatus(errno, path_);
    if (size == 0) return absl::OkStatus();
    for (int64_t offset = 0; offset < size;) {
      const auto* entry = reinterpret_cast<const KernelEntry*>(buffer.data() + offset);
      offset += entry->length;
      const std::string_view name(entry->name);
      if (name == "." || name == "..") continue;
      use({.name = name, .inode = entry->inode, .is_directory = entry->type == DT_DIR});
    }
  }
}

std::optional<Directory::Stamp> Directory::GetStamp() const {
  struct stat status {};
  if (fstat(fd_, &status) != 0 || status.st_nlink < 2) return std::nullopt;
  return Stamp{.links = status.st_nlink, .modified_ns = ToNs(status.st_mtim)};
}

int64_t Directory::CreationTimeNs(std::initializer_list<const char*> witnesses) const {
  struct stat status {};
  if (fstat(fd_, &status) != 0) return 0;
  int64_t created_ns = ToNs(status.st_mtim);
  for (const char* witness : witnesses) {
    if (fstatat(fd_, witness, &status, AT_SYMLINK_NOFOLLOW) == 0) {
      created_ns = std::min(created_ns, ToNs(status.st_mtim));
    }
  }
  return created_ns;
}

std::string Directory::PathOf(std::string_view file) const {
  return fmt::format("{}{}{}", path_, path_.ends_with('/') ? "" : "/", file);
}

}  // namespace kubegauge::cgroup
