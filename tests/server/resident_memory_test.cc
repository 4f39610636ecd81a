#include "server/resident_memory.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "tests/fakes/manual_clock.h"
#include "tests/fakes/pending_sleeper.h"

namespace kubegauge::server {
namespace {

// Of this process, in KiB: "RssFile:" is what is mapped from files, "RssAnon:" what is not.
long ResidentKib(const std::string& kind) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(kind)) return std::atol(line.c_str() + kind.size());
  }
  return 0;
}

// Initialized when the program starts, in a segment that is only read from then on.
const std::string kConstant = std::to_string(42);
int variable = 7;

TEST(ResidentMemoryTest, UnmapsCodeAndChangesNothing) {
  variable = 8;
  const long before = ResidentKib("RssFile:");
  UnmapUnusedCode();
  EXPECT_LT(ResidentKib("RssFile:"), before / 2);
  EXPECT_EQ(variable, 8);
  EXPECT_EQ(kConstant, "42");
  EXPECT_EQ(std::stod("0.25"), 0.25);  // by code that was mapped from elsewhere before
}

TEST(ResidentMemoryTest, GivesBackFreePagesOfTheHeapBetweenThoseInUse) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer has a heap of its own";
#endif
  constexpr size_t kBlocks = 32 * 1024;
  std::vector<std::unique_ptr<char[]>> blocks(kBlocks);
  for (auto& block : blocks) block = std::make_unique<char[]>(1024);
  for (size_t i = 0; i < kBlocks; ++i) {
    if (i % 64 != 0) blocks[i].reset();
  }
  const long before = ResidentKib("RssAnon:");
  testing::ManualClock clock;
  testing::PendingSleeper sleeper(clock);
  boost::asio::io_context io;
  boost::asio::co_spawn(io, KeepResidentMemorySmall(sleeper), boost::asio::detached);
  io.poll();
  sleeper.PassToNext();
  io.restart();
  io.poll();
  EXPECT_LT(ResidentKib("RssAnon:"), before - 16 * 1024);
}

}  // namespace
}  // namespace kubegauge::server
