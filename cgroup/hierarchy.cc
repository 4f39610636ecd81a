#include "cgroup/hierarchy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

namespace kubegauge::cgroup {
namespace {

namespace fs = std::filesystem;

std::string Under(const std::string& root, std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  return fmt::format("{}{}{}", root, root.ends_with('/') ? "" : "/", path);
}

// Blanks and backslashes of paths stand as octal escapes.
std::string Unescape(std::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto is_octal = [&](size_t at) { return text[at] >= '0' && text[at] <= '7'; };
    if (text[i] == '\\' && i + 3 < text.size() && is_octal(i + 1) && is_octal(i + 2) &&
        is_octal(i + 3)) {
      plain.push_back(static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 +
                                        (text[i + 3] - '0')));
      i += 3;
    } else {
      plain.push_back(text[i]);
    }
  }
  return plain;
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<Mount> ParseMount(std::string_view line) {
  constexpr size_t kRoot = 3;
  constexpr size_t kMountPoint = 4;
  const std::vector<std::string_view> fields = Split(line, ' ');
  const auto separator = std::find(fields.begin(), fields.end(), "-");
  if (fields.size() <= kMountPoint || fields.end() - separator < 4) return std::nullopt;
  return Mount{.mount_point = Unescape(fields[kMountPoint]),
               .root = Unescape(fields[kRoot]),
               .type = std::string(separator[1]),
               .super_options = std::string(separator[3])};
}

bool HasController(const Mount& mount, std::string_view controller) {
  const auto options = Split(mount.super_options, ',');
  return std::find(options.begin(), options.end(), controller) != options.end();
}

// The mount of a v1 controller; of several the one that shows the whole hierarchy.
const Mount* FindController(const std::vector<Mount>& mounts, std::string_view controller) {
  const Mount* found = nullptr;
  for (const Mount& mount : mounts) {
    if (mount.type != "cgroup" || !HasController(mount, controller)) continue;
    if (found == nullptr || (found->root != "/" && mount.root == "/")) found = &mount;
  }
  return found;
}

const Mount* FindUnified(const std::vector<Mount>& mounts) {
  const Mount* found = nullptr;
  for (const Mount& mount : mounts) {
    if (mount.type != "cgroup2") continue;
    if (found == nullptr || mount.mount_point == "/sys/fs/cgroup") found = &mount;
  }
  return found;
}

std::string ReadAll(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool Exists(const Hierarchy& hierarchy) {
  std::error_code error;
  return fs::is_directory(hierarchy.cpu_path, error) &&
         fs::is_directory(hierarchy.memory_path, error);
}

std::optional<Hierarchy> FindHierarchy(const std::string& root, const std::vector<Mount>& mounts) {
  const Mount* cpu = FindController(mounts, "cpuacct");
  const Mount* memory = FindController(mounts, "memory");
  const Mount* unified = FindUnified(mounts);
  Hierarchy found;
  if (cpu != nullptr && memory != nullptr) {
    found = {Version::kV1, Under(root, cpu->mount_point), Under(root, memory->mount_point)};
  } else if (unified != nullptr) {
    const std::string path = Under(root, unified->mount_point);
    found = {Version::kV2, path, path};
  }
  return Exists(found) ? std::optional(found) : std::nullopt;
}

// The mounts under a root such as /host, by their paths in it. All as they stand where none lies
// there: then the list was made inside of it.
std::vector<Mount> Inside(const std::string& root, const std::vector<Mount>& mounts) {
  const std::string prefix = Under(root, "");
  std::vector<Mount> inside;
  for (const Mount& mount : mounts) {
    if (!mount.mount_point.starts_with(prefix)) continue;
    inside.push_back(mount);
    inside.back().mount_point.erase(0, prefix.size() - 1);
  }
  return inside.empty() ? mounts : inside;
}

std::optional<Hierarchy> FromMounts(const std::string& root) {
  if (root != "/") {
    const auto of_init = ParseMountInfo(ReadAll(Under(root, "proc/1/mountinfo")));
    if (auto hierarchy = FindHierarchy(root, of_init)) return hierarchy;
  }
  // Under a root such as /host this is the view from our own container still.
  const auto of_self = ParseMountInfo(ReadAll(Under(root, "proc/self/mountinfo")));
  return FindHierarchy(root, Inside(root, of_self));
}

std::optional<std::string> FirstFolder(const std::string& base,
                                       std::initializer_list<const char*> names) {
  for (const char* name : names) {
    std::error_code error;
    std::string path = Under(base, name);
    if (fs::is_directory(path, error)) return path;
  }
  return std::nullopt;
}

std::optional<Hierarchy> FromConventions(const std::string& root) {
  const std::string base = Under(root, "sys/fs/cgroup");
  std::error_code error;
  if (fs::exists(Under(base, "cgroup.controllers"), error)) {
    return Hierarchy{Version::kV2, base, base};
  }
  const auto cpu = FirstFolder(base, {"cpuacct", "cpu,cpuacct", "cpuacct,cpu"});
  const auto memory = FirstFolder(base, {"memory"});
  if (!cpu || !memory) return std::nullopt;
  return Hierarchy{Version::kV1, *cpu, *memory};
}

}  // namespace

std::vector<Mount> ParseMountInfo(std::string_view text) {
  std::vector<Mount> mounts;
  for (const std::string_view line : Split(text, '\n')) {
    if (auto mount = ParseMount(line)) mounts.push_back(*std::move(mount));
  }
  return mounts;
}

absl::StatusOr<Hierarchy> DetectHierarchy(const std::string& root) {
  if (const auto hierarchy = FromMounts(root)) return *hierarchy;
  if (const auto hierarchy = FromConventions(root)) return *hierarchy;
  return absl::FailedPreconditionError(
      fmt::format("no cgroups under {}: neither a v2 tree nor the v1 controllers cpuacct and "
                  "memory are mounted "
                  "(in a container, mount the host's /sys/fs/cgroup)",
                  Under(root, "sys/fs/cgroup")));
}

}  // namespace kubegauge::cgroup
