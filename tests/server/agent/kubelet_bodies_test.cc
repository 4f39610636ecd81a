#include "server/agent/kubelet_bodies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>

#include "scraper/cadvisor_decoder.h"
#include "scraper/resource_decoder.h"
#include "scraper/summary_decoder.h"

namespace kubegauge::server {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kBootNs = 1'700'000'000 * kSecond;
constexpr int64_t kStartNs = kBootNs + 100 * kSecond;
constexpr int64_t kNowNs = kBootNs + 1000 * kSecond + 123'000'000;

cgroup::UsageReading UsageOf(uint64_t cpu_ns, uint64_t bytes, int64_t at_ns = kNowNs) {
  return {.timestamp_ns = at_ns,
          .cpu_ns = cpu_ns,
          .memory_usage_bytes = bytes + 1000,
          .working_set_bytes = bytes,
          .swap_bytes = 7};
}

cgroup::ContainerReading Container(const std::string& name,
                                   std::optional<cgroup::UsageReading> usage,
                                   bool start_is_certain = true) {
  return {.name = name,
          .id = name + "-id",
          .start_time_ns = kStartNs,
          .start_is_certain = start_is_certain,
          .usage = usage};
}

// A node of two pods, one container of which could not be read, and a unit of the host.
AgentState StateOf(uint64_t demo_cpu_ns = 32'333'529'237, int64_t at_ns = kNowNs) {
  auto reading = std::make_shared<cgroup::NodeReading>();
  reading->boot_time_ns = kBootNs;
  reading->usage = UsageOf(1'100'598'254'459, 2'192'789'504, at_ns);
  reading->pods = {
      {.namespace_name = "luffy",
       .name = "busy",
       .uid = "u-1",
       .start_time_ns = kStartNs,
       .containers = {Container("demo", UsageOf(demo_cpu_ns, 10'532'736, at_ns)),
                      Container("gone", std::nullopt),
                      Container("sidecar", UsageOf(10'476'940, 327'680, at_ns), false)}},
      {.kind = cgroup::WorkloadKind::kSystemd,
       .namespace_name = "systemd",
       .name = "nginx.service",
       .containers = {Container("nginx.service", UsageOf(1, 1, at_ns))}}};
  return {.node_name = "n1", .last = std::move(reading)};
}

std::string TextOf(const scraper::Sample& sample) {
  std::ostringstream out;
  out << "node " << sample.node->cpu_ns << " " << sample.node->working_set_bytes << "\n";
  for (const scraper::PodSample& pod : sample.pods) {
    for (const scraper::ContainerSample& container : sample.ContainersOf(pod)) {
      out << pod.namespace_name << "/" << pod.name << "/" << container.name << " "
          << container.point->cpu_ns << " " << container.point->working_set_bytes << "\n";
    }
  }
  return out.str();
}

constexpr char kSampled[] =
    "node 1100598254459 2192789504\n"
    "luffy/busy/demo 32333529237 10532736\n"
    "luffy/busy/sidecar 10476940 327680\n";

TEST(KubeletBodies, AreReadBackAsTheReadingThatTheyWereMadeOf) {
  const AgentState state = StateOf();
  scraper::ResourceDecoder resource;
  const std::string resource_body = ResourceMetricsBody(state);
  const auto by_resource = resource.Decode(resource_body, 0);
  ASSERT_TRUE(by_resource.ok()) << by_resource.status().ToString();
  EXPECT_EQ(TextOf(**by_resource), kSampled);
  EXPECT_EQ((*by_resource)->node->timestamp_ns, kNowNs);

  scraper::SummaryDecoder summary;
  const std::string summary_body = SummaryBody(state);
  const auto by_summary = summary.Decode(summary_body, 0);
  ASSERT_TRUE(by_summary.ok()) << by_summary.status().ToString();
  EXPECT_EQ(TextOf(**by_summary), kSampled);

  scraper::CadvisorDecoder cadvisor;
  const std::string cadvisor_body = CadvisorMetricsBody(state);
  const auto by_cadvisor = cadvisor.Decode(cadvisor_body, 0);
  ASSERT_TRUE(by_cadvisor.ok()) << by_cadvisor.status().ToString();
  EXPECT_EQ(TextOf(**by_cadvisor), kSampled);
}

TEST(KubeletBodies, HaveTheFamiliesOfARealKubelet) {
  std::ifstream file(std::string(TESTDATA_DIR) + "/kubelet-1.26/metrics_resource.txt");
  const std::string ours = ResourceMetricsBody(StateOf());
  int families = 0;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("# TYPE ") || line.starts_with("# TYPE scrape_error")) continue;
    EXPECT_THAT(ours, HasSubstr(line + "\n"));
    ++families;
  }
  EXPECT_EQ(families, 7);
}

TEST(KubeletBodies, SpellFiguresAsKubeletsDo) {
  EXPECT_THAT(ResourceMetricsBody(StateOf()),
              HasSubstr("container_cpu_usage_seconds_total{container=\"demo\",namespace=\"luffy\","
                        "pod=\"busy\"} 32.333529237 1700001000123\n"));
  EXPECT_THAT(ResourceMetricsBody(StateOf()),
              HasSubstr("container_memory_working_set_bytes{container=\"demo\",namespace=\"luffy\","
                        "pod=\"busy\"} 1.0532736e+07 1700001000123\n"));
}

TEST(KubeletBodies, TellNoStartThatIsNotCertain) {
  const std::string text = ResourceMetricsBody(StateOf());
  EXPECT_THAT(text, HasSubstr("container_start_time_seconds{container=\"demo\""));
  EXPECT_THAT(text, Not(HasSubstr("container_start_time_seconds{container=\"sidecar\"")));
}

TEST(KubeletBodies, KeepTheHostToThemselves) {
  for (const std::string& body :
       {ResourceMetricsBody(StateOf()), SummaryBody(StateOf()), CadvisorMetricsBody(StateOf())}) {
    EXPECT_THAT(body, Not(HasSubstr("nginx")));
  }
}

TEST(KubeletBodies, TellTheRateBetweenTwoReadings) {
  AgentState state = StateOf(2'500'000'000, kNowNs + 2 * kSecond);
  state.previous = StateOf(2'000'000'000).last;
  const auto json = nlohmann::json::parse(SummaryBody(state));
  const auto& demo = json["pods"][0]["containers"][0];
  EXPECT_EQ(demo["cpu"]["usageNanoCores"], 250'000'000);
  EXPECT_EQ(demo["startTime"], "2023-11-14T22:15:00Z");
  EXPECT_EQ(json["node"]["nodeName"], "n1");
  EXPECT_EQ(json["pods"][0]["podRef"]["uid"], "u-1");
  EXPECT_EQ(json["pods"][0]["memory"]["workingSetBytes"], 10'532'736 + 327'680);
}

// With what the agent reads beside.
AgentState DetailedState() {
  AgentState state = StateOf();
  auto reading = std::make_shared<cgroup::NodeReading>(*state.last);
  const cgroup::UsageDetails details{.user_cpu_ns = 1'500'000'000,
                                     .system_cpu_ns = 500'000'000,
                                     .rss_bytes = 111,
                                     .cache_bytes = 222,
                                     .page_faults = 3,
                                     .major_page_faults = 4,
                                     .memory_limit_bytes = 20'000'000};
  cgroup::PodReading& pod = reading->pods[0];
  pod.cgroup_path = "/kubepods/podu-1";
  pod.usage = UsageOf(40'000'000'000, 12'000'000);
  pod.usage->details = cgroup::UsageDetails{.rss_bytes = 5};
  pod.containers[0].cgroup_path = "/kubepods/podu-1/demo-id";
  pod.containers[0].usage->details = details;
  pod.containers[0].usage->pressures.cpu = {.some = {.total_us = 2'500'000}, .full = {}};
  reading->usage->details = details;
  reading->system_cgroups = {{.kind = cgroup::SystemCgroup::kPods,
                              .cgroup_path = "/kubepods",
                              .usage = UsageOf(50'000'000'000, 13'000'000)},
                             {.kind = cgroup::SystemCgroup::kQosClass,
                              .cgroup_path = "/kubepods/burstable",
                              .usage = UsageOf(45'000'000'000, 12'500'000)},
                             {.kind = cgroup::SystemCgroup::kKubelet,
                              .cgroup_path = "/system.slice/kubelet.service",
                              .start_time_ns = kStartNs,
                              .start_is_certain = true,
                              .usage = UsageOf(60'000'000'000, 40'000'000)}};
  state.last = std::move(reading);
  state.machine = std::make_shared<const cgroup::Machine>(
      cgroup::Machine{.machine_id = "m", .boot_id = "b", .memory_bytes = 1 << 30, .cpus = 8});
  return state;
}

TEST(KubeletBodies, TellAPodsOwnCgroupWhereItWasRead) {
  const AgentState state = DetailedState();
  EXPECT_THAT(ResourceMetricsBody(state),
              HasSubstr("pod_cpu_usage_seconds_total{namespace=\"luffy\",pod=\"busy\"} 40 "));
  const auto pod = nlohmann::json::parse(SummaryBody(state))["pods"][0];
  EXPECT_EQ(pod["cpu"]["usageCoreNanoSeconds"], 40'000'000'000);
  EXPECT_EQ(pod["memory"]["rssBytes"], 5);
  EXPECT_FALSE(pod["memory"].contains("availableBytes")) << "without a limit";
}

TEST(KubeletBodies, TellMemoryInTheSummaryAsKubeletsDo) {
  const auto summary = nlohmann::ordered_json::parse(SummaryBody(DetailedState()));
  auto memory = summary["pods"][0]["containers"][0]["memory"];
  memory.erase("time");
  EXPECT_EQ(memory.dump(),
            R"({"availableBytes":9467264,"usageBytes":10533736,"workingSetBytes":10532736,)"
            R"("rssBytes":111,"pageFaults":3,"majorPageFaults":4})");
  std::ifstream file(std::string(TESTDATA_DIR) + "/kubelet-1.26/stats_summary.json");
  for (const auto& [key, value] : nlohmann::json::parse(file)["node"]["memory"].items()) {
    EXPECT_TRUE(summary["node"]["memory"].contains(key)) << key;
  }
}

TEST(KubeletBodies, TellOfCadvisorWhatIsOfCpuAndMemory) {
  const std::string body = CadvisorMetricsBody(DetailedState());
  const std::string demo =
      "id=\"/kubepods/podu-1/"
      "demo-id\",image=\"\",name=\"demo-id\",namespace=\"luffy\",pod=\"busy\"} ";
  const std::string at = " 1700001000123\n";
  for (const std::string& line :
       {"container_cpu_system_seconds_total{container=\"demo\"," + demo + "0.5" + at,
        "container_cpu_usage_seconds_total{container=\"demo\",cpu=\"total\"," + demo +
            "32.333529237" + at,
        "container_cpu_user_seconds_total{container=\"demo\"," + demo + "1.5" + at,
        "container_last_seen{container=\"demo\"," + demo + "1.700001e+09" + at,
        "container_memory_cache{container=\"demo\"," + demo + "222" + at,
        "container_memory_rss{container=\"demo\"," + demo + "111" + at,
        "container_pressure_cpu_waiting_seconds_total{container=\"demo\"," + demo + "2.5" + at,
        "container_spec_memory_limit_bytes{container=\"demo\"," + demo + "2e+07\n",
        "container_start_time_seconds{container=\"demo\"," + demo + "1.7000001e+09\n",
        "container_memory_rss{container=\"\",id=\"/kubepods/podu-1\",image=\"\",name=\"\"," +
            std::string("namespace=\"luffy\",pod=\"busy\"} 5") + at,
        std::string("machine_cpu_cores{boot_id=\"b\",machine_id=\"m\",system_uuid=\"\"} 8\n"),
        std::string("machine_memory_bytes{boot_id=\"b\",machine_id=\"m\",system_uuid=\"\"} ") +
            "1.073741824e+09\n"}) {
    EXPECT_THAT(body, HasSubstr(line));
  }
  EXPECT_THAT(body, Not(HasSubstr("container_pressure_io"))) << "no kernel tells it";
}

// As in the recorded body of a kubelet.
TEST(KubeletBodies, TellOfCadvisorWhatHoldsThePods) {
  const std::string body = CadvisorMetricsBody(DetailedState());
  const std::string blank = "image=\"\",name=\"\",namespace=\"\",pod=\"\"} ";
  for (const std::string& line :
       {"container_cpu_usage_seconds_total{container=\"\",cpu=\"total\",id=\"/kubepods\"," + blank +
            "50 1700001000123\n",
        "container_memory_working_set_bytes{container=\"\",id=\"/kubepods/burstable\"," + blank +
            "1.25e+07 1700001000123\n",
        "container_start_time_seconds{container=\"\",id=\"/system.slice/kubelet.service\"," +
            blank + "1.7000001e+09\n"}) {
    EXPECT_THAT(body, HasSubstr(line));
  }
  EXPECT_THAT(body, Not(HasSubstr("container_start_time_seconds{container=\"\",id=\"/kubepods\"")));
  scraper::CadvisorDecoder decoder;
  const auto sample = decoder.Decode(body, 0);
  ASSERT_TRUE(sample.ok()) << sample.status().ToString();
  EXPECT_EQ(TextOf(**sample), kSampled);
}

TEST(KubeletBodies, TellOfSystemContainersAsKubeletsDo) {
  AgentState state = DetailedState();
  state.previous = std::make_shared<cgroup::NodeReading>(*state.last);
  auto reading = std::make_shared<cgroup::NodeReading>(*state.last);
  reading->system_cgroups[0].usage = UsageOf(50'500'000'000, 13'000'000, kNowNs + kSecond);
  state.last = std::move(reading);
  const auto containers = nlohmann::json::parse(SummaryBody(state))["node"]["systemContainers"];
  ASSERT_EQ(containers.size(), 2u);
  EXPECT_EQ(containers[0]["name"], "pods");
  EXPECT_EQ(containers[0]["cpu"]["usageNanoCores"], 500'000'000);
  EXPECT_EQ(containers[0]["memory"]["workingSetBytes"], 13'000'000);
  EXPECT_EQ(containers[0]["startTime"], "2023-11-14T22:13:20Z") << "the node's";
  EXPECT_EQ(containers[1]["name"], "kubelet");
  EXPECT_EQ(containers[1]["startTime"], "2023-11-14T22:15:00Z");
}

// Each of its families is one of a real kubelet, in its words.
TEST(KubeletBodies, DescribeCadvisorsFamiliesAsARealKubelet) {
  std::ifstream file(std::string(TESTDATA_DIR) + "/kubelet-1.26/metrics_cadvisor.txt");
  const std::string real{std::istreambuf_iterator<char>(file), {}};
  std::istringstream ours(CadvisorMetricsBody(DetailedState()));
  std::string last;
  for (std::string line; std::getline(ours, line);) {
    if (!line.starts_with("# HELP ")) continue;
    EXPECT_LT(last, line) << "in the order of their names";
    last = line;
    if (line.find("container_pressure") != std::string::npos) continue;  // newer kubelets
    EXPECT_THAT(real, HasSubstr(line + "\n"));
  }
}

TEST(KubeletBodies, SayThatNothingIsKnownYet) {
  const AgentState state{.node_name = "n1"};
  EXPECT_THAT(ResourceMetricsBody(state), HasSubstr("\nresource_scrape_error 1\n"));
  EXPECT_EQ(CadvisorMetricsBody(state), "");
  EXPECT_EQ(SummaryBody(state), R"({"node":{"nodeName":"n1"},"pods":[]})");
}

}  // namespace
}  // namespace kubegauge::server
