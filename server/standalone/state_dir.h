#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/standalone/unique_fd.h"

namespace kubegauge::server {

// The directory where standalone keeps its certificates and token: mode 0700, its files 0600, each
// written as a whole or not at all. A marker file in it says whose it is and is locked for as long
// as the object lives, so two processes never share one. Not thread-safe.
//
// Errors are one line that says what to do: the directory cannot be made or read, belongs to
// another user, holds something else, is open to other users, or is in use.
class StateDir {
 public:
  // Opens `path`, making it and its parents when they do not exist; an empty directory is taken
  // over.
  static absl::StatusOr<StateDir> Open(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }  // absolute
  std::filesystem::path PathOf(std::string_view name) const { return path_ / name; }

  // The contents of a file, nullopt when there is none. An error when others may read it.
  absl::StatusOr<std::optional<std::string>> Read(std::string_view name) const;
  absl::Status Write(std::string_view name, std::string_view contents) const;

 private:
  StateDir(std::filesystem::path path, UniqueFd directory, UniqueFd marker);
  void RemoveLeftovers() const;

  std::filesystem::path path_;
  UniqueFd directory_;
  UniqueFd marker_;  // holds the lock
};

}  // namespace kubegauge::server
