#include "autoscaler/pod_decoder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "tests/autoscaler/pod_bodies.h"

namespace kubegauge::autoscaler {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::Pair;

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

PodPtr Decode(const json& pod, PodShapes& shapes) {
  const auto decoded = DecodeJsonPod(pod, shapes);
  EXPECT_TRUE(decoded.ok()) << decoded.status();
  return decoded.ok() ? *decoded : nullptr;
}

PodPtr DecodeProtobuf(const json& pod, PodShapes& shapes) {
  const std::string bytes = testing::ProtobufPod(pod);
  const auto decoded = DecodePod({kube::WireFormat::kProtobuf, bytes}, shapes);
  EXPECT_TRUE(decoded.ok()) << decoded.status();
  return decoded.ok() ? *decoded : nullptr;
}

ResourceAmounts Amounts(std::initializer_list<std::pair<const char*, int64_t>> milli) {
  ResourceAmounts amounts;
  for (const auto& [resource, amount] : milli) amounts.Set(resource, amount);
  return amounts;
}

TEST(PodDecoderTest, KeepsWhatDecidesOverReplicas) {
  const json pod = json::parse(R"({
    "kind": "Pod", "apiVersion": "v1",
    "metadata": {"name": "web-1", "namespace": "shop", "deletionTimestamp": "2026-01-02T03:05:00Z",
                 "labels": {"tier": "front", "app": "web", "empty": ""},
                 "annotations": {"note": "not kept"}},
    "spec": {"containers": [
               {"name": "main", "resources": {"requests": {"cpu": "250m", "memory": "1Ki"},
                                              "limits": {"cpu": "4"}}},
               {"name": "plain"}],
             "initContainers": [
               {"name": "migrate", "resources": {"requests": {"cpu": "8"}}},
               {"name": "proxy", "restartPolicy": "Always",
                "resources": {"requests": {"cpu": "100n", "nvidia.com/gpu": "1"}}}]},
    "status": {"phase": "Running", "startTime": "2026-01-02T03:04:05Z",
               "conditions": [
                 {"type": "PodScheduled", "status": "True"},
                 {"type": "Ready", "status": "False", "lastTransitionTime": "2026-01-02T03:04:09Z"},
                 {"type": "Ready", "status": "True", "lastTransitionTime": null}]}})");
  PodShapes shapes;
  for (const PodPtr& decoded : {Decode(pod, shapes), DecodeProtobuf(pod, shapes)}) {
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->name, "web-1");
    EXPECT_TRUE(decoded->deleting);
    EXPECT_EQ(decoded->phase, PodPhase::kRunning);
    EXPECT_EQ(decoded->ready, ReadyStatus::kFalse);
    EXPECT_EQ(decoded->ready_transition_ns, 1'767'323'049 * kSecond);
    EXPECT_EQ(decoded->start_ns, 1'767'323'045 * kSecond);
    EXPECT_EQ(decoded->shape->namespace_name, "shop");
    EXPECT_THAT(decoded->shape->labels,
                ElementsAre(Pair("app", "web"), Pair("empty", ""), Pair("tier", "front")));
    EXPECT_EQ(decoded->shape->containers,
              (std::vector<ContainerRequests>{
                  {"main", Amounts({{"cpu", 250}, {"memory", 1'024'000}})},
                  {"plain", {}},
                  {"proxy", Amounts({{"cpu", 1}, {"nvidia.com/gpu", 1000}})}}));
    EXPECT_EQ(decoded->shape->pod_level_requests, std::nullopt);
  }
}

TEST(PodDecoderTest, PodsOfOneTemplateShareAShapeInSpiteOfLabelsOfTheirOwn) {
  PodShapes shapes;
  const auto make = [&](const std::string& name, const json& own) {
    json labels = {{"app", "web"}, {"z", "last"}};
    labels.update(own);
    return Decode({{"metadata", {{"name", name}, {"labels", std::move(labels)}}}}, shapes);
  };
  const auto stateful = [&](const std::string& name, const char* ordinal) {
    return make(name, {{"statefulset.kubernetes.io/pod-name", name},
                       {"apps.kubernetes.io/pod-index", ordinal}});
  };
  const PodPtr first = stateful("web-0", "0");
  EXPECT_EQ(stateful("web-1", "1")->shape, first->shape);
  EXPECT_EQ(first->FindLabel("app"), "web");
  EXPECT_EQ(first->FindLabel("z"), "last");
  EXPECT_EQ(first->FindLabel("statefulset.kubernetes.io/pod-name"), "web-0");
  EXPECT_EQ(first->FindLabel("apps.kubernetes.io/pod-index"), "0");
  EXPECT_EQ(first->FindLabel("none").data(), nullptr);
  EXPECT_EQ(*stateful("web-0", "0"), *first);
  EXPECT_FALSE(*stateful("web-0", "7") == *first);

  const auto of_job = [&](const std::string& job, const char* uid) {
    return make(job + "-x7k2p", {{"controller-uid", uid},
                                 {"batch.kubernetes.io/controller-uid", uid},
                                 {"job-name", job},
                                 {"batch.kubernetes.io/job-name", job},
                                 {"batch.kubernetes.io/job-completion-index", ""}});
  };
  const PodPtr monday = of_job("backup-1", "8f14e45f");
  EXPECT_EQ(of_job("backup-2", "45c48cce")->shape, monday->shape);
  for (const char* prefix : {"", "batch.kubernetes.io/"}) {
    EXPECT_EQ(monday->FindLabel(fmt::format("{}controller-uid", prefix)), "8f14e45f");
    EXPECT_EQ(monday->FindLabel(fmt::format("{}job-name", prefix)), "backup-1");
  }
  const std::string_view empty = monday->FindLabel("batch.kubernetes.io/job-completion-index");
  EXPECT_EQ(empty, "");
  EXPECT_NE(empty.data(), nullptr);
}

TEST(PodDecoderTest, StatesAndTimesOfAllKinds) {
  const struct {
    const char* status;
    Pod expected;
  } cases[] = {
      {R"({})", {}},
      {R"({"phase":"Pending","startTime":null})", {.phase = PodPhase::kPending}},
      {R"({"phase":"Succeeded","conditions":[{"type":"Ready","status":"Unknown"}]})",
       {.phase = PodPhase::kSucceeded, .ready = ReadyStatus::kUnknown}},
      {R"({"phase":"Failed","conditions":[{"type":"ready","status":"True"}]})",
       {.phase = PodPhase::kFailed}},
      {R"({"phase":"Strange","startTime":"0001-01-01T00:00:00Z",
           "conditions":[{"type":"Ready","status":"","lastTransitionTime":"9999-01-01T00:00:00Z"}]})",
       {.start_ns = 0, .ready_transition_ns = kMax / 2, .ready = ReadyStatus::kUnknown}},
      {R"({"startTime":"1970-01-01T01:00:05+01:00"})", {.start_ns = 5 * kSecond}},
  };
  for (const auto& [status, expected] : cases) {
    SCOPED_TRACE(status);
    const json pod = {{"metadata", {{"name", "p"}}}, {"status", json::parse(status)}};
    PodShapes shapes;
    for (const PodPtr& decoded : {Decode(pod, shapes), DecodeProtobuf(pod, shapes)}) {
      ASSERT_TRUE(decoded);
      EXPECT_FALSE(decoded->deleting);
      EXPECT_EQ(decoded->phase, expected.phase);
      EXPECT_EQ(decoded->ready, expected.ready);
      EXPECT_EQ(decoded->ready_transition_ns, expected.ready_transition_ns);
      EXPECT_EQ(decoded->start_ns, expected.start_ns);
    }
  }
}

