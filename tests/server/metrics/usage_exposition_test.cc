#include "server/metrics/usage_exposition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "apiservice/body_response.h"
#include "tests/scraper/snapshot_builder.h"

namespace kubegauge::server {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::UsageLiteral;

constexpr int64_t kNowNs = 1'700'000'020'500'000'000;
constexpr int64_t kSampledNs = 1'700'000'018'000'000'000;

std::string Exposed(std::shared_ptr<const scraper::Snapshot> snapshot) {
  UsageExposition exposition(std::move(snapshot), kNowNs);
  return apiservice::ReadAll(exposition);
}

UsageLiteral Usage(uint64_t nanocores, uint64_t bytes, int64_t timestamp_ns = kSampledNs) {
  return {.cpu_nanocores = nanocores, .working_set_bytes = bytes, .timestamp_ns = timestamp_ns};
}

TEST(UsageExposition, GivesEveryFigureOfNodesPodsAndContainers) {
  const std::string text = Exposed(testing::MakeSnapshot(
      {{"n1", {}, Usage(850'000'000, 1000)}},
      {{"shop",
        "web",
        {},
        {{"app", Usage(250'000'000, 20)}, {"proxy", Usage(1, 3, kSampledNs - 1'000'000'000)}}}}));
  // The builder makes counters of one second and what the rate adds in 15 s.
  EXPECT_THAT(text, AllOf(HasSubstr("kubegauge_node_cpu_usage_seconds_total{node=\"n1\"} 13.75\n"),
                          HasSubstr("kubegauge_node_cpu_usage_cores{node=\"n1\"} 0.85\n"),
                          HasSubstr("kubegauge_node_memory_working_set_bytes{node=\"n1\"} 1000\n"),
                          HasSubstr("kubegauge_node_sample_age_seconds{node=\"n1\"} 2.5\n")));
  constexpr char kPod[] = "{namespace=\"shop\",pod=\"web\"} ";
  EXPECT_THAT(
      text, AllOf(HasSubstr(std::string("kubegauge_pod_cpu_usage_cores") + kPod + "0.250000001\n"),
                  HasSubstr(std::string("kubegauge_pod_memory_working_set_bytes") + kPod + "23\n"),
                  HasSubstr(std::string("kubegauge_pod_sample_age_seconds") + kPod + "3.5\n")));
  constexpr char kApp[] = "{namespace=\"shop\",pod=\"web\",container=\"app\"} ";
  EXPECT_THAT(text,
              AllOf(HasSubstr(std::string("kubegauge_container_cpu_usage_cores") + kApp + "0.25\n"),
                    HasSubstr(std::string("kubegauge_container_cpu_usage_seconds_total") + kApp +
                              "4.75\n")));
  EXPECT_THAT(text, HasSubstr("# HELP kubegauge_pod_cpu_usage_cores CPU that the pod uses"));
  EXPECT_THAT(text, HasSubstr("# TYPE kubegauge_container_cpu_usage_seconds_total counter\n"));
}

TEST(UsageExposition, LeavesOutWhatIsNotKnown) {
  const std::string text = Exposed(testing::MakeSnapshot({}, {{"shop", "bare-pod", {}, {}}}));
  EXPECT_THAT(text, Not(HasSubstr("bare-pod")));
  EXPECT_THAT(text, HasSubstr("# TYPE kubegauge_pod_cpu_usage_cores gauge\n"));
}

TEST(UsageExposition, EscapesNames) {
  const std::string text = Exposed(testing::MakeSnapshot(
      {{"n1", {}, Usage(1, 1)}}, {{"systemd", "a\\x2d\"b\nc", {}, {{"c", Usage(1, 1)}}}}));
  EXPECT_THAT(text, HasSubstr("{namespace=\"systemd\",pod=\"a\\\\x2d\\\"b\\nc\"} "));
}

TEST(UsageExposition, SaysThatASampleIsOfTheFuture) {
  const std::string text =
      Exposed(testing::MakeSnapshot({{"n1", {}, Usage(1, 1, kNowNs + 250'000'000)}}, {}));
  EXPECT_THAT(text, HasSubstr("kubegauge_node_sample_age_seconds{node=\"n1\"} -0.25\n"));
}

TEST(UsageExposition, ComesInPartsThatMakeTheWhole) {
  std::vector<testing::PodUsageLiteral> pods;
  for (int i = 1000; i < 3000; ++i) {
    pods.push_back({"shop", "web-" + std::to_string(i), {}, {{"app", Usage(5, 5)}}});
  }
  UsageExposition exposition(testing::MakeSnapshot({{"n1", {}, Usage(1, 1)}}, pods), kNowNs);
  std::string whole;
  size_t parts = 0;
  for (bool more = true; more; ++parts) {
    std::string part;
    more = exposition.Next(part);
    EXPECT_LT(part.size(), apiservice::kBodyPartBytes + 4096);
    whole += part;
  }
  EXPECT_GT(parts, 3u);
  size_t lines = 0;
  for (size_t at = 0;
       (at = whole.find("kubegauge_container_cpu_usage_cores{", at)) != std::string::npos; ++at) {
    ++lines;
  }
  EXPECT_EQ(lines, 2000u);
}

}  // namespace
}  // namespace kubegauge::server
