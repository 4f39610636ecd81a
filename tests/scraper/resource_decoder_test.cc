#include "scraper/resource_decoder.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/scraper/sample_text.h"
#include "tests/scraper/testdata_file.h"

namespace kubegauge::scraper {
namespace {

using kubegauge::testing::ReadTestdata;
using kubegauge::testing::SampleText;

constexpr int64_t kRequestTimeNs = 1'700'000'000'123'456'789;

std::string Decode(std::string_view body) {
  ResourceDecoder decoder;
  return SampleText(decoder.Decode(body, kRequestTimeNs));
}

TEST(ResourceDecoder, DecodesARecordedBody) {
  EXPECT_EQ(Decode(ReadTestdata("kubelet-1.26/metrics_resource.txt")),
            "node 0 1795382196654000000 1100598254459 2192789504\n"
            "luffy/busy/demo 1795382058765796352 1795382206342000000 32333529237 327680\n"
            "luffy/busy/sidecar 1795382058866359552 1795382206343000000 10476940 217088\n"
            "luffy/mysql/mysql 1795382063753451520 1795382206340000000 10670054 229376\n");
}

// The inputs of wire.md G.4 and of the tests of metrics-server.
TEST(ResourceDecoder, FollowsMetricsServer) {
  constexpr std::string_view kCpu =
      "container_cpu_usage_seconds_total{container=\"c\",namespace=\"n\",pod=\"p\"} ";
  constexpr std::string_view kMemory =
      "container_memory_working_set_bytes{container=\"c\",namespace=\"n\",pod=\"p\"} ";
  constexpr std::string_view kStart =
      "container_start_time_seconds{container=\"c\",namespace=\"n\",pod=\"p\"} ";
  constexpr std::string_view kNodeCpu = "node_cpu_usage_seconds_total ";
  constexpr std::string_view kNodeMemory = "node_memory_working_set_bytes ";
  const auto lines = [](auto... line) {
    std::string body;
    ((body += std::string(line)), ...);
    return body;
  };
  struct {
    const char* description;
    std::string body;
    std::string sample;
  } const kCases[] = {
      {"labels in any order, the time of the request",
       "container_cpu_usage_seconds_total{container=\"c\",pod=\"p\",namespace=\"n\"} 1\n"
       "container_memory_working_set_bytes{namespace=\"n\",pod=\"p\",container=\"c\"} 2\n",
       "n/p/c 0 1700000000123000000 1000000000 2\n"},
      {"a name must end where the metric's name does",
       lines("container_cpu_usage_seconds_total_foo{container=\"c\",namespace=\"n\",pod=\"p\"} 5\n",
             "node_cpu_usage_seconds_totalx 3\n", kNodeMemory, "5\n"),
       ""},
      {"no CPU", lines(kNodeCpu, "0 1\n", kNodeMemory, "5 1\n"), ""},
      {"no memory", lines(kNodeCpu, "1 1\n", kNodeMemory, "0.5 1\n"), ""},
      {"CPU without memory", lines(kNodeCpu, "1 1\n"), ""},
      {"the epoch is a time", lines(kNodeCpu, "1 0\n", kNodeMemory, "5 0\n"),
       "node 0 0 1000000000 5\n"},
      {"the time of the last line", lines(kNodeMemory, "5 3\n", kNodeCpu, "1 2\n"),
       "node 0 2000000 1000000000 5\n"},
      {"the last figure", lines(kNodeCpu, "1 1\n", kNodeCpu, "2 2\n", kNodeMemory, "5 3\n"),
       "node 0 3000000 2000000000 5\n"},
      {"exponents", lines(kNodeCpu, "1e-9 1\n", kNodeMemory, "1.0532736e+07 1\n"),
       "node 0 1000000 1 10532736\n"},
      {"infinity", lines(kNodeCpu, "+Inf 1\n", kNodeMemory, "5 1\n"), ""},
      {"not a number", lines(kNodeCpu, "1 1\n", kNodeMemory, "NaN 1\n"), ""},
      {"a negative figure", lines(kNodeCpu, "1 1\n", kNodeMemory, "-5 1\n"), ""},
      {"a line cut off within its number", lines(kNodeCpu, "1 1\n", kNodeMemory, "5"),
       "node 0 1700000000123000000 1000000000 5\n"},
      {"a line cut off before its number", lines(kNodeCpu, "1 1\n", kNodeMemory), "error\n"},
      {"a negative time", lines(kStart, "-6.7953645788713455e+09 -62135596800000\n"), "error\n"},
      {"a start does not set the time", lines(kCpu, "1 5\n", kMemory, "2 6\n", kStart, "3.5 9\n"),
       "n/p/c 3500000000 6000000 1000000000 2\n"},
      {"a container that only started", lines(kStart, "3\n"), ""},
      {"a container without CPU drops its pod",
       lines(kCpu, "1 5\n", kMemory, "2 6\n",
             "container_memory_working_set_bytes{container=\"d\",namespace=\"n\",pod=\"p\"} 1\n"),
       ""},
      {"but no other pod",
       lines(kCpu, "1 5\n", kMemory, "2 6\n",
             "container_memory_working_set_bytes{container=\"c\",namespace=\"n\",pod=\"q\"} 1\n"),
       "n/p/c 0 6000000 1000000000 2\n"},
      {"the last of two label sets for one container",
       lines(kCpu, "1 5\n", kMemory, "2 6\n",
             "container_cpu_usage_seconds_total{pod=\"p\",namespace=\"n\",container=\"c\"} 3 7\n"),
       "n/p/c 0 7000000 3000000000 2\n"},
      {"escapes stay, and names are found textually",
       "container_cpu_usage_seconds_total{container=\"c\\n\",namespace=\"n\",the_pod=\"p\"} 1 1\n"
       "container_memory_working_set_bytes{container=\"c\\n\",namespace=\"n\",the_pod=\"p\"} 2 1\n",
       "n/p/c\\n 0 1000000 1000000000 2\n"},
      {"textually even where a value looks like the label behind it",
       "container_cpu_usage_seconds_total{container=\"namespace=\",namespace=\"n\",pod=\"p\"} 1 1\n"
       "container_memory_working_set_bytes{container=\"namespace=\",namespace=\"n\",pod=\"p\"} 2 "
       "1\n",
       ",namespace=/p/namespace= 0 1000000 1000000000 2\n"},
      {"in the usual order or with more labels",
       "container_cpu_usage_seconds_total{container=\"c\",namespace=\"n\",pod=\"p\",x=\"y\"} 1 1\n"
       "container_memory_working_set_bytes{container=\"c\",pod=\"p\",namespace=\"n\"} 2 1\n",
       "n/p/c 0 1000000 1000000000 2\n"},
      {"containers without all three names",
       "container_cpu_usage_seconds_total 1\n"
       "container_cpu_usage_seconds_total{container=\"c\",pod=\"p\"} 1\n",
       ""},
      {"space before a name, or a name in the braces, make another metric",
       " node_cpu_usage_seconds_total 1\nnode_cpu_usage_seconds_total {} 1\n"
       "{\"node_cpu_usage_seconds_total\"} 1\nnode_memory_working_set_bytes 5\n",
       ""},
      {"empty braces", "node_cpu_usage_seconds_total{} 1 1\nnode_memory_working_set_bytes{} 5 1\n",
       "node 0 1000000 1000000000 5\n"},
      {"an unknown metric", "scrape_error 0\n", ""},
      {"an unknown metric that is no metric", lines(kNodeCpu, "1 1\n", kNodeMemory, "5 1\nx{ 0\n"),
       "error\n"},
      {"nothing", "", ""},
      {"a page", "<html><body>404</body></html>\n", "error\n"},
      {"other line ends", lines(kNodeCpu, "1 1\r\n"), "error\n"},
      {"a time too late for nanoseconds",
       lines(kNodeCpu, "1 1\n", kNodeMemory, "5 9300000000000\n"),
       "node 0 9223372036854775807 1000000000 5\n"},
  };
  for (const auto& [description, body, sample] : kCases) {
    EXPECT_EQ(Decode(body), sample) << description;
  }
}

std::string Latin1(const std::string& utf8) {
  std::string bytes;
  for (size_t i = 0; i < utf8.size(); ++i) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    const bool is_lead = byte >= 0xC0;
    bytes += is_lead ? static_cast<char>(byte << 6 | (utf8[i + 1] & 0x3F)) : utf8[i];
    if (is_lead) ++i;
  }
  return bytes;
}

// What metrics-server 0.9 made of damaged bodies. The bytes of a body are code points in the file.
TEST(ResourceDecoder, AgreesWithMetricsServerOnDamagedBodies) {
  std::istringstream lines(ReadTestdata("resource_decoder_vectors.jsonl"));
  ResourceDecoder decoder;
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const auto vector = nlohmann::json::parse(line);
    const std::string body = Latin1(vector["body"]);
    EXPECT_EQ(SampleText(decoder.Decode(body, kRequestTimeNs)), Latin1(vector["sample"])) << body;
  }
  EXPECT_EQ(count, 492);
}

