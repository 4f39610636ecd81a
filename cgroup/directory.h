#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"

namespace kubegauge::cgroup {

// A directory held by its descriptor: what is read through it is of this very directory, even when
// it was removed and another made under its name. Links are not followed below it. Not copyable.
class Directory {
 public:
  // Of so many descriptors that a program may have, how many OpenChild leaves to the rest of it:
  // connections, logs, and the one that reading what is already held needs.
  static constexpr uint64_t SpareDescriptors(uint64_t limit) {
    return std::min<uint64_t>(256, limit / 4);
  }

  static absl::StatusOr<Directory> Open(const std::string& path);
  absl::StatusOr<Directory> OpenChild(std::string_view name) const;

  Directory(Directory&& other) noexcept;
  Directory& operator=(Directory&& other) noexcept;
  ~Directory();

  // Reads a file of less than buffer.size() bytes; the text is a view into `buffer`. The message of
  // an error names the file.
  absl::StatusOr<std::string_view> ReadFile(std::string_view name, std::span<char> buffer) const;
  // The same of a file that not every kernel has: nothing where it is not there, or the kernel does
  // not support reading it. That is remembered, so that it costs nothing; every kReadingsAbsent
  // readings it is looked for again.
  absl::StatusOr<std::optional<std::string_view>> ReadFileIfPresent(std::string_view name,
                                                                    std::span<char> buffer) const;
  static constexpr int kReadingsAbsent = 64;

  struct Entry {
    std::string_view name;  // valid during the call only
    uint64_t inode;
    bool is_directory;
  };
  // Calls `use` with each entry but `.` and `..`, in no order.
  absl::Status List(absl::FunctionRef<void(const Entry&)> use) const;

  // Changes with the number of directories in it and, on ordinary file systems, with any entry.
  // Nothing for a file system that does not count.
  struct Stamp {
    uint64_t links = 0;
    int64_t modified_ns = 0;
    bool operator==(const Stamp&) const = default;
  };
  std::optional<Stamp> GetStamp() const;

  // Number that no other directory has while this one is held.
  uint64_t inode() const { return inode_; }
  // When it was made, as far as its times and those of `witnesses`, files in it, tell: their
  // minimum. The kernel makes these times anew when it had to forget the directory and its files
  // for want of memory, so it may be later than the truth, but never earlier.
  int64_t CreationTimeNs(std::initializer_list<const char*> witnesses) const;
  // The path that it was opened by, for messages.
  const std::string& path() const { return path_; }
  std::string PathOf(std::string_view file) const;

 private:
  struct HeldFile {
    std::string name;
    int fd = -1;
  };
  struct AbsentFile {
    std::string name;
    int readings_left = 0;
  };
  static constexpr size_t kMaxHeldFiles = 8;

  // Takes over `fd`.
  static absl::StatusOr<Directory> Hold(int fd, std::string path);
  Directory(int fd, uint64_t inode, bool keeps_files_open, std::string path)
      : fd_(fd), inode_(inode), keeps_files_open_(keeps_files_open), path_(std::move(path)) {}

  absl::StatusOr<std::string_view> ReadAndKeepOpen(std::string_view name,
                                                   std::span<char> buffer) const;
  absl::StatusOr<std::string_view> ReadDescriptor(int fd, std::string_view name,
                                                  std::span<char> buffer) const;

  int fd_ = -1;
  uint64_t inode_ = 0;
  bool keeps_files_open_ = false;
  std::string path_;
  mutable std::vector<HeldFile> files_;
  mutable std::vector<AbsentFile> absent_files_;
};

}  // namespace kubegauge::cgroup
