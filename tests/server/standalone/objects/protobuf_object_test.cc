#include "server/standalone/objects/protobuf_object.h"

#include <gtest/gtest.h>

#include "apiservice/protobuf_message.h"

namespace kubegauge::server {
namespace {

using apiservice::ProtobufMessage;

const SchemaStruct& Of(const ServedVersion& version, const char* kind) {
  return *Schema::Standalone().Of(version, kind);
}

// What `kubectl autoscale` sends.
TEST(ProtobufObject, ReadsAnHpa) {
  ProtobufMessage metadata;
  metadata.Bytes(1, "web").Bytes(2, "").Bytes(3, "").Bytes(4, "").Bytes(5, "").Bytes(6, "");
  metadata.Varint(7, 0).Bytes(8, "");
  metadata.Message(11, ProtobufMessage().Bytes(1, "k").Bytes(2, "v"));
  ProtobufMessage spec;
  spec.Message(1, ProtobufMessage().Bytes(1, "Deployment").Bytes(2, "web").Bytes(3, "apps/v1"));
  spec.Varint(2, 1).Varint(3, 5).Varint(4, 50);
  const std::string body = ProtobufMessage()
                               .Message(1, metadata)
                               .Message(2, spec)
                               .Message(3, ProtobufMessage().Varint(3, 0).Varint(4, 0))
                               .Body("autoscaling/v1", "HorizontalPodAutoscaler");
  const auto object =
      ReadProtobufObject(Of({"autoscaling", "v1"}, "HorizontalPodAutoscaler"), body);
  ASSERT_TRUE(object.ok()) << object.status();
  EXPECT_EQ(object->dump(),
            R"({"metadata":{"name":"web","generation":0,"labels":{"k":"v"}},"spec":)"
            R"({"scaleTargetRef":{"kind":"Deployment","name":"web","apiVersion":"apps/v1"},)"
            R"("minReplicas":1,"maxReplicas":5,"targetCPUUtilizationPercentage":50},)"
            R"("status":{"currentReplicas":0,"desiredReplicas":0},)"
            R"("apiVersion":"autoscaling/v1","kind":"HorizontalPodAutoscaler"})");
}

TEST(ProtobufObject, ReplacesWhatIsNotUtf8) {
  const std::string lease =
      ProtobufMessage()
          .Message(1, ProtobufMessage()
                          .Bytes(1, "a\xff")
                          .Message(12, ProtobufMessage().Bytes(1, "\xfe").Bytes(2, "")))
          .Body("coordination.k8s.io/v1", "Lease");
  const auto object = ReadProtobufObject(Of({"coordination.k8s.io", "v1"}, "Lease"), lease);
  ASSERT_TRUE(object.ok()) << object.status();
  EXPECT_EQ((*object)["metadata"].dump(),
            "{\"name\":\"a\uFFFD\",\"annotations\":{\"\uFFFD\":\"\"}}");
}

TEST(ProtobufObject, ReadsTimesAndQuantities) {
  const std::string lease =
      ProtobufMessage()
          .Message(2, ProtobufMessage().Bytes(1, "me").Varint(2, 15).Message(
                          4, ProtobufMessage().Varint(1, 1'700'000'000).Varint(2, 5'000)))
          .Body("coordination.k8s.io/v1", "Lease");
  const auto object = ReadProtobufObject(Of({"coordination.k8s.io", "v1"}, "Lease"), lease);
  ASSERT_TRUE(object.ok()) << object.status();
  EXPECT_EQ((*object)["spec"].dump(), R"({"holderIdentity":"me","leaseDurationSeconds":15,)"
                                      R"("renewTime":"2023-11-14T22:13:20.000005Z"})");
}

TEST(ProtobufObject, RefusesWhatItCannotSay) {
  const SchemaStruct& lease = Of({"coordination.k8s.io", "v1"}, "Lease");
  const auto code = [&](const std::string& body) {
    return ReadProtobufObject(lease, body).status().code();
  };
  EXPECT_EQ(code("{}"), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(ProtobufMessage().Bytes(2, "\xff\xff").Body("v1", "Lease")),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(ProtobufMessage().Bytes(99, "x").Body("v1", "Lease")),
            absl::StatusCode::kUnimplemented);
  EXPECT_EQ(code(ProtobufMessage().Varint(2, 7).Body("v1", "Lease")),
            absl::StatusCode::kUnimplemented);
}

}  // namespace
}  // namespace kubegauge::server
