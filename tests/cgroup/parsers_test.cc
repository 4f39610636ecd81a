// The kernel's texts: counters, flat keys, pressure, meminfo, stat.

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "cgroup/counters.h"
#include "cgroup/pressure.h"
#include "cgroup/proc.h"

namespace kubegauge::cgroup {
namespace {

TEST(ParseCounter, TakesOneNumberAndANewline) {
  EXPECT_EQ(*ParseCounter("0\n"), 0u);
  EXPECT_EQ(*ParseCounter("18446744073709551615\n"), UINT64_MAX);
  for (const char* bad : {"", "\n", "12", "max\n", "-1\n", "+1\n", "18446744073709551616\n",
                          "1 2\n", "12kB\n", "0x1f\n", "1.5\n", " 1\n", "1\n2\n"}) {
    EXPECT_EQ(ParseCounter(bad).status().code(), absl::StatusCode::kDataLoss) << bad;
  }
}

TEST(ParseFlatKeys, FindsWholeKeysInOnePass) {
  std::array<WantedKey, 3> keys{{{.key = "file"}, {.key = "inactive_file"}, {.key = "absent"}}};
  ASSERT_TRUE(ParseFlatKeys("anon 1\nfile_mapped 2\nfile 3\ninactive_file 4\nfile 5\n", keys).ok());
  EXPECT_EQ(keys[0].value, 3u);
  EXPECT_EQ(keys[1].value, 4u);
  EXPECT_EQ(keys[2].value, std::nullopt);
}

TEST(ParseFlatKeys, RefusesWhatIsNoNumberOrCutOff) {
  for (const char* bad : {"", "file max\n", "file -3\n", "file\nfile x\n", "file 12", "file 1 2\n",
                          "anon 1\nfi", "file 99999999999999999999\n"}) {
    std::array<WantedKey, 1> keys{{{.key = "file"}}};
    EXPECT_EQ(ParseFlatKeys(bad, keys).code(), absl::StatusCode::kDataLoss) << bad;
  }
}

TEST(CheckedMultiply, DoesNotWrap) {
  EXPECT_EQ(*CheckedMultiply(18'446'744'073'709'551, 1000), 18'446'744'073'709'551'000u);
  EXPECT_FALSE(CheckedMultiply(18'446'744'073'709'552, 1000).ok());
}

TEST(ParsePressure, ReadsBothLines) {
  const auto pressure = ParsePressure(
      "some avg10=1.50 avg60=0.07 avg300=100.00 total=123456\n"
      "full avg10=0.00 avg60=0.00 avg300=0.01 total=7\n");
  ASSERT_TRUE(pressure.ok()) << pressure.status();
  EXPECT_EQ(pressure->some.avg10_centipercent, 150u);
  EXPECT_EQ(pressure->some.avg60_centipercent, 7u);
  EXPECT_EQ(pressure->some.avg300_centipercent, 10'000u);
  EXPECT_EQ(pressure->some.total_us, 123'456u);
  EXPECT_EQ(pressure->full->avg300_centipercent, 1u);
}

TEST(ParsePressure, FullIsOptionalAndTheRestIsNot) {
  EXPECT_FALSE(ParsePressure("some avg10=0.00 avg60=0.00 avg300=0.00 total=1\n")->full.has_value());
  for (const char* bad :
       {"", "full avg10=0.00 avg60=0.00 avg300=0.00 total=1\n",
        "some avg10=0.00 avg60=0.00 avg300=0.00 total=1", "some avg10=0.00 avg60=0.00 total=1\n",
        "some avg10=x avg60=0.00 avg300=0.00 total=1\n",
        "some avg10=-1.00 avg60=0.00 avg300=0.00 total=1\n",
        "some avg10=0.00 avg60=0.00 avg300=0.00 total=-1\n"}) {
    EXPECT_FALSE(ParsePressure(bad).ok()) << bad;
  }
}

TEST(ParseMemInfo, CountsInBytes) {
  const auto info = ParseMemInfo(
      "MemTotal:        2048 kB\nMemFree:         1024 kB\nInactive(file):     4 kB\n"
      "SwapTotal:         10 kB\nSwapFree:           6 kB\n");
  ASSERT_TRUE(info.ok());
  EXPECT_EQ(info->total_bytes, 2048u * 1024);
  EXPECT_EQ(info->free_bytes, 1024u * 1024);
  EXPECT_EQ(info->inactive_file_bytes, 4096u);
  EXPECT_EQ(info->swap_total_bytes - info->swap_free_bytes, 4096u);
}

TEST(ParseMemInfo, RefusesNonsense) {
  for (const char* bad :
       {"", "MemTotal: lots\n", "MemTotal: 1 kB\nMemFree: 2 kB\n", "MemTotal: 9 kB\n",
        "MemTotal: 18014398509481984 kB\nMemFree: 1 kB\n", "MemTotal: -9 kB\nMemFree: 1 kB\n",
        "MemTotal: 9 kB\nMemFree: 1 kB\nSwapTotal: 5 kB\n"}) {
    EXPECT_FALSE(ParseMemInfo(bad).ok()) << bad;
  }
}

TEST(ParseProcStat, CountsBusyTimeProcessorsAndBoot) {
  const auto stat = ParseProcStat(
      "cpu  100 20 30 4000 500 6 7 8 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\ncpu1 1 1 1 1 1 1 1 1 0 0\n"
      "intr 5\nbtime 1700000000\n");
  ASSERT_TRUE(stat.ok());
  EXPECT_EQ(stat->busy_ns, (100 + 20 + 30 + 6 + 7 + 8) * 10'000'000u);
  EXPECT_EQ(stat->cpus, 2);
  EXPECT_EQ(stat->boot_time_ns, 1'700'000'000'000'000'000);
}

TEST(ParseProcStat, RefusesNonsense) {
  const std::string cpu = "cpu  1 1 1 1 1 1 1 1 0 0\n";
  EXPECT_TRUE(ParseProcStat(cpu).ok());
  for (const std::string& bad :
       {std::string(), std::string("cpu  1 2 3\n"), std::string("cpu0 1 1 1 1 1 1 1 1 0 0\n"),
        std::string("cpu  18446744073709551615 1 1 1 1 1 1 1 0 0\n"),
        std::string("cpu  1844674407370955162 0 0 0 0 0 0 0 0 0\n"), cpu + "btime \n",
        cpu + "btime 9223372037\n", cpu + "btime -1\n"}) {
    EXPECT_FALSE(ParseProcStat(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace kubegauge::cgroup
