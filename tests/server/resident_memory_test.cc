#include "server/resident_memory.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>

namespace kubegauge::server {
namespace {

// Of this process, of what is mapped from files, in KiB.
long ResidentFileKib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("RssFile:")) return std::atol(line.c_str() + 8);
  }
  return 0;
}

// Initialized when the program starts, in a segment that is only read from then on.
const std::string kConstant = std::to_string(42);
int variable = 7;

TEST(ResidentMemoryTest, UnmapsCodeAndChangesNothing) {
  variable = 8;
  const long before = ResidentFileKib();
  UnmapUnusedCode();
  EXPECT_LT(ResidentFileKib(), before / 2);
  EXPECT_EQ(variable, 8);
  EXPECT_EQ(kConstant, "42");
  EXPECT_EQ(std::stod("0.25"), 0.25);  // by code that was mapped from elsewhere before
}

}  // namespace
}  // namespace kubegauge::server
