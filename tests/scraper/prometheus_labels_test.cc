#include "scraper/prometheus_labels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>
#include <utility>
#include <vector>

namespace kubegauge::scraper {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

std::vector<std::pair<std::string_view, std::string_view>> Read(std::string_view labels) {
  std::vector<std::pair<std::string_view, std::string_view>> read;
  PrometheusLabels walker(labels);
  for (std::string_view name, value; walker.Next(name, value);) read.emplace_back(name, value);
  return read;
}

TEST(PrometheusLabels, WalksOverNamesAndValues) {
  EXPECT_THAT(Read(""), IsEmpty());
  EXPECT_THAT(Read("{}"), IsEmpty());
  EXPECT_THAT(Read(R"({a="1",b_2=""})"), ElementsAre(Pair("a", "1"), Pair("b_2", "")));
  EXPECT_THAT(Read(R"({ a = "1" b="2", })"), ElementsAre(Pair("a", "1"), Pair("b", "2")));
  EXPECT_THAT(Read(R"({"a b"="1","metric",c="2"})"), ElementsAre(Pair("a b", "1"), Pair("c", "2")));
}

TEST(PrometheusLabels, ValuesHideLabels) {
  EXPECT_THAT(Read(R"({a=",b=\"1\",",c="\\"})"),
              ElementsAre(Pair("a", R"(,b=\"1\",)"), Pair("c", R"(\\)")));
}

}  // namespace
}  // namespace kubegauge::scraper
