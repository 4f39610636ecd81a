#include "server/flags/flag_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kubegauge::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Arguments = std::vector<std::string>;

struct Values {
  bool insecure = false;
  bool fair = true;
  std::string name = "box";
  std::string ip = "0.0.0.0";
  int64_t count = 7;
  uint16_t port = 443;
  int64_t timeout_ns = 10'000'000'000;
  double chance = 0;
  std::vector<std::string> types = {"A", "B"};
  std::vector<int32_t> curves;
};

FlagSet FlagsOf(Values& values) {
  FlagSet flags;
  flags.BeginSection("First flags");
  flags.Add("insecure", &values.insecure, "Be insecure.");
  flags.Add("fair", &values.fair, "Be fair.");
  flags.Add("name", &values.name, "A name.");
  flags.Abbreviate('n');
  flags.Add("count", &values.count, "A count.");
  flags.Abbreviate('v');
  flags.BeginSection("Second flags");
  flags.Add("port", &values.port, "A port.");
  flags.AddIp("ip", &values.ip, "An address.");
  flags.AddDuration("timeout", &values.timeout_ns, "A time.");
  flags.Add("chance", &values.chance, "A chance.");
  flags.Add("types", &values.types, "Types.");
  flags.Add("curves", &values.curves, "Curves.");
  flags.AddInert("audit", "string", "nobody audits.");
  flags.AddInert("profiling", "bool", "nobody profiles.", "true");
  flags.AddInert("size", "quantity", "nobody counts.");
  flags.AddInert("age", "duration", "nobody waits.", "5s");
  flags.AddInert("files", "uint", "nobody counts.");
  flags.AddInert("levels", "pattern=N,...", "nobody tells.");
  return flags;
}

Values Parse(const Arguments& arguments, Arguments* positional = nullptr) {
  Values values;
  const auto parsed = FlagsOf(values).Parse(arguments);
  EXPECT_TRUE(parsed.ok()) << parsed.status().ToString();
  if (positional != nullptr) *positional = parsed->positional;
  return values;
}

std::string ErrorOf(const Arguments& arguments) {
  Values values;
  const auto parsed = FlagsOf(values).Parse(arguments);
  return parsed.ok() ? "" : std::string(parsed.status().message());
}

