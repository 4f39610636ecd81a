#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace kubegauge::testing {

// The content of a file of tests/testdata/.
inline std::string ReadTestdata(const std::string& name) {
  std::ifstream file(TESTDATA_DIR "/" + name, std::ios::binary);
  if (!file) throw std::runtime_error("no test data " + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace kubegauge::testing
