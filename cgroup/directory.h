#pragma once

#include <cstdint>
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
  // Descriptors that OpenChild leaves to the rest of the program when they run out, among them the
  // one that reading what is already held needs.
  static constexpr int kSpareDescriptors = 32;

  static absl::StatusOr<Directory> Open(const std::string& path);
  absl::StatusOr<Directory> OpenChild(std::string_view name) const;

  Directory(Directory&& other) noexcept;
  Directory& operator=(Directory&& other) noexcept;
  ~Directory();

  // Reads a file of at most buffer.size() - 1 bytes; the text is a view into `buffer`. The message
  // of an error names the file.
  absl::StatusOr<std::string_view> ReadFile(std::string_view name, std::span<char> buffer) const;
  // Where the link `name` points; an error for anything else.
  absl::StatusOr<std::string> ReadLink(std::string_view name) const;

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
  // When it was made, as far as its times and those of `witness`, a file in it, tell: their
  // minimum.
  int64_t CreationTimeNs(std::string_view witness) const;
  // The path that it was opened by, for messages.
  const std::string& path() const { return path_; }
  std::string PathOf(std::string_view file) const;

 private:
  struct HeldFile {
    std::string name;
    int fd = -1;
  };
  static constexpr size_t kMaxHeldFiles = 4;

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
};

}  // namespace kubegauge::cgroup
