#include "kube/label_validation.h"

#include <gmock/gmock.h>

#include <string>

namespace kubegauge::kube {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The expected texts are written out, as the API's clients see them.
constexpr char kNameFault[] =
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end "
    "with "
    "an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
    "validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
constexpr char kPrefixFault[] =
    "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric "
    "characters, "
    "'-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex "
    "used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

const std::string k63(63, 'a');
const std::string k64(64, 'a');

TEST(LabelKeyFaults, AreNoneForValidKeys) {
  for (const std::string& key :
       {std::string("a"), std::string("A1"), std::string("simple"), std::string("now-with-dashes"),
        std::string("1-starts-with-num"), std::string("1234"), std::string("a_b.c--d"),
        std::string("example.com/Uppercase_Is_OK"), std::string("1.2.3.4/5678"),
        std::string("a--b.c/1"), std::string("app.kubernetes.io/name"), k63,
        std::string(253, 'a') + "/" + k63}) {
    EXPECT_THAT(LabelKeyFaults(key), IsEmpty()) << key;
  }
}

TEST(LabelKeyFaults, AreUpstreams) {
  for (const std::string& key :
       {std::string("-a"), std::string("a-"), std::string(".a"), std::string("a b"),
        std::string("a||b"), std::string("\xc3\xa9"), std::string("a\n")}) {
    EXPECT_THAT(LabelKeyFaults(key), ElementsAre(kNameFault)) << key;
  }
  EXPECT_THAT(LabelKeyFaults(""), ElementsAre("name part must be non-empty", kNameFault));
  EXPECT_THAT(LabelKeyFaults("a/"), ElementsAre("name part must be non-empty", kNameFault));
  EXPECT_THAT(LabelKeyFaults(k64), ElementsAre("name part must be no more than 63 bytes"));
  EXPECT_THAT(LabelKeyFaults("/a"), ElementsAre("prefix part must be non-empty"));
  EXPECT_THAT(LabelKeyFaults(std::string(254, 'a') + "/a"),
              ElementsAre("prefix part must be no more than 253 bytes"));
  for (const char* prefix : {"A", "a..b", ".a", "a.", "-a", "a-", "a.-b", "a-.b", "a_b"}) {
    EXPECT_THAT(LabelKeyFaults(std::string(prefix) + "/a"), ElementsAre(kPrefixFault)) << prefix;
  }
  EXPECT_THAT(LabelKeyFaults("A/-"), ElementsAre(kPrefixFault, kNameFault));
  EXPECT_THAT(
      LabelKeyFaults("a/b/c"),
      ElementsAre(
          "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and "
          "must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  "
          "or '123-abc', regex used for validation is "
          "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix "
          "and '/' (e.g. 'example.com/MyName')"));
}

TEST(LabelValueFaults, AreUpstreams) {
  constexpr char kFault[] =
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or "
      "'.', "
      "and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or "
      "'12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
  for (const std::string& value : {std::string(), std::string("a"), std::string("v1.2_3-X"), k63}) {
    EXPECT_THAT(LabelValueFaults(value), IsEmpty()) << value;
  }
  for (const char* value : {"-1", "a b", "_a", "a.", "a/b", "\xc3\xa9"}) {
    EXPECT_THAT(LabelValueFaults(value), ElementsAre(kFault)) << value;
  }
  EXPECT_THAT(LabelValueFaults(k64), ElementsAre("must be no more than 63 bytes"));
  EXPECT_THAT(LabelValueFaults(k64 + "-"), ElementsAre("must be no more than 63 bytes", kFault));
}

}  // namespace
}  // namespace kubegauge::kube