TEST(ResourceDecoder, TellsDamagedFiguresFromMissingOnes) {
  constexpr std::string_view kCpu = "container_cpu_usage_seconds_total";
  constexpr std::string_view kMemory = "container_memory_working_set_bytes";
  const std::string labels = R"({container="app",namespace="shop",pod="cart"})";
  const auto body = [&](std::string_view cpu, std::string_view memory) {
    return fmt::format("{}{} {} 1\n{}{} {} 1\n", kCpu, labels, cpu, kMemory, labels, memory);
  };
  ResourceDecoder decoder;
  for (const auto& [cpu, memory, value] : std::vector<std::array<std::string, 3>>{
           {"NaN", "5", "nan"}, {"1", "-5", "-5"}, {"+Inf", "5", "inf"}, {"1", "1e20", "1e+20"}}) {
    const auto sample = decoder.Decode(body(cpu, memory), kRequestTimeNs);
    ASSERT_TRUE(sample.ok());
    ASSERT_EQ((*sample)->containers.size(), 1u);
    EXPECT_TRUE((*sample)->containers[0].is_damaged);
    EXPECT_FALSE((*sample)->containers[0].point);
    EXPECT_EQ((*sample)->damage, fmt::format("the value of {}{} cannot be {}",
                                             cpu == "1" ? kMemory : kCpu, labels, value));
  }
  // What was said last counts, and a container that has used nothing hides its pod as ever.
  const std::string mended = body("NaN", "5") + body("1", "5");
  EXPECT_EQ((*decoder.Decode(mended, kRequestTimeNs))->containers[0].is_damaged, false);
  const std::string idle = body("NaN", "5") + std::string(kCpu) +
                           R"({container="idle",namespace="shop",pod="cart"} 0)" + "\n";
  EXPECT_TRUE((*decoder.Decode(idle, kRequestTimeNs))->pods.empty());

  const std::string node =
      std::string("node_cpu_usage_seconds_total NaN 1\nnode_memory_working_set_bytes 5 1\n");
  EXPECT_TRUE((*decoder.Decode(node, kRequestTimeNs))->node_is_damaged);
  const std::string sound = body("1", "5");
  EXPECT_FALSE((*decoder.Decode(sound, kRequestTimeNs))->node_is_damaged);
  EXPECT_EQ((*decoder.Decode(sound, kRequestTimeNs))->damage, "");
}

