#include "scraper/container_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "tests/scraper/sample_text.h"

namespace kubegauge::scraper {
namespace {

using kubegauge::testing::SampleText;

ContainerRow Row(std::string_view namespace_name, std::string_view pod, std::string_view container,
                 uint64_t cpu_ns) {
  return {.namespace_name = namespace_name,
          .pod = pod,
          .container = container,
          .point = {.timestamp_ns = 1, .cpu_ns = cpu_ns, .working_set_bytes = 1},
          .cpu_line = 1,
          .memory_line = 1};
}

std::string Order(ContainerRows& rows, const std::vector<ContainerRow>& added) {
  rows.Clear();
  for (const ContainerRow& row : added) rows.Add(row);
  Sample sample;
  rows.AppendTo(sample);
  return SampleText(sample);
}

TEST(ContainerRows, OrdersRowsWhateverTheirOrderWas) {
  std::vector<ContainerRow> added = {
      Row("a", "p", "c", 1), Row("a", "p", "d", 2), Row("a", "pp", "b", 3), Row("ab", "p", "a", 4),
      Row("b", "n", "c", 5), Row("b", "o", "c", 0), Row("b", "o", "d", 6),
  };
  const std::string expected =
      "a/p/c 0 1 1 1\n"
      "a/p/d 0 1 2 1\n"
      "a/pp/b 0 1 3 1\n"
      "ab/p/a 0 1 4 1\n"
      "b/n/c 0 1 5 1\n";
  std::mt19937 random(20240607);
  ContainerRows rows;
  for (int i = 0; i < 200; ++i) {
    std::shuffle(added.begin(), added.end(), random);
    ASSERT_EQ(Order(rows, added), expected);
    // The same order again, which it remembers.
    ASSERT_EQ(Order(rows, added), expected);
  }
  added.resize(1);
  EXPECT_EQ(Order(rows, {}), "");
  EXPECT_EQ(Order(rows, {Row("x", "y", "z", 9)}), "x/y/z 0 1 9 1\n");
}

TEST(ContainerRows, KeepsTheOrderOfEachNodeApart) {
  const std::vector<ContainerRow> one = {Row("b", "p", "c", 1), Row("a", "p", "c", 2)};
  const std::vector<ContainerRow> other = {Row("a", "p", "d", 3), Row("b", "p", "d", 4)};
  ContainerRows rows;
  ContainerRows::Order order_of_one;
  ContainerRows::Order order_of_other;
  for (int i = 0; i < 2; ++i) {
    rows.SwapOrder(order_of_one);
    EXPECT_EQ(Order(rows, one), "a/p/c 0 1 2 1\nb/p/c 0 1 1 1\n");
    rows.SwapOrder(order_of_one);
    rows.SwapOrder(order_of_other);
    EXPECT_EQ(Order(rows, other), "a/p/d 0 1 3 1\nb/p/d 0 1 4 1\n");
    rows.SwapOrder(order_of_other);
  }
  EXPECT_EQ(order_of_one, (ContainerRows::Order{1, 0}));
  EXPECT_EQ(order_of_other, (ContainerRows::Order{0, 1}));
}

// The figures of one container can stand in several rows, as its label sets differ.
TEST(ContainerRows, MergesEachFigureFromTheLastLineThatHasIt) {
  const ContainerRow cpu{.pod = "p", .point = {.timestamp_ns = 10, .cpu_ns = 1}, .cpu_line = 1};
  const ContainerRow memory{
      .pod = "p", .point = {.timestamp_ns = 20, .working_set_bytes = 2}, .memory_line = 2};
  const ContainerRow start{.pod = "p", .point = {.start_time_ns = 3}, .start_line = 3};
  const ContainerRow later_cpu{
      .pod = "p", .point = {.timestamp_ns = 40, .cpu_ns = 4}, .cpu_line = 4};
  ContainerRows rows;
  EXPECT_EQ(Order(rows, {start, memory, cpu}), "/p/ 3 20 1 2\n");
  EXPECT_EQ(Order(rows, {later_cpu, start, memory, cpu}), "/p/ 3 40 4 2\n");
}

}  // namespace
}  // namespace kubegauge::scraper
