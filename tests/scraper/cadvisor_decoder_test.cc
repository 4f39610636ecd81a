#include "scraper/cadvisor_decoder.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/scraper/sample_text.h"
#include "tests/scraper/testdata_file.h"

namespace kubegauge::scraper {
namespace {

using kubegauge::testing::SampleText;

constexpr int64_t kRequestTimeNs = 1'700'000'000'123'456'789;

std::string Decode(std::string_view body) {
  CadvisorDecoder decoder;
  return SampleText(decoder.Decode(body, kRequestTimeNs));
}

std::string Container(std::string_view container, std::string_view id, std::string_view cpu,
                      std::string_view memory, std::string_view start) {
  const auto labels = [&](std::string_view more) {
    return fmt::format(
        "{{container=\"{}\",{}id=\"{}\",image=\"i\",name=\"x\",namespace=\"n\","
        "pod=\"p\"}}",
        container, more, id);
  };
  return fmt::format(
      "container_cpu_usage_seconds_total{} {} 5000\n"
      "container_memory_working_set_bytes{} {} 6000\n"
      "container_start_time_seconds{} {}\n",
      labels("cpu=\"total\","), cpu, labels(""), memory, labels(""), start);
}

// This node's cAdvisor could not ask the container runtime: no line names a container.
TEST(CadvisorDecoder, DecodesARecordedBody) {
  EXPECT_EQ(Decode(testing::ReadTestdata("kubelet-1.26/metrics_cadvisor.txt")),
            "node 1795379670000000000 1795382196654000000 1100598254459 2192789504\n");
}

TEST(CadvisorDecoder, ReadsContainers) {
  EXPECT_EQ(Decode(Container("b", "/2", "1.5", "7", "1e9") + Container("a", "/1", "2", "8", "2e9")),
            "n/p/a 2000000000000000000 6000000000 2000000000 8\n"
            "n/p/b 1000000000000000000 6000000000 1500000000 7\n");
}

TEST(CadvisorDecoder, PassesOverSandboxesAndPods) {
  EXPECT_EQ(Decode(Container("a", "/1", "2", "8", "2e9") + Container("POD", "/2", "1", "1", "1") +
                   Container("", "/3", "1", "1", "1")),
            "n/p/a 2000000000000000000 6000000000 2000000000 8\n");
}

TEST(CadvisorDecoder, TakesTheContainerThatStartedLast) {
  const std::string old_one = Container("a", "/1", "9", "0", "1e9");
  const std::string new_one = Container("a", "/2", "2", "8", "2e9");
  const std::string expected = "n/p/a 2000000000000000000 6000000000 2000000000 8\n";
  EXPECT_EQ(Decode(old_one + new_one), expected);
  EXPECT_EQ(Decode(new_one + old_one), expected);
}

TEST(CadvisorDecoder, DropsThePodOfAContainerWithoutMemory) {
  EXPECT_EQ(Decode(Container("a", "/1", "2", "8", "1") + Container("b", "/2", "2", "0", "1")), "");
}

TEST(CadvisorDecoder, AddsUpTheCpusWhereThereIsNoTotal) {
  const auto cpu = [](std::string_view label, std::string_view seconds) {
    return fmt::format(
        "container_cpu_usage_seconds_total{{container=\"a\",cpu=\"{0}\",id=\"/1\",namespace=\"n\","
        "pod=\"p\"}} {1} 5\ncontainer_cpu_usage_seconds_total{{cpu=\"{0}\",id=\"/\"}} {1} 5\n",
        label, seconds);
  };
  const std::string memory =
      "container_memory_working_set_bytes{container=\"a\",id=\"/1\",namespace=\"n\",pod=\"p\"} 7 "
      "6\ncontainer_memory_working_set_bytes{id=\"/\"} 9 8\n";
  EXPECT_EQ(Decode(cpu("cpu00", "0.5") + cpu("cpu01", "0.25") + memory),
            "node 0 8000000 750000000 9\nn/p/a 0 6000000 750000000 7\n");
  EXPECT_EQ(Decode(cpu("cpu00", "0.5") + cpu("total", "2") + cpu("cpu01", "0.25") + memory),
            "node 0 8000000 2000000000 9\nn/p/a 0 6000000 2000000000 7\n");
}

TEST(CadvisorDecoder, ReadsLabelsAndNotTheirValues) {
  EXPECT_EQ(Decode("container_cpu_usage_seconds_total{container=\"a\",image=\",pod=\",namespace="
                   "\"n\",pod=\"p\"} 1 5\n"
                   "container_memory_working_set_bytes{container=\"a\",image=\",pod=\",namespace="
                   "\"n\",pod=\"p\"} 1 5\n"),
            "n/p/a 0 5000000 1000000000 1\n");
}

TEST(CadvisorDecoder, RefusesOtherText) {
  EXPECT_EQ(Decode("<html>"), "error\n");
  EXPECT_EQ(Decode("container_tasks_state{id=\"/\"} x\n"), "error\n");
  EXPECT_EQ(Decode(""), "");
}

}  // namespace
}  // namespace kubegauge::scraper