// hpa.md 9.2 [>=1.34]; upstream's component-helpers PodRequests.
TEST(PodDecoderTest, EffectiveRequestsOfThePod) {
  const struct {
    const char* what;
    const char* spec;
    std::optional<ResourceAmounts> expected;
  } cases[] = {
      {"limits alone do not count", R"({"resources":{"limits":{"cpu":"1"}}})", std::nullopt},
      {"nor do other resources", R"({"resources":{"requests":{"nvidia.com/gpu":"1"}}})",
       std::nullopt},
      {"the pod's own request overrides that of its containers",
       R"({"resources":{"requests":{"cpu":"1"}},
           "containers":[{"name":"a","resources":{"requests":{"cpu":"4","memory":"1"}}},
                         {"name":"b","resources":{"requests":{"memory":"2"}}}]})",
       Amounts({{"cpu", 1000}, {"memory", 3000}})},
      {"what the pod cannot request is that of the containers",
       R"({"resources":{"requests":{"memory":"1","nvidia.com/gpu":"9"}},
           "containers":[{"name":"a","resources":{"requests":{"nvidia.com/gpu":"2"}}}]})",
       Amounts({{"memory", 1000}, {"nvidia.com/gpu", 2000}})},
      {"huge pages", R"({"resources":{"requests":{"hugepages-2Mi":"4Mi"}}})",
       Amounts({{"hugepages-2Mi", 4'194'304'000}})},
      {"overhead comes on top",
       R"({"resources":{"requests":{"cpu":"1"}},"overhead":{"cpu":"250m","memory":"7"}})",
       Amounts({{"cpu", 1250}, {"memory", 7000}})},
      {"an init container that needs more than all containers",
       R"({"resources":{"requests":{"cpu":"1"}},
           "containers":[{"name":"a","resources":{"requests":{"memory":"3"}}}],
           "initContainers":[{"name":"i","resources":{"requests":{"memory":"9"}}}]})",
       Amounts({{"cpu", 1000}, {"memory", 9000}})},
      {"sidecars run beside containers, and beside the init containers behind them",
       R"({"resources":{"requests":{"cpu":"1"}},
           "containers":[{"name":"a","resources":{"requests":{"memory":"3"}}}],
           "initContainers":[
             {"name":"before","resources":{"requests":{"memory":"14"}}},
             {"name":"side","restartPolicy":"Always","resources":{"requests":{"memory":"5"}}},
             {"name":"behind","resources":{"requests":{"memory":"10"}}}]})",
       Amounts({{"cpu", 1000}, {"memory", 15000}})},
      {"fractions are rounded up once, after the sum",
       R"({"resources":{"requests":{"cpu":"1"}},
           "containers":[{"name":"a","resources":{"requests":{"memory":"400u"}}},
                         {"name":"b","resources":{"requests":{"memory":"400u"}}}]})",
       Amounts({{"cpu", 1000}, {"memory", 1}})},
      {"what does not fit is what Go makes of it",
       R"({"resources":{"requests":{"cpu":"9E","memory":1}}})",
       Amounts({{"cpu", 0}, {"memory", 1000}})},
  };
  for (const auto& [what, spec, expected] : cases) {
    SCOPED_TRACE(what);
    const json pod = {{"metadata", {{"name", "p"}}}, {"spec", json::parse(spec)}};
    PodShapes shapes;
    for (const PodPtr& decoded : {Decode(pod, shapes), DecodeProtobuf(pod, shapes)}) {
      ASSERT_TRUE(decoded);
      EXPECT_EQ(decoded->shape->pod_level_requests, expected);
    }
  }
}

