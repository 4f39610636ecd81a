// Bytes of wire.md A.12 and of a real metrics-server.

#include "apiservice/metrics_protobuf.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "apiservice/metrics_handler.h"
#include "apiservice/protobuf_body.h"
#include "apiservice/status.h"
#include "tests/apiservice/exchange.h"
#include "tests/apiservice/recorded_cluster.h"
#include "tests/fakes/manual_clock.h"

namespace kubegauge::apiservice {
namespace {

using ::kubegauge::testing::Answer;
using ::kubegauge::testing::Ask;
using ::kubegauge::testing::Golden;
using ::kubegauge::testing::MakeRequest;
using ::kubegauge::testing::MakeSnapshot;

std::string Hex(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return hex;
}

TEST(MetricsProtobuf, OneNodeIsUpstreamsBytes) {
  const auto snapshot = MakeSnapshot(
      {{"n1", {{"a", "b"}}, {123'456'789, 1 << 20, 1'700'000'000'000'000'000, 15'500'000'000}}},
      {});
  const MetricsProtobuf writer("v1beta1", 1'700'000'001'000'000'000);
  ByteBudget kept(0);
  const auto body = ProtobufBody(NodeItems(snapshot, 0, 1, nullptr), writer, {}, kept);
  EXPECT_EQ(Hex(ReadAll(*body)),
            "6b3873000a290a166d6574726963732e6b38732e696f2f76316265746131120f4e6f64654d6574726963"
            "734c69737412660a060a0012001a00125c0a220a026e3112001a0022002a003200380042080881e2cfaa"
            "0610005a060a016112016212080880e2cfaa0610001a060880f6fcde3922130a03637075120c0a0a3132"
            "333435363738396e220f0a066d656d6f727912050a03314d691a002200");
}

TEST(StatusProtobuf, IsUpstreamsBytes) {
  EXPECT_EQ(Hex(StatusProtobuf(Unauthorized())),
            "6b3873000a0c0a027631120653746174757312300a060a0012001a0012074661696c7572651a0c556e61"
            "7574686f72697a6564220c556e617574686f72697a65643091031a002200");
  EXPECT_EQ(StatusProtobuf(NotFound("", "node", "none")), Golden("notfound.pb"));
}

uint64_t TakeVarint(std::string_view& bytes) {
  uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
}

// Writes a message anew without ObjectMeta.clusterName, which libraries of metrics-server 0.6 still
// had. `path` lists the fields that lead to the ObjectMeta.
std::string WithoutClusterName(std::string_view message, std::string_view path) {
  std::string out;
  while (!message.empty()) {
    const uint64_t tag = TakeVarint(message);
    const uint64_t field = tag >> 3;
    if ((tag & 7) == 0) {
      AppendVarint(tag, out);
      AppendVarint(TakeVarint(message), out);
      continue;
    }
    const uint64_t size = TakeVarint(message);
    std::string value(message.substr(0, size));
    message.remove_prefix(size);
    if (path.empty() && field == 15) continue;
    if (!path.empty() && field == static_cast<uint64_t>(path.front() - '0')) {
      value = WithoutClusterName(value, path.substr(1));
    }
    AppendVarint(tag, out);
    AppendVarint(value.size(), out);
    out += value;
  }
  return out;
}

class ProtobufAnswers : public ::testing::Test {
 protected:
  Answer Get(const std::string& target, const std::string& accept) {
    return Ask(handler_, MakeRequest(target, {{"Accept", accept}}));
  }

  testing::ManualClock clock_{testing::RecordedAt()};
  PublishedSnapshot snapshot_{testing::RecordedCluster()};
  MetricsHandler handler_{snapshot_, clock_};
};

TEST_F(ProtobufAnswers, AreMetricsServersBytes) {
  const std::string magic("k8s\0", 4);
  const struct {
    std::string target;
    std::string golden;
    std::string path_to_meta;
  } kCases[] = {
      {"/apis/metrics.k8s.io/v1beta1/nodes", "nodes.pb", "221"},
      {"/apis/metrics.k8s.io/v1beta1/namespaces/ns-000/pods", "pods-ns.pb", "221"},
  };
  for (const auto& test : kCases) {
    const Answer answer = Get(test.target, "application/vnd.kubernetes.protobuf, */*");
    EXPECT_EQ(answer.Header("Content-Type"), "application/vnd.kubernetes.protobuf");
    const std::string golden = Golden(test.golden);
    EXPECT_EQ(Hex(answer.body),
              Hex(magic + WithoutClusterName(std::string_view(golden).substr(magic.size()),
                                             test.path_to_meta)));
  }
}

TEST_F(ProtobufAnswers, ErrorsAreProtobufToo) {
  const Answer answer =
      Get("/apis/metrics.k8s.io/v1beta1/nodes/none", "application/vnd.kubernetes.protobuf");
  EXPECT_EQ(answer.status, 404u);
  EXPECT_EQ(answer.body, Golden("notfound.pb"));
}

TEST_F(ProtobufAnswers, ListOfManyPartsHasTheLengthThatItSaid) {
  std::vector<testing::PodUsageLiteral> pods;
  for (int i = 0; i < 3000; ++i) {
    pods.push_back({"d",
                    fmt::format("pod-{:05}", i),
                    {{"app", "x"}},
                    {{"c", {static_cast<uint64_t>(i) * 1001, 4096, 1'700'000'000'000'000'000}}}});
  }
  snapshot_.Set(MakeSnapshot({{"n", {}, {}}}, pods));
  const std::string body =
      Get("/apis/metrics.k8s.io/v1/pods", "application/vnd.kubernetes.protobuf").body;
  ASSERT_GT(body.size(), 3 * kBodyPartBytes);
  std::string_view rest = std::string_view(body).substr(4);
  EXPECT_EQ(TakeVarint(rest), 0x0au);
  rest.remove_prefix(TakeVarint(rest));
  EXPECT_EQ(TakeVarint(rest), 0x12u);
  const uint64_t message_bytes = TakeVarint(rest);
  EXPECT_EQ(rest.substr(message_bytes), kProtobufEnvelopeTail);
}

}  // namespace
}  // namespace kubegauge::apiservice
