// `kubegauge standalone` on this very machine.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "tests/e2e/real_pod.h"
#include "tests/e2e/standalone_server.h"

namespace kubegauge::testing {
namespace {

using nlohmann::json;

json Get(const StandaloneServer& server, const std::string& target) {
  return json::parse(server.Curl(target, server.AdminArguments()).out, nullptr,
                     /*allow_exceptions=*/false);
}

// A quantity of cpu in nanocores.
int64_t Nanocores(const std::string& text) {
  const int64_t value = std::stoll(text);
  switch (text.back()) {
    case 'n':
      return value;
    case 'u':
      return value * 1'000;
    case 'm':
      return value * 1'000'000;
    default:
      return value * 1'000'000'000;
  }
}

int64_t Bytes(const std::string& text) {
  const int64_t value = std::stoll(text);
  if (text.ends_with("Ki")) return value << 10;
  if (text.ends_with("Mi")) return value << 20;
  if (text.ends_with("Gi")) return value << 30;
  return value;
}

constexpr char kMetrics[] = "/apis/metrics.k8s.io/v1beta1";

TEST(Machine, ShowsItsOwnUsage) {
  StandaloneServer server("/");
  server.WaitUntilReady();
  const json node = Get(server, std::string(kMetrics) + "/nodes/box");
  const int64_t total = sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE);
  const int64_t memory = Bytes(node["usage"]["memory"]);
  EXPECT_GT(memory, 1 << 20);
  EXPECT_LT(memory, total);

  const Subprocess burner({"sh", "-c", "while :; do :; done"});
  const auto shows_the_burner = [&] {
    const json busy = Get(server, std::string(kMetrics) + "/nodes/box");
    return Nanocores(busy["usage"]["cpu"]) > 200'000'000;
  };
  EXPECT_TRUE(Eventually(shows_the_burner, In(kPatience)));
  const int64_t cores = sysconf(_SC_NPROCESSORS_ONLN);
  EXPECT_EQ(Get(server, "/api/v1/nodes/box")["status"]["capacity"]["cpu"], std::to_string(cores));
}

TEST(Machine, ShowsARealPod) {
  if (const std::string why_not = RealPod::WhyNot(); !why_not.empty()) GTEST_SKIP() << why_not;
  const RealPod pod;
  ASSERT_TRUE(
      Eventually([&] { return pod.MemoryBytes() > RealPod::kBallastBytes; }, In(kPatience)));
  StandaloneServer server(pod.root(), {"--metric-resolution=1s"});
  json metrics;
  const auto is_served = [&] {
    metrics = Get(server, std::string(kMetrics) + "/namespaces/e2e/pods/burner");
    return metrics.value("kind", "") == "PodMetrics";
  };
  ASSERT_TRUE(Eventually(is_served, In(kPatience))) << metrics;
  ASSERT_EQ(metrics["containers"].size(), 1u);
  EXPECT_EQ(metrics["containers"][0]["name"], "burn");
  const int64_t nanocores = Nanocores(metrics["containers"][0]["usage"]["cpu"]);
  EXPECT_GT(nanocores, 20'000'000);
  EXPECT_LT(nanocores, 1'100'000'000);
  EXPECT_NEAR(Bytes(metrics["containers"][0]["usage"]["memory"]), pod.MemoryBytes(), 1 << 20);

  const json listed = Get(server, "/api/v1/namespaces/e2e/pods/burner");
  EXPECT_EQ(listed["status"]["phase"], "Running");
}

}  // namespace
}  // namespace kubegauge::testing