TEST(PodDecoderTest, SaysWhatIsWrongWithAPod) {
  const struct {
    const char* json;
    const char* error;
  } cases[] = {
      {R"({"metadata":{"namespace":"n"}})", "a Pod has no name"},
      {R"({"metadata":{"namespace":"n","name":"p"},"spec":{"containers":[
           {"name":"main","resources":{"requests":{"cpu":"much"}}}]}})",
       "Pod n/p: the amount of cpu \"much\" in the main is no quantity: quantities must match the "
       "regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"},
      {R"({"metadata":{"namespace":"n","name":"p"},"spec":{"resources":{"requests":{"cpu":""}}}})",
       "Pod n/p: the amount of cpu \"\" in the pod is no quantity: quantities must match the "
       "regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"},
  };
  for (const auto& [text, error] : cases) {
    SCOPED_TRACE(text);
    PodShapes shapes;
    const json pod = json::parse(text);
    const std::string bytes = testing::ProtobufPod(pod);
    for (const auto& decoded :
         {DecodeJsonPod(pod, shapes), DecodePod({kube::WireFormat::kProtobuf, bytes}, shapes)}) {
      EXPECT_EQ(decoded.status().code(), absl::StatusCode::kInvalidArgument);
      EXPECT_EQ(std::string(decoded.status().message()), error);
    }
  }
  PodShapes shapes;
  EXPECT_FALSE(DecodePod({kube::WireFormat::kProtobuf, "\x0a\xff"}, shapes).ok());
  EXPECT_FALSE(DecodePod({kube::WireFormat::kJson, "[]"}, shapes).ok());
  EXPECT_EQ(shapes.size(), 0u);
}

