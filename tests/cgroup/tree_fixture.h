#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace kubegauge::testing {

// A file or folder of a tree that a test writes down as a literal, beside what it expects of it.
struct Entry {
  std::string name;
  std::string text;             // of a file
  std::vector<Entry> children;  // of a folder
  bool is_folder = false;
};

inline Entry MakeFile(std::string name, std::string text) {
  return {.name = std::move(name), .text = std::move(text), .children = {}};
}

inline Entry MakeDir(std::string name, std::vector<Entry> children) {
  return {.name = std::move(name), .text = "", .children = std::move(children), .is_folder = true};
}

// A temporary folder that a test fills.
class TempTree {
 public:
  TempTree() {
    std::string path = (std::filesystem::temp_directory_path() / "kubegauge-XXXXXX").string();
    root_ = mkdtemp(path.data());
  }
  ~TempTree() {
    std::error_code error;
    std::filesystem::remove_all(root_, error);
  }
  TempTree(const TempTree&) = delete;
  TempTree& operator=(const TempTree&) = delete;

  std::string root() const { return root_.string(); }
  std::filesystem::path At(const std::string& path) const { return root_ / path; }

  // Adds entries under the folder `path`, which is made when it is missing.
  void Add(const std::string& path, const std::vector<Entry>& entries) {
    Materialize(At(path), entries);
  }
  // Writes one file whole, in place of what was there.
  void Write(const std::string& path, const std::string& text) {
    std::filesystem::create_directories(At(path).parent_path());
    std::ofstream(At(path), std::ios::binary | std::ios::trunc) << text;
  }
  void Remove(const std::string& path) { std::filesystem::remove_all(At(path)); }

  // Unpacks a recorded tree of testdata, with the times of its files.
  void Unpack(const std::string& archive) {
    const std::string command = "tar xzf " TESTDATA_DIR "/" + archive + " -C " + root();
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
  }

 private:
  static void Materialize(const std::filesystem::path& folder, const std::vector<Entry>& entries) {
    std::filesystem::create_directories(folder);
    for (const Entry& entry : entries) {
      if (entry.is_folder) {
        Materialize(folder / entry.name, entry.children);
      } else {
        std::ofstream(folder / entry.name, std::ios::binary) << entry.text;
      }
    }
  }

  std::filesystem::path root_;
};

// The files of one cgroup, as each version has them.
inline std::vector<Entry> V2Files(uint64_t cpu_us, uint64_t memory, uint64_t inactive_file,
                                  uint64_t swap = 0) {
  return {MakeFile("cgroup.events", "populated 1\nfrozen 0\n"),
          MakeFile("cpu.stat", "usage_usec " + std::to_string(cpu_us) +
                                   "\nuser_usec 0\nsystem_usec 0\nnr_periods 0\n"),
          MakeFile("memory.current", std::to_string(memory) + "\n"),
          MakeFile("memory.max", "max\n"),
          MakeFile("memory.stat", "anon 1\nfile 2\ninactive_anon 3\ninactive_file " +
                                      std::to_string(inactive_file) + "\npgfault 4\n"),
          MakeFile("memory.swap.current", std::to_string(swap) + "\n")};
}

}  // namespace kubegauge::testing
