#include "tests/e2e/node_tree.h"

#include <cstdlib>
#include <stdexcept>

#include "tests/e2e/subprocess.h"

namespace kubegauge::testing {

namespace fs = std::filesystem;

TemporaryDirectory::TemporaryDirectory() {
  std::string pattern = (fs::temp_directory_path() / "kubegauge_e2e.XXXXXX").native();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp " + pattern);
  path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void UnpackRecordedNode(const fs::path& directory) {
  fs::create_directories(directory);
  const RunResult result =
      RunProgram({"tar", "-xzf", RECORDED_NODE_TREE, "-C", directory.native()});
  if (result.exit_code != 0) throw std::runtime_error("tar: " + result.err);
}

}  // namespace kubegauge::testing