// Random pods, with whatever may be absent absent at times.
class PodMaker {
 public:
  json Make() {
    json pod = {{"metadata", {{"name", Name()}, {"namespace", Pick({"a", "b"})}}},
                {"spec", json::object()},
                {"status", json::object()}};
    for (int i = Number(4); i > 0; --i) pod["metadata"]["labels"][Name()] = Pick({"", "x", "y"});
    if (Chance()) pod["metadata"]["deletionTimestamp"] = Time();
    for (const char* list : {"containers", "initContainers"}) {
      for (int i = Number(4); i > 0; --i) pod["spec"][list].push_back(Container());
    }
    if (Chance()) pod["spec"]["overhead"] = Resources();
    if (Chance()) pod["spec"]["resources"] = {{"requests", Resources()}, {"limits", Resources()}};
    if (Chance()) {
      pod["status"]["phase"] = Pick({"Pending", "Running", "Succeeded", "Failed", "Unknown", ""});
    }
    if (Chance()) pod["status"]["startTime"] = Time();
    for (int i = Number(3); i > 0; --i) {
      json condition = {{"type", Pick({"Ready", "Initialized"})},
                        {"status", Pick({"True", "False", "Unknown"})}};
      if (Chance()) condition["lastTransitionTime"] = Time();
      pod["status"]["conditions"].push_back(condition);
    }
    return pod;
  }

 private:
  int Number(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }
  bool Chance() { return Number(2) == 0; }
  std::string Pick(const std::vector<std::string>& of) {
    return of[static_cast<size_t>(Number(static_cast<int>(of.size())))];
  }
  std::string Name() { return "n" + std::to_string(Number(6)); }
  std::string Time() {
    return kube::FormatRfc3339((Number(1 << 30) + int64_t{1'000'000'000}) * kSecond);
  }
  json Resources() {
    json resources = json::object();
    for (int i = Number(4); i > 0; --i) {
      resources[Pick({"cpu", "memory", "hugepages-2Mi", "example.com/tape", "example.com/disk"})] =
          Pick({"0", "1", "100m", "123456789n", "1.5", "64Mi", "3Ki", "2e3", "7u", "9E", "-1"});
    }
    return resources;
  }
  json Container() {
    json container = {{"name", Name()}};
    if (Chance()) container["resources"] = {{"requests", Resources()}, {"limits", Resources()}};
    if (Chance()) container["restartPolicy"] = Pick({"Always", "Never"});
    return container;
  }

  std::mt19937 random_{20260102};
};

TEST(PodDecoderTest, BothFormatsGiveEqualPodsOfOneShape) {
  PodMaker maker;
  PodShapes shapes;
  for (int round = 0; round < 3000; ++round) {
    const json pod = maker.Make();
    SCOPED_TRACE(pod.dump());
    const PodPtr from_json = Decode(pod, shapes);
    const PodPtr from_protobuf = DecodeProtobuf(pod, shapes);
    ASSERT_TRUE(from_json && from_protobuf);
    ASSERT_TRUE(*from_json == *from_protobuf);
    ASSERT_EQ(from_json->shape, from_protobuf->shape);
    ASSERT_EQ(shapes.size(), 1u);
  }
  EXPECT_EQ(shapes.size(), 0u);
}

}  // namespace
}  // namespace kubegauge::autoscaler
