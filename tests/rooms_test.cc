// Holds the #include lines of every room to the table of who may include whom.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>

namespace {

namespace fs = std::filesystem;

const std::map<std::string, std::set<std::string>> kMayInclude = {
    {"cgroup", {}},
    {"kube", {}},
    {"scraper", {"cgroup", "kube"}},
    {"apiservice", {"scraper", "kube"}},
    {"autoscaler", {"kube"}},
    {"server", {"cgroup", "kube", "scraper", "apiservice", "autoscaler"}},
};

bool IsSource(const fs::path& path) {
  return path.extension() == ".cc" || path.extension() == ".h";
}

TEST(Rooms, IncludeOnlyWhatTheirRowAllows) {
  const std::regex quoted_include(R"re(^\s*#\s*include\s*"([^"/]+)/[^"]*")re");
  int includes_seen = 0;
  for (const auto& [room, allowed] : kMayInclude) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(SOURCE_DIR) / room)) {
      if (!IsSource(entry.path())) continue;
      std::ifstream file(entry.path());
      int line_number = 0;
      for (std::string line; std::getline(file, line);) {
        ++line_number;
        std::smatch match;
        if (!std::regex_search(line, match, quoted_include)) continue;
        const std::string included = match[1];
        // cmake/pch.h has headers of libraries only.
        if (included == "absl" || included == "cmake") continue;
        ++includes_seen;
        EXPECT_TRUE(included == room || allowed.contains(included))
            << entry.path().string() << ":" << line_number << ": " << room << "/ must not include "
            << included << "/";
      }
    }
  }
  EXPECT_GT(includes_seen, 20) << "the test no longer finds the sources";
}

}  // namespace
