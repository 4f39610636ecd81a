#include "kube/label_selector.h"

#include <gmock/gmock.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace kubegauge::kube {
namespace {

LabelSelector Parsed(std::string_view text) {
  absl::StatusOr<LabelSelector> selector = LabelSelector::Parse(text);
  EXPECT_TRUE(selector.ok()) << text << ": " << selector.status();
  return selector.ok() ? *std::move(selector) : LabelSelector();
}

TEST(LabelSelector, HasOneNormalText) {
  const std::vector<std::pair<std::string_view, std::string_view>> rows = {
      {"", ""},
      {" ", ""},
      {"x=a,y=b,z=c", "x=a,y=b,z=c"},
      {"x=a,a=x", "a=x,x=a"},
      {"x!=a,y=b", "x!=a,y=b"},
      {"x=", "x="},
      {"x= ,z= ", "x=,z="},
      {"!x", "!x"},
      {"! x", "!x"},
      {"x>1,z<5", "x>1,z<5"},
      {"x == a", "x==a"},
      {"\rx", "x"},
      {"a ", "a"},
      {"this-is-a-dns.domain.com/key-with-dash", "this-is-a-dns.domain.com/key-with-dash"},
      {"0.1.2.domain/99 notin (10.10.100.1, tick.tack.clock)",
       "0.1.2.domain/99 notin (10.10.100.1,tick.tack.clock)"},
      {"foo  in\t (so,what)", "foo in (so,what)"},
      {"x notin\n (abc)", "x notin (abc)"},
      {"x in (def,abc,def)", "x in (abc,def)"},
      {"x in (abc,)", "x in (,abc)"},
      {"x in ()", "x in ()"},
      {"x in (,)", "x in ()"},
      {"x notin ( )", "x notin ()"},
      {"x notin (, a)", "x notin (,a)"},
      {"x in (a,,a,,a,,a,,)", "x in (,a)"},
      {"x notin (abc,,def),bar,z in (),w", "bar,w,x notin (,abc,def),z in ()"},
      {"a in (x,y,notin, z,in)", "a in (in,notin,x,y,z)"},
      {"notin=in", "notin=in"},
      {"in in (in)", "in in (in)"},
      {"in,notin", "in,notin"},
      {"!in", "!in"},
      {"z!=a,z", "z!=a,z"},
      {"z,z!=a", "z,z!=a"},
  };
  for (const auto& [text, normal] : rows) {
    const LabelSelector selector = Parsed(text);
    EXPECT_EQ(selector.ToString(), normal) << text;
    EXPECT_EQ(Parsed(normal), selector) << text;
    EXPECT_EQ(selector.empty(), normal.empty()) << text;
  }
}

TEST(LabelSelector, RejectsWithUpstreamsText) {
  const std::string name_fault =
      "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end "
      "with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
      "validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
  const std::string value_fault =
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or "
      "'.', "
      "and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or "
      "'12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
  const std::string operators = "expected: in, notin, =, ==, !=, gt, lt";
  const std::vector<std::pair<std::string, std::string>> rows = {
      {",x,y", "found ',', expected: !, identifier, or 'end of string'"},
      {"(", "found '(', expected: !, identifier, or 'end of string'"},
      {"=a", "found '=', expected: !, identifier, or 'end of string'"},
      {"x,,y", "found ',', expected: identifier after ','"},
      {"a in (xyz),", "found '', expected: identifier after ','"},
      {"x=a,=", "found '=', expected: identifier after ','"},
      {"x==a==b", "found '==', expected: ',' or 'end of string'"},
      {"!x=a", "found '=', expected: ',' or 'end of string'"},
      {"a in (xyz)b notin ()", "found 'b', expected: ',' or 'end of string'"},
      {"!", "unable to parse requirement: found '', expected: identifier"},
      {"!!x", "unable to parse requirement: found '!', expected: identifier"},
      {"!=x", "found '!=', expected: !, identifier, or 'end of string'"},
      {"x nott in (y)", "unable to parse requirement: found 'nott', " + operators},
      {"a (", "unable to parse requirement: found '(', " + operators},
      {"x!", "unable to parse requirement: found '!', " + operators},
      {"a in", "unable to parse requirement: found '' expected: '('"},
      {"a in b", "unable to parse requirement: found 'b' expected: '('"},
      {"a notin(", "unable to parse requirement: found '', expected: ',', ')' or identifier"},
      {"a notin(=", "unable to parse requirement: found '=', expected: ',', ')' or identifier"},
      {"a in (xyz abc)", "unable to parse requirement: found 'abc', expected: ',' or ')'"},
      {"a in (xyz", "unable to parse requirement: found '', expected: ',' or ')'"},
      {"a in (b,=", "unable to parse requirement: found '=', expected: ',', or identifier"},
      {"a in (,", "unable to parse requirement: found '', expected: ',', or identifier"},
      {"x=(", "unable to parse requirement: found '(', expected: identifier"},
      {"x>",
       "unable to parse requirement: values[0]: Invalid value: \"\": for 'Gt', 'Lt' operators, "
       "the value must be an integer"},
      {"x<a",
       "unable to parse requirement: values[0]: Invalid value: \"a\": for 'Gt', 'Lt' operators, "
       "the value must be an integer"},
      {"x=a||y=b",
       "unable to parse requirement: values[0][x]: Invalid value: \"a||y\": " + value_fault},
      {"x=a\"b",
       "unable to parse requirement: values[0][x]: Invalid value: \"a\\\"b\": " + value_fault},
      {"~", "unable to parse requirement: <nil>: Invalid value: \"~\": " + name_fault},
      {"a,b/ in (c)",
       "unable to parse requirement: <nil>: Invalid value: \"b/\": name part must be "
       "non-empty; " +
           name_fault},
      {"x in (a,-,b,_)",
       "unable to parse requirement: [values[0][x]: Invalid value: \"-\": " + value_fault +
           ", values[1][x]: Invalid value: \"_\": " + value_fault + "]"},
  };
  for (const auto& [text, message] : rows) {
    const absl::Status status = LabelSelector::Parse(text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_EQ(std::string(status.message()), message) << text;
  }
}

TEST(LabelSelector, SelectsByAllRequirements) {
  struct Row {
    std::string_view selector;
    std::vector<Label> labels;
    bool matches;
  };
  const std::vector<Label> shop = {{"foo", "bar"}, {"baz", "blah"}};
  const std::vector<Row> rows = {
      {"", {{"x", "y"}}, true},
      {"x=y", {{"x", "y"}}, true},
      {"x=y,z=w", {{"x", "y"}, {"z", "w"}}, true},
      {"x!=y,z!=w", {{"x", "z"}, {"z", "a"}}, true},
      {"notin=in", {{"notin", "in"}}, true},
      {"x", {{"x", "z"}}, true},
      {"!x", {{"y", "z"}}, true},
      {"x>1", {{"x", "2"}}, true},
      {"x<1", {{"x", "0"}}, true},
      {"x=z", {}, false},
      {"x=y", {{"x", "z"}}, false},
      {"x=y,z=w", {{"x", "w"}, {"z", "w"}}, false},
      {"x!=y,z!=w", {{"x", "z"}, {"z", "w"}}, false},
      {"x", {{"y", "z"}}, false},
      {"!x", {{"x", "z"}}, false},
      {"x>1", {{"x", "0"}}, false},
      {"x<1", {{"x", "2"}}, false},
      {"foo=bar,baz=blah", shop, true},
      {"foo in (a,bar),baz notin (a)", shop, true},
      {"foo=blah", shop, false},
      {"foo=bar,foobar=bar,baz=blah", shop, false},
      {"x notin (),y", {{"y", ""}}, true},
      {"x notin (),!y", {{"y", ""}}, false},
      {"x in ()", {{"y", "baz"}}, false},
      {"y in ()", {{"y", ""}}, true},
  };
  for (const Row& row : rows) {
    const ObjectMetaRef object = ObjectMeta::Create("ns", "pod", row.labels);
    EXPECT_EQ(Parsed(row.selector).Matches(*object), row.matches) << row.selector;
  }
}

TEST(LabelSelector, MatchesAnyLookup) {
  const std::map<std::string, std::string, std::less<>> labels = {{"app", ""}};
  const auto find = [&](std::string_view key) {
    const auto found = labels.find(key);
    return found == labels.end() ? std::string_view() : std::string_view(found->second);
  };
  EXPECT_TRUE(Parsed("app,!tier").MatchesLabels(find));
  EXPECT_FALSE(Parsed("tier").MatchesLabels(find));
}

TEST(LabelSelector, ParsesBackWhatItWrites) {
  std::mt19937 random(3);
  const std::vector<std::string> words = {"a", "in", "notin", "x.io/y", "B-2", "7"};
  const auto word = [&] { return words[random() % words.size()]; };
  for (int i = 0; i < 20'000; ++i) {
    std::vector<Requirement> requirements;
    for (unsigned n = random() % 5; n > 0; --n) {
      const auto op = static_cast<LabelOperator>(random() % 9);
      std::set<std::string> values;
      for (unsigned m = random() % 4; m > 0; --m) values.insert(random() % 4 ? word() : "");
      absl::StatusOr<Requirement> requirement =
          Requirement::Create(word(), op, {values.begin(), values.end()});
      if (requirement.ok()) requirements.push_back(*std::move(requirement));
    }
    const LabelSelector selector(requirements);
    ASSERT_EQ(Parsed(selector.ToString()), selector) << selector.ToString();
  }
}

}  // namespace
}  // namespace kubegauge::kube
