#include "kube/curl_fields.h"

#include <gmock/gmock.h>

#include <string>
#include <utility>
#include <vector>

namespace kubegauge::kube {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> LinesOf(const curl_slist* list) {
  std::vector<std::string> lines;
  for (; list != nullptr; list = list->next) lines.emplace_back(list->data);
  return lines;
}

TEST(CurlFieldsTest, WritesLinesAsLibcurlReadsThem) {
  CurlFields fields;
  EXPECT_THAT(LinesOf(fields.ListBefore(nullptr)), IsEmpty());
  fields.Add("Accept", "application/json");
  fields.Add("X-Empty", "");
  fields.Omit("Expect");
  EXPECT_THAT(LinesOf(fields.ListBefore(nullptr)),
              ElementsAre("Accept: application/json", "X-Empty;", "Expect:"));
  EXPECT_TRUE(fields.sound());
}

TEST(CurlFieldsTest, StandsBeforeOthersEachTimeItIsFilledAnew) {
  CurlFields common;
  common.Add("User-Agent", "kubegauge");
  CurlFields own;
  for (const char* accept : {"application/json", "*/*"}) {
    own.Clear();
    own.Add("Accept", accept);
    EXPECT_THAT(LinesOf(own.ListBefore(common.ListBefore(nullptr))),
                ElementsAre(std::string("Accept: ") + accept, "User-Agent: kubegauge"));
  }
  own.Clear();
  EXPECT_THAT(LinesOf(own.ListBefore(common.ListBefore(nullptr))),
              ElementsAre("User-Agent: kubegauge"));
}

TEST(CurlFieldsTest, IsUnsoundUntilItIsCleared) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "x"}, {"A:", "x"}, {"A", "x\r\nB: y"}, {"A\n", "x"}, {"A", std::string("x\0y", 3)}};
  CurlFields fields;
  for (const auto& [name, value] : cases) {
    fields.Clear();
    EXPECT_TRUE(fields.sound());
    fields.Add(name, value);
    fields.Add("Accept", "*/*");
    EXPECT_FALSE(fields.sound()) << name << value;
  }
}

}  // namespace
}  // namespace kubegauge::kube
