#include "kube/selector_object.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace kubegauge::kube {
namespace {

std::string Selected(std::string op, std::vector<std::string> values) {
  const SelectorObject object{
      .match_labels = {},
      .match_expressions = {{.key = "k", .op = std::move(op), .values = std::move(values)}}};
  const absl::StatusOr<LabelSelector> selector = ToLabelSelector(object);
  return selector.ok() ? selector->ToString() : std::string(selector.status().message());
}

// As what LabelSelectorAsSelector hands to NewRequirement: the values in the order of the object.
TEST(ToLabelSelector, TakesValuesAsTheObjectHasThem) {
  const std::string not_empty = ": values set must be empty for exists and does not exist";
  const std::string no_label =
      ": Invalid value: \"$x\": a valid label must be an empty string or consist of alphanumeric "
      "characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. "
      "'MyValue',  or 'my_value',  or '12345', regex used for validation is "
      "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
  struct Row {
    std::string op;
    std::vector<std::string> values;
    std::string text;
  };
  const Row rows[] = {
      {"In",
       {},
       "values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty"},
      {"In", {"b", "$x"}, "values[1][k]" + no_label},
      {"In", {"$x", "$x"}, "[values[0][k]" + no_label + ", values[1][k]" + no_label + "]"},
      {"Exists", {"b", "a"}, R"(values: Invalid value: ["b","a"])" + not_empty},
      {"DoesNotExist",
       {"<", "<"},
       R"([values: Invalid value: ["\u003c","\u003c"])" + not_empty + ", "},
      {"In", {"b", "a", "a"}, "k in (a,a,b)"},
      {"NotIn", {"b", "a"}, "k notin (a,b)"},
      {"Exists", {}, "k"},
      {"DoesNotExist", {}, "!k"},
      {"in", {"a"}, "\"in\" is not a valid label selector operator"},
  };
  for (const Row& row : rows) {
    const std::string text = Selected(row.op, row.values);
    // Rows that end in a comma are only of how the text begins.
    EXPECT_EQ(row.text.ends_with(", ") ? text.substr(0, row.text.size()) : text, row.text);
  }
}

TEST(ToLabelSelector, MatchesWhateverTheOrderOfValues) {
  const SelectorObject object{.match_labels = {},
                              .match_expressions = {{"k", "In", {"c", "a", "b", "a"}}}};
  const absl::StatusOr<LabelSelector> selector = ToLabelSelector(object);
  ASSERT_TRUE(selector.ok());
  for (const auto& [value, matches] :
       {std::pair{"a", true}, {"b", true}, {"c", true}, {"d", false}}) {
    EXPECT_EQ(selector->MatchesLabels([&](std::string_view) { return std::string_view(value); }),
              matches)
        << value;
  }
}

}  // namespace
}  // namespace kubegauge::kube
