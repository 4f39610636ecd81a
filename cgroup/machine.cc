#include "cgroup/machine.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "cgroup/proc.h"

namespace kubegauge::cgroup {
namespace {

namespace fs = std::filesystem;

std::string ReadText(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string ReadLine(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// What a shell leaves of a quoted word: the backslash before `"`, `$`, `` ` `` and itself is gone.
std::string Unquote(std::string_view word) {
  const bool is_quoted = word.size() >= 2 && word.front() == word.back() &&
                         (word.front() == '"' || word.front() == '\'');
  if (!is_quoted) return std::string(word);
  const bool has_escapes = word.front() == '"';
  word = word.substr(1, word.size() - 2);
  std::string plain;
  for (size_t i = 0; i < word.size(); ++i) {
    if (has_escapes && word[i] == '\\' && i + 1 < word.size()) ++i;
    plain.push_back(word[i]);
  }
  return plain;
}

// The file of /proc tells of the container that reads it, even where /proc is another machine's.
std::string ReadHostName(const fs::path& root) {
  std::string of_reader = ReadLine(root / "proc/sys/kernel/hostname");
  if (root == "/" && !of_reader.empty()) return of_reader;
  std::string of_root = ReadLine(root / "etc/hostname");
  return of_root.empty() ? of_reader : of_root;
}

// An absolute link is one within the root.
std::string ReadOsName(const fs::path& root) {
  fs::path path = "etc/os-release";
  std::error_code error;
  const fs::path target = fs::read_symlink(root / path, error);
  if (target.is_absolute()) path = target.relative_path();
  const std::string name = ParsePrettyName(ReadText(root / path));
  return name.empty() ? ParsePrettyName(ReadText(root / "usr/lib/os-release")) : name;
}

}  // namespace

std::string ParsePrettyName(std::string_view os_release) {
  constexpr std::string_view kKey = "PRETTY_NAME=";
  std::string name;
  while (!os_release.empty()) {
    const std::string_view line = os_release.substr(0, os_release.find('\n'));
    os_release.remove_prefix(std::min(line.size() + 1, os_release.size()));
    if (line.starts_with(kKey)) name = Unquote(line.substr(kKey.size()));
  }
  return name;
}

Machine ReadMachine(const std::string& root) {
  const fs::path base(root);
  Machine machine{.host_name = ReadHostName(base),
                  .kernel_release = ReadLine(base / "proc/sys/kernel/osrelease"),
                  .os_name = ReadOsName(base),
                  .machine_id = ReadLine(base / "etc/machine-id"),
                  .boot_id = ReadLine(base / "proc/sys/kernel/random/boot_id")};
  if (const auto memory = ReadMemInfo(root); memory.ok()) {
    machine.memory_bytes = memory->total_bytes;
  }
  if (const auto stat = ReadProcStat(root); stat.ok()) {
    machine.cpus = stat->cpus;
    machine.boot_time_ns = stat->boot_time_ns;
  }
  return machine;
}

}  // namespace kubegauge::cgroup
