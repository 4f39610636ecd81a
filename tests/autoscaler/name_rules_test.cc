#include "autoscaler/name_rules.h"

#include <gmock/gmock.h>

#include <string>

#include "hpa_manifests.h"

namespace kubegauge::autoscaler {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// The words are those of apimachinery's release branches.

TEST(NameRulesTest, LabelsTellOfDotsSince127) {
  EXPECT_THAT(DnsLabelFaults("a.b", 26),
              ElementsAre(StartsWith("a lowercase RFC 1123 label must")));
  EXPECT_THAT(DnsLabelFaults("a.b", 27), ElementsAre("must not contain dots"));
  EXPECT_THAT(DnsLabelFaults("a..b", 36),
              ElementsAre(StartsWith("a lowercase RFC 1123 label must")));
  EXPECT_THAT(DnsLabelFaults("a-b", 36), IsEmpty());
}

TEST(NameRulesTest, DnsNamesAreCountedInCharacters) {
  for (const int minor : {26, 34, 36}) {
    EXPECT_THAT(DnsLabelFaults(std::string(64, 'a'), minor),
                ElementsAre("must be no more than 63 characters"));
  }
  EXPECT_THAT(SubdomainFaults(std::string(254, 'a')),
              ElementsAre("must be no more than 253 characters"));
}

TEST(NameRulesTest, QualifiedNamesHaveNewWordsSince135) {
  const std::string long_name(64, 'a');
  EXPECT_THAT(QualifiedNameFaults(long_name, 34),
              ElementsAre("name part must be no more than 63 characters"));
  EXPECT_THAT(QualifiedNameFaults(long_name, 35),
              ElementsAre("name part must be no more than 63 bytes"));
  EXPECT_THAT(LabelValueFaultsOf(long_name, 34), ElementsAre("must be no more than 63 characters"));
  EXPECT_THAT(LabelValueFaultsOf(long_name, 35), ElementsAre("must be no more than 63 bytes"));
  EXPECT_THAT(QualifiedNameFaults("a/b/c", 34), ElementsAre(StartsWith("a qualified name must")));
  EXPECT_THAT(QualifiedNameFaults("a/b/c", 35), ElementsAre(StartsWith("a valid label key must")));
}

TEST(NameRulesTest, OwnersHaveNoIndexAndNewWordsSince134) {
  Json manifest = Manifest("");
  manifest["metadata"]["ownerReferences"] = Json::parse(R"([{"apiVersion":"v1","kind":"Pod",
      "name":"a","uid":"u"},{"apiVersion":"","kind":"Pod","name":""}])");
  const auto message = [&](int minor) {
    return MessageOf(AdmitCreate(manifest, {.rules = {.minor = minor}}));
  };
  const std::string version =
      "[metadata.ownerReferences.apiVersion: Invalid value: \"\": version must not be empty, ";
  EXPECT_EQ(message(33), version +
                             "metadata.ownerReferences.name: Invalid value: \"\": name must not be "
                             "empty, metadata.ownerReferences.uid: Invalid value: \"\": uid must "
                             "not be empty]");
  EXPECT_EQ(message(34), version +
                             "metadata.ownerReferences.name: Invalid value: \"\": must not be "
                             "empty, metadata.ownerReferences.uid: Invalid value: \"\": must not "
                             "be empty]");
}

// Whatever an owner left out is there in what upstream shows of it.
TEST(NameRulesTest, OwnersAreShownWithAllTheyHaveToSay) {
  Json manifest = Manifest("");
  manifest["metadata"]["ownerReferences"] =
      Json::parse(R"([{"uid":"u","kind":"Event","apiVersion":"v1","controller":false}])");
  EXPECT_THAT(MessageOf(AdmitCreate(manifest, {.rules = {.minor = 36}})),
              testing::HasSubstr(R"(Invalid value: {"apiVersion":"v1","kind":"Event","name":"",)"
                                 R"("uid":"u","controller":false}: /v1, Kind=Event is )"));
}

}  // namespace
}  // namespace kubegauge::autoscaler
