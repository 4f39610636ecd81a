#include <gmock/gmock.h>

#include <string>

#include "autoscaler/hpa_admission.h"
#include "server/replay/line_source.h"
#include "server/validate/answer.h"
#include "server/validate/manifests.h"

namespace kubegauge::server {
namespace {

using autoscaler::Json;

// Recorded answers of a real kube-apiserver 1.26, which stores HPAs in autoscaling/v1.
TEST(ValidationVectorsTest, EveryAnswerIsTheRecordedOne) {
  const auto lines = replay::LineSource::Open(TESTDATA_DIR "/vectors/hpa-validation.jsonl.xz");
  ASSERT_TRUE(lines.ok()) << lines.status();
  const autoscaler::AdmissionOptions admission = AdmissionOf(26, true);
  size_t records = 0;
  for (;;) {
    const auto line = (*lines)->Next();
    ASSERT_TRUE(line.ok()) << line.status();
    if (!*line) break;
    const Json record = Json::parse(**line);
    const Json& manifest = record["manifest"];
    const Json answer =
        AnswerJson(manifest, autoscaler::AdmitCreate(manifest, admission), admission.rules);
    for (const char* member : {"status", "reason", "message", "stored", "annotations"}) {
      EXPECT_EQ(answer.value(member, Json()), record.value(member, Json()))
          << member << " of " << record["manifest"];
    }
    ++records;
  }
  EXPECT_EQ(records, 200u);
}

TEST(DeprecationTest, TellsOfVersionsThatAreNotServed) {
  const auto of = [](const std::string& version) {
    return DeprecationOf({{"kind", "HorizontalPodAutoscaler"}, {"apiVersion", version}});
  };
  EXPECT_EQ(of("autoscaling/v2beta1"),
            "autoscaling/v2beta1 HorizontalPodAutoscaler is deprecated in v1.22+, unavailable in "
            "v1.25+; use autoscaling/v2 HorizontalPodAutoscaler");
  EXPECT_THAT(of("autoscaling/v2beta2"),
              ::testing::HasSubstr("is deprecated in v1.23+, unavailable in v1.26+;"));
  for (const char* served : {"autoscaling/v1", "autoscaling/v2", "apps/v1", ""}) {
    EXPECT_EQ(of(served), "") << served;
  }
}

TEST(ReadManifestsTest, ReadsJsonAndDocumentsOfYaml) {
  const auto json = ReadManifests(R"({"a": 1.0, "b": "2"})");
  ASSERT_TRUE(json.ok());
  EXPECT_EQ(json->at(0).json.dump(), R"({"a":1.0,"b":"2"})");
  const auto yaml =
      ReadManifests("a: 1\nb: \"1\"\nc: [true, null, ~, 1.5, 30m]\n---\n---\nd:\n  e: -3\n");
  ASSERT_TRUE(yaml.ok()) << yaml.status();
  ASSERT_EQ(yaml->size(), 2u);
  EXPECT_EQ(yaml->at(0).json.dump(), R"({"a":1,"b":"1","c":[true,null,null,1.5,"30m"]})");
  EXPECT_EQ(yaml->at(1).json.dump(), R"({"d":{"e":-3}})");
  const auto broken = ReadManifests("a: 1\nb: [\n");
  EXPECT_THAT(std::string(broken.status().message()), ::testing::StartsWith("line "));
}

}  // namespace
}  // namespace kubegauge::server