TEST(ResourceDecoder, ShowsOnlyTheBeginningOfADamagedLine) {
  const std::string body =
      "node_cpu_usage_seconds_total{a=\"" + std::string(1'000'000, 'x') + "\"} NaN\n";
  ResourceDecoder decoder;
  EXPECT_EQ(
      (*decoder.Decode(body, kRequestTimeNs))->damage,
      "the value of node_cpu_usage_seconds_total{a=\"" + std::string(196, 'x') + "… cannot be nan");
}

TEST(ResourceDecoder, NamesAreViewsIntoTheBody) {
  const std::string body = ReadTestdata("kubelet-1.26/metrics_resource.txt");
  ResourceDecoder decoder;
  const auto sample = decoder.Decode(body, kRequestTimeNs);
  ASSERT_TRUE(sample.ok());
  const auto is_in_body = [&](std::string_view name) {
    return name.data() >= body.data() && name.data() + name.size() <= body.data() + body.size();
  };
  for (const PodSample& pod : (*sample)->pods) {
    EXPECT_TRUE(is_in_body(pod.name) && is_in_body(pod.namespace_name));
  }
  for (const ContainerSample& container : (*sample)->containers) {
    EXPECT_TRUE(is_in_body(container.name));
  }
}

TEST(ResourceDecoder, ForgetsTheBodyBefore) {
  const std::string recorded = ReadTestdata("kubelet-1.26/metrics_resource.txt");
  ResourceDecoder decoder;
  ASSERT_EQ(SampleText(decoder.Decode(recorded, kRequestTimeNs)), Decode(recorded));
  EXPECT_FALSE(decoder.Decode("x", kRequestTimeNs).ok());
  EXPECT_EQ(SampleText(decoder.Decode("", kRequestTimeNs)), "");
  EXPECT_EQ(SampleText(decoder.Decode(recorded, kRequestTimeNs)), Decode(recorded));
}

TEST(ResourceDecoder, SaysWhereTheTextIsBad) {
  ResourceDecoder decoder;
  EXPECT_EQ(std::string(decoder.Decode("a 1\nUnauthorized\n", 0).status().message()),
            "/metrics/resource is not Prometheus text: line 2: expected a value after the metric: "
            "\"Unauthorized\"");
}

}  // namespace
}  // namespace kubegauge::scraper
