#include "server/standalone/objects/simulated_load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/temporary_directory.h"

namespace kubegauge::server {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kMillicore = 1'000'000;

TEST(SimulatedLoad, TellsTheDemandOfATime) {
  const struct {
    const char* load;
    int64_t seconds;
    int64_t millicores;
  } kCases[] = {
      {"constant:2500m", 0, 2500},
      {"constant:2500m", 100'000, 2500},
      {"constant:2", 5, 2000},
      {"constant:2", -1, 0},
      {"steps:0s=500m,60s=4000m,180s=500m", 0, 500},
      {"steps:0s=500m,60s=4000m,180s=500m", 59, 500},
      {"steps:0s=500m,60s=4000m,180s=500m", 60, 4000},
      {"steps:0s=500m,60s=4000m,180s=500m", 179, 4000},
      {"steps:0s=500m,60s=4000m,180s=500m", 10'000, 500},
      {"steps:1m=1", 59, 0},
      {"sine:min=1,max=3,period=40s", 0, 1000},
      {"sine:min=1,max=3,period=40s", 10, 2000},
      {"sine:min=1,max=3,period=40s", 20, 3000},
      {"sine:min=1,max=3,period=40s", 30, 2000},
      {"sine:period=40s,max=3,min=1", 80, 1000},
  };
  for (const auto& [text, seconds, millicores] : kCases) {
    const auto load = SimulatedLoad::Parse(text);
    ASSERT_TRUE(load.ok()) << text << load.status();
    EXPECT_EQ(load->DemandNanocores(seconds * kSecond), millicores * kMillicore)
        << text << " at " << seconds;
  }
}

TEST(SimulatedLoad, SaysWhatIsWrong) {
  const struct {
    const char* load;
    const char* message;
  } kCases[] = {
      {"", "a load is one of constant:CPU"},
      {"linear:1", "a load is one of constant:CPU"},
      {"constant:", "\"\" is not an amount of CPU"},
      {"constant:-1", "is not between 0 and a million cores"},
      {"constant:2000000", "is not between 0 and a million cores"},
      {"steps:", "there is no step"},
      {"steps:0s", "\"\" is not an amount of CPU"},
      {"steps:x=1", "\"x\" is not a duration"},
      {"steps:10s=1,10s=2", "the times have to grow"},
      {"sine:min=1,max=2", "wants min, max and period"},
      {"sine:min=3,max=2,period=1s", "min at most max"},
      {"sine:min=1,max=2,period=0s", "a period above 0"},
      {"sine:min=1,top=2,period=1s", "\"top\" is not min, max or period"},
      {"csv:", "the name of a file"},
      {"csv:/etc/passwd", "without a path"},
      {"csv:..", "without a path"},
      {"csv:a/b", "without a path"},
  };
  for (const auto& [text, message] : kCases) {
    const auto load = SimulatedLoad::Parse(text);
    ASSERT_FALSE(load.ok()) << text;
    EXPECT_THAT(std::string(load.status().message()), ::testing::HasSubstr(message)) << text;
  }
}

TEST(SimulatedLoad, ReadsCsv) {
  const auto load = SimulatedLoad::ParseCsv("seconds,millicores\n0,100\r\n30,2000\n\n60,50\n");
  ASSERT_TRUE(load.ok()) << load.status();
  EXPECT_EQ(load->DemandNanocores(29 * kSecond), 100 * kMillicore);
  EXPECT_EQ(load->DemandNanocores(30 * kSecond), 2000 * kMillicore);
  EXPECT_EQ(load->DemandNanocores(600 * kSecond), 50 * kMillicore);
  const auto message = [](const char* csv) {
    return std::string(SimulatedLoad::ParseCsv(csv).status().message());
  };
  EXPECT_EQ(message("0,1\n5;2\n"), "line 2: \"5;2\" is not seconds,millicores");
  EXPECT_EQ(message("0,1\n0,2\n"), "line 2: the times have to grow from step to step");
  EXPECT_EQ(message("0,-1\n"), "line 1: \"0,-1\" is not seconds,millicores");
  EXPECT_EQ(message(""), "there are no lines");
}

TEST(SimulatedLoad, ReadsFilesOfItsDirectoryOnly) {
  const testing::TemporaryDirectory loads;
  const std::filesystem::path& directory = loads.path();
  loads.Write("day.csv", "0,1500\n");
  std::filesystem::create_symlink("/etc/passwd", directory / "link.csv");
  const auto load = LoadSimulatedLoad("csv:day.csv", directory);
  ASSERT_TRUE(load.ok()) << load.status();
  EXPECT_EQ(load->DemandNanocores(kSecond), 1500 * kMillicore);
  EXPECT_FALSE(LoadSimulatedLoad("csv:link.csv", directory).ok());
  EXPECT_FALSE(LoadSimulatedLoad("csv:other.csv", directory).ok());
  EXPECT_THAT(std::string(LoadSimulatedLoad("csv:day.csv", "").status().message()),
              ::testing::HasSubstr("--simulated-load-dir"));
}

}  // namespace
}  // namespace kubegauge::server
