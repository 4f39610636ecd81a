// Holds the #include lines of every room to the table of who may include whom, and the tables of
// files in their README.md to the files that there are.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
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

std::string TextOf(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The headers that a README.md names, without their folders.
std::set<std::string> HeadersNamedIn(const fs::path& readme) {
  const std::regex quoted_header(R"re(`(?:\w+/)*(\w+\.h)`)re");
  const std::string text = TextOf(readme);
  std::set<std::string> names;
  for (std::sregex_iterator match(text.begin(), text.end(), quoted_header), end; match != end;
       ++match) {
    names.insert((*match)[1]);
  }
  return names;
}

TEST(Rooms, NameTheirHeadersInAReadme) {
  for (const auto& [room, allowed] : kMayInclude) {
    std::set<std::string> named;
    std::set<std::string> there;
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(SOURCE_DIR) / room)) {
      const fs::path& path = entry.path();
      if (path.extension() == ".h" && path.filename() != "pch.h") there.insert(path.filename());
      if (path.filename() == "README.md") named.merge(HeadersNamedIn(path));
    }
    for (const std::string& header : there) {
      EXPECT_TRUE(named.contains(header)) << room << "/README.md does not name " << header;
    }
    for (const std::string& header : named) {
      EXPECT_TRUE(there.contains(header)) << room << "/README.md names " << header;
    }
  }
}

}  // namespace
