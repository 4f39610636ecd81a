#include "kube/label_requirement.h"

#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <vector>

namespace kubegauge::kube {
namespace {

using enum LabelOperator;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string FaultOf(std::string key, LabelOperator op, std::vector<std::string> values) {
  const absl::Status status = Requirement::Create(std::move(key), op, std::move(values)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  return std::string(status.message());
}

TEST(Requirement, SortsValuesOnlyInItsText) {
  const absl::StatusOr<Requirement> requirement =
      Requirement::Create("x", kIn, {"c", "", "a", "c", "b"});
  ASSERT_TRUE(requirement.ok());
  EXPECT_THAT(requirement->values(), ElementsAre("c", "", "a", "c", "b"));
  EXPECT_EQ(requirement->ToString(), "x in (,a,b,c,c)");
}

TEST(Requirement, RejectsTheWrongNumberOfValues) {
  EXPECT_EQ(FaultOf("x", kIn, {}),
            "values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty");
  EXPECT_EQ(
      FaultOf("x", kEquals, {"foo", "bar"}),
      "values: Invalid value: [\"foo\",\"bar\"]: exact-match compatibility requires one single "
      "value");
  EXPECT_EQ(FaultOf("x", kExists, {"foo"}),
            "values: Invalid value: [\"foo\"]: values set must be empty for exists and does not "
            "exist");
  EXPECT_EQ(FaultOf("x", kGreaterThan, {}),
            "values: Invalid value: null: for 'Gt', 'Lt' operators, exactly one value is required");
}

TEST(Requirement, NamesTheBadKeyOrValue) {
  EXPECT_EQ(FaultOf("x", kLessThan, {"bar"}),
            "values[0]: Invalid value: \"bar\": for 'Gt', 'Lt' operators, the value must be an "
            "integer");
  EXPECT_EQ(FaultOf(std::string(254, 'a'), kExists, {}),
            "key: Invalid value: \"" + std::string(254, 'a') +
                "\": name part must be no more than 63 bytes");
  EXPECT_THAT(FaultOf("x17", kEquals, {"a b"}),
              StartsWith("values[0][x17]: Invalid value: \"a b\": a valid label must be an empty "
                         "string or consist of"));
}

TEST(Requirement, ListsAllFaultsInBrackets) {
  const std::string faults = FaultOf("x", kGreaterThan, {"-"});
  EXPECT_THAT(faults,
              StartsWith("[values[0]: Invalid value: \"-\": for 'Gt', 'Lt' operators, the "
                         "value must be an integer, values[0][x]: Invalid value: \"-\": a"));
  EXPECT_THAT(faults, HasSubstr("[A-Za-z0-9])?')]"));
}

TEST(Requirement, MatchesTheValueOfItsKey) {
  struct Row {
    LabelOperator op;
    std::vector<std::string> values;
    std::optional<std::string> value;
    bool matches;
  };
  const std::vector<Row> rows = {
      {kExists, {}, "", true},
      {kExists, {}, std::nullopt, false},
      {kDoesNotExist, {}, "", false},
      {kDoesNotExist, {}, std::nullopt, true},
      {kEquals, {"a"}, "a", true},
      {kEquals, {"a"}, "b", false},
      {kEquals, {""}, "", true},
      {kEquals, {""}, std::nullopt, false},
      {kDoubleEquals, {"a"}, "a", true},
      {kNotEquals, {"a"}, "a", false},
      {kNotEquals, {"a"}, "b", true},
      {kNotEquals, {"a"}, std::nullopt, true},
      {kIn, {"a", "b"}, "b", true},
      {kIn, {"a", "b"}, "c", false},
      {kIn, {"", "b"}, std::nullopt, false},
      {kNotIn, {"a", "b"}, "b", false},
      {kNotIn, {"a", "b"}, "c", true},
      {kNotIn, {""}, std::nullopt, true},
      {kGreaterThan, {"1"}, "2", true},
      {kGreaterThan, {"1"}, "1", false},
      {kGreaterThan, {"1"}, "v2", false},
      {kGreaterThan, {"1"}, "2.5", false},
      {kGreaterThan, {"1"}, "9223372036854775808", false},
      {kGreaterThan, {"9"}, "10", true},
      {kGreaterThan, {"1"}, std::nullopt, false},
      {kLessThan, {"1"}, "0", true},
      {kLessThan, {"1"}, "-5", true},
      {kLessThan, {"1"}, "1", false},
      {kLessThan, {"1"}, "", false},
  };
  for (const Row& row : rows) {
    const absl::StatusOr<Requirement> requirement = Requirement::Create("x", row.op, row.values);
    ASSERT_TRUE(requirement.ok()) << requirement.status();
    const std::string_view value = row.value ? std::string_view(*row.value) : std::string_view();
    EXPECT_EQ(requirement->Matches(value), row.matches)
        << requirement->ToString() << " on " << row.value.value_or("nothing");
  }
}

}  // namespace
}  // namespace kubegauge::kube