TEST(FlagSet, TakesValuesBehindEqualsOrAsTheNextArgument) {
  EXPECT_EQ(Parse({"--name=a=b"}).name, "a=b");
  EXPECT_EQ(Parse({"--name", "--port"}).name, "--port");
  EXPECT_EQ(Parse({"--name="}).name, "");
  EXPECT_EQ(Parse({"--port=10250"}).port, 10250);
  EXPECT_EQ(Parse({"--count", "-3"}).count, -3);
  EXPECT_EQ(Parse({"--count=0x10"}).count, 16);
  EXPECT_EQ(Parse({"--timeout=1m30s"}).timeout_ns, 90'000'000'000);
  EXPECT_EQ(Parse({"--chance=0.01"}).chance, 0.01);
  EXPECT_EQ(Parse({"--ip=::1"}).ip, "::1");
}

TEST(FlagSet, LetsBooleansStandBare) {
  EXPECT_TRUE(Parse({"--insecure"}).insecure);
  EXPECT_FALSE(Parse({"--fair=false"}).fair);
  EXPECT_FALSE(Parse({"--fair=F"}).fair);
  Arguments positional;
  EXPECT_TRUE(Parse({"--insecure", "false"}, &positional).insecure);
  EXPECT_THAT(positional, ElementsAre("false"));
}

TEST(FlagSet, TakesAddressesAsGo) {
  EXPECT_EQ(Parse({"--ip= 1.2.3.4\t"}).ip, "1.2.3.4");
  EXPECT_EQ(Parse({"--ip="}).ip, "0.0.0.0") << "pflag leaves the default";
  EXPECT_EQ(ErrorOf({"--ip=::1%lo"}),
            R"(invalid argument "::1%lo" for "--ip" flag: failed to parse IP: "::1%lo")");
}

TEST(FlagSet, ReplacesTheDefaultOfAListAndThenAppends) {
  EXPECT_THAT(Parse({}).types, ElementsAre("A", "B"));
  EXPECT_THAT(Parse({"--types=X,Y", "--types", "Z"}).types, ElementsAre("X", "Y", "Z"));
  EXPECT_THAT(Parse({"--types="}).types, ElementsAre());
  EXPECT_THAT(Parse({R"(--types="a,b","say ""hi""")"}).types, ElementsAre("a,b", R"(say "hi")"));
  EXPECT_THAT(Parse({"--curves=29,0x17", "--curves=-1"}).curves, ElementsAre(29, 23, -1));
}

TEST(FlagSet, TakesLettersInEverySpelling) {
  EXPECT_EQ(Parse({"-n", "x"}).name, "x");
  EXPECT_EQ(Parse({"-nx"}).name, "x");
  EXPECT_EQ(Parse({"-n=x"}).name, "x");
  EXPECT_EQ(Parse({"-v4"}).count, 4);
}

TEST(FlagSet, EndsAtTwoDashes) {
  Arguments positional;
  EXPECT_EQ(Parse({"one", "--", "--name=x", "-"}, &positional).name, "box");
  EXPECT_THAT(positional, ElementsAre("one", "--name=x", "-"));
}

TEST(FlagSet, TakesInertFlagsWithAnyValueOfTheirType) {
  Arguments positional;
  Parse({"--audit", "x", "--audit=", "--profiling", "--profiling=F", "--size=1Ki", "--age=1m",
         "--levels=a=1,,b/*=2,", "--levels="},
        &positional);
  EXPECT_THAT(positional, ElementsAre());
}

TEST(FlagSet, RefusesInTheWordsOfPflag) {
  const struct {
    Arguments arguments;
    std::string message;
  } kCases[] = {
      {{"--no-such"}, "unknown flag: --no-such"},
      {{"--no-such=1"}, "unknown flag: --no-such"},
      {{"--NAME=x"}, "unknown flag: --NAME"},
      {{"-x"}, "unknown shorthand flag: 'x' in -x"},
      {{"-xy"}, "unknown shorthand flag: 'x' in -xy"},
      {{"--=x"}, "bad flag syntax: --=x"},
      {{"---name"}, "bad flag syntax: ---name"},
      {{"--name"}, "flag needs an argument: --name"},
      {{"-n"}, "flag needs an argument: 'n' in -n"},
      {{"--insecure=perhaps"},
       R"(invalid argument "perhaps" for "--insecure" flag: strconv.ParseBool: parsing "perhaps": )"
       "invalid syntax"},
      {{"--count=many"},
       R"(invalid argument "many" for "-v, --count" flag: strconv.ParseInt: parsing "many": )"
       "invalid syntax"},
      {{"--count=9223372036854775808"},
       R"(invalid argument "9223372036854775808" for "-v, --count" flag: strconv.ParseInt: )"
       R"(parsing "9223372036854775808": value out of range)"},
      {{"--port=65536"},
       R"(invalid argument "65536" for "--port" flag: must be between 0 and 65535)"},
      {{"--timeout=5"},
       R"(invalid argument "5" for "--timeout" flag: time: missing unit in duration "5")"},
      {{"--ip=localhost"},
       R"(invalid argument "localhost" for "--ip" flag: failed to parse IP: "localhost")"},
      {{"--chance=x"},
       R"(invalid argument "x" for "--chance" flag: strconv.ParseFloat: parsing "x": )"
       "invalid syntax"},
      {{"--profiling=maybe"},
       R"(invalid argument "maybe" for "--profiling" flag: strconv.ParseBool: parsing "maybe": )"
       "invalid syntax"},
      {{"--age=5"}, R"(invalid argument "5" for "--age" flag: time: missing unit in duration "5")"},
      {{"--files=-1"},
       R"(invalid argument "-1" for "--files" flag: strconv.ParseUint: parsing "-1": )"
       "invalid syntax"},
      {{"--curves=foo"},
       R"(invalid argument "foo" for "--curves" flag: strconv.ParseInt: parsing "foo": )"
       "invalid syntax"},
      {{"--curves="},
       R"(invalid argument "" for "--curves" flag: strconv.ParseInt: parsing "": invalid syntax)"},
      {{"--curves=29,x"},
       R"(invalid argument "29,x" for "--curves" flag: strconv.ParseInt: parsing "x": )"
       "invalid syntax"},
      {{"--curves=2147483648"},
       R"(invalid argument "2147483648" for "--curves" flag: strconv.ParseInt: parsing )"
       R"("2147483648": value out of range)"},
      {{"--levels=a"},
       R"(invalid argument "a" for "--levels" flag: "a" does not have the pattern=N format)"},
      {{"--levels==1"},
       R"(invalid argument "=1" for "--levels" flag: "=1" does not have the pattern=N format)"},
      {{"--levels=a=1,b=0x1"},
       R"(invalid argument "a=1,b=0x1" for "--levels" flag: parsing verbosity in "b=0x1": )"
       R"(strconv.ParseUint: parsing "0x1": invalid syntax)"},
      {{"--levels=a=2147483648"},
       R"(invalid argument "a=2147483648" for "--levels" flag: parsing verbosity in )"
       R"("a=2147483648": strconv.ParseUint: parsing "2147483648": value out of range)"},
      {{"--help=foo"},
       R"(invalid argument "foo" for "-h, --help" flag: strconv.ParseBool: parsing "foo": )"
       "invalid syntax"},
      {{"--help", "--no-such"}, "unknown flag: --no-such"},
      {{"-hxy"}, "unknown shorthand flag: 'x' in -xy"},
      {{"-hn"}, "flag needs an argument: 'n' in -n"},
      {{R"(--types="a)"},
       R"(invalid argument "\"a" for "--types" flag: parse error on line 1, column 3: )"
       R"(extraneous or missing " in quoted-field)"},
  };
  for (const auto& [arguments, message] : kCases) EXPECT_EQ(ErrorOf(arguments), message);
}

TEST(FlagSet, ShowsSectionsTypesAndDefaults) {
  Values values;
  const std::string help = FlagsOf(values).Help();
  EXPECT_THAT(help, HasSubstr("\nFirst flags:\n\n      --insecure      Be insecure.\n"));
  EXPECT_THAT(help, HasSubstr("      --fair          Be fair. (default true)\n"));
  EXPECT_THAT(help, HasSubstr("  -n, --name string   A name. (default \"box\")\n"));
  EXPECT_THAT(help, HasSubstr("--types strings          Types. (default [A,B])\n"));
  EXPECT_THAT(help, HasSubstr("--timeout duration       A time. (default 10s)\n"));
  EXPECT_THAT(help, HasSubstr("Accepted and has no effect: nobody audits.\n"));
  EXPECT_THAT(help, HasSubstr("Accepted and has no effect: nobody waits. (default 5s)\n"));
  EXPECT_THAT(help, HasSubstr("--curves int32Slice      Curves.\n"));
}

TEST(FlagSet, HelpsWhenAsked) {
  const struct {
    Arguments arguments;
    bool help;
  } kCases[] = {
      {{}, false},         {{"--help"}, true},        {{"-h", "--name=x"}, true},
      {{"-h=true"}, true}, {{"--help=false"}, false}, {{"-h", "-h=F"}, false},
  };
  for (const auto& [arguments, help] : kCases) {
    Values values;
    EXPECT_EQ(FlagsOf(values).Parse(arguments)->help, help) << ::testing::PrintToString(arguments);
  }
}

}  // namespace
}  // namespace kubegauge::server
