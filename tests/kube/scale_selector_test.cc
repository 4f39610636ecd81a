#include "kube/scale_selector.h"

#include <gmock/gmock.h>

namespace kubegauge::kube {
namespace {

TEST(ScaleSelectorTest, TakesApartAndPutsTogetherAgain) {
  const struct {
    const char* text;
    const char* normalized;
  } cases[] = {
      {"", ""},
      {"app=web", "app=web"},
      {"app==web", "app=web"},
      {"b=2,a=1", "a=1,b=2"},
      {"a=1,a=2", "a=2"},
      {"a=1,a==3,a=2", "a=2"},
      {"tier in (z,a,m)", "tier in (a,m,z)"},
      {"tier notin (z,a)", "tier notin (a,z)"},
      {"tier in (only)", "tier in (only)"},
      {"!gone,here", "!gone,here"},
      {"z,a=1,!m,k in (b,a)", "a=1,k in (a,b),!m,z"},
      {"app=", "app="},
      {" app = web , x in ( b , a ) ", "app=web,x in (a,b)"},
  };
  for (const auto& c : cases) {
    const absl::StatusOr<std::string> normalized = NormalizeSelector(c.text);
    ASSERT_TRUE(normalized.ok()) << c.text << ": " << normalized.status().ToString();
    EXPECT_EQ(*normalized, c.normalized) << c.text;
    EXPECT_EQ(*NormalizeSelector(*normalized), *normalized) << "the normal text is a fixed point";
  }
}

TEST(ScaleSelectorTest, RefusesInTheWordsOfUpstream) {
  const struct {
    const char* text;
    const char* error;
  } cases[] = {
      {"a>1", R"(failed to parse target selector: "gt" isn't supported in label selectors)"},
      {"a<1", R"(failed to parse target selector: "lt" isn't supported in label selectors)"},
      {"a!=1", R"(failed to parse target selector: "!=" is not a valid label selector operator)"},
      {"a=1,",
       "failed to parse target selector: couldn't parse the selector string \"a=1,\": "
       "found '', expected: identifier after ','"},
      {"=",
       "failed to parse target selector: couldn't parse the selector string \"=\": "
       "found '=', expected: !, identifier, or 'end of string'"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(std::string(NormalizeSelector(c.text).status().message()), c.error) << c.text;
  }
}

TEST(ScaleSelectorTest, LabelsAreASelectorToo) {
  using Labels = std::map<std::string, std::string>;
  EXPECT_EQ(*NormalizeSelector(Labels{{"b", "2"}, {"a", "1"}}), "a=1,b=2");
  EXPECT_EQ(*NormalizeSelector(Labels{}), "");
  EXPECT_THAT(std::string(NormalizeSelector(Labels{{"-", ""}}).status().message()),
              ::testing::StartsWith("invalid label selector: key: Invalid value: \"-\": "));
}

}  // namespace
}  // namespace kubegauge::kube
