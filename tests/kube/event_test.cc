#include "kube/event.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/kube/kube_api_fixture.h"

namespace kubegauge::kube {
namespace {

using kubegauge::testing::ConstantRandom;
using nlohmann::json;

constexpr int64_t kNow = 1'700'000'000'123'456'789;

TEST(EventTest, IsNamedAfterItsObjectAndTime) {
  ConstantRandom random(0.99);
  EXPECT_EQ(EventName("web", kNow, random), "web.17979cfe3d85cd15");
  EXPECT_EQ(EventName("Web", kNow, random), "ffffffff-ffff-4fff-bfff-ffffffffffff");
  EXPECT_EQ(EventName(std::string(236, 'a'), kNow, random).size(), 253U);
  EXPECT_EQ(EventName(std::string(237, 'a'), kNow, random).size(), 36U);
}

TEST(EventTest, IsWrittenAsClientGoDoes) {
  ConstantRandom random;
  Event event =
      MakeEvent({.kind = "HorizontalPodAutoscaler",
                 .namespace_name = "luffy",
                 .name = "myblog",
                 .uid = "u-1",
                 .api_version = "autoscaling/v2",
                 .resource_version = "12"},
                {.component = "horizontal-pod-autoscaler"}, EventType::kNormal, "SuccessfulRescale",
                "New size: 2; reason: All metrics below target", kNow, random);
  EXPECT_EQ(json::parse(EncodeEvent(event)), json::parse(R"({
    "kind":"Event","apiVersion":"v1",
    "metadata":{"name":"myblog.17979cfe3d85cd15","namespace":"luffy"},
    "involvedObject":{"kind":"HorizontalPodAutoscaler","namespace":"luffy","name":"myblog",
      "uid":"u-1","apiVersion":"autoscaling/v2","resourceVersion":"12"},
    "reason":"SuccessfulRescale","message":"New size: 2; reason: All metrics below target",
    "source":{"component":"horizontal-pod-autoscaler"},
    "firstTimestamp":"2023-11-14T22:13:20Z","lastTimestamp":"2023-11-14T22:13:20Z",
    "count":1,"type":"Normal","eventTime":null,
    "reportingComponent":"horizontal-pod-autoscaler","reportingInstance":""})"));
  event.count = 3;
  event.last_ns += 60'000'000'000;
  EXPECT_EQ(EncodeEventPatch(event),
            R"({"count":3,"lastTimestamp":"2023-11-14T22:14:20Z",)"
            R"("message":"New size: 2; reason: All metrics below target"})");
}

TEST(EventTest, OfAClusterScopedObjectIsInDefault) {
  ConstantRandom random;
  EXPECT_EQ(
      MakeEvent({.kind = "Node", .name = "n"}, {}, EventType::kWarning, "r", "m", kNow, random)
          .namespace_name,
      "default");
}

TEST(EventTest, MessagesThatAreNotUtf8AreStillWritten) {
  ConstantRandom random;
  const Event event = MakeEvent({.name = "n"}, {}, EventType::kWarning, "r", "a\xFF", kNow, random);
  EXPECT_EQ(json::parse(EncodeEvent(event))["message"], "a\xEF\xBF\xBD");
}

}  // namespace
}  // namespace kubegauge::kube
