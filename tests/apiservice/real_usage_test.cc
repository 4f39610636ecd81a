// The whole way of the data on this machine: a process that burns half a core in a real cgroup, and
// the figure that metrics.k8s.io serves of it, held to the kernel's own account of the process.

#include <gtest/gtest.h>
#include <spdlog/sinks/null_sink.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "apiservice/metrics_handler.h"
#include "kube/go_duration.h"
#include "kube/quantity.h"
#include "scraper/local_source.h"
#include "scraper/store.h"
#include "tests/apiservice/exchange.h"
#include "tests/cgroup/burning_cgroup.h"

namespace kubegauge::apiservice {
namespace {

using ::kubegauge::testing::Answer;
using ::kubegauge::testing::BracketCpu;
using ::kubegauge::testing::BurningCgroup;
using ::kubegauge::testing::CpuBracket;
using ::kubegauge::testing::kBurnerMemoryBytes;
using ::kubegauge::testing::kBurnSecondNs;

// Measures this machine, and serves it with the burner as its only pod.
class Machine {
 public:
  Machine(std::unique_ptr<cgroup::NodeReader> reader, const std::string& pod)
      : pod_(pod), source_(std::move(reader), clock_, log_) {
    store_.SetCatalog(std::make_shared<const scraper::Catalog>(
        std::vector{kube::ObjectMeta::Create("", "host")},
        std::vector{kube::ObjectMeta::Create("cgroup", pod)}));
  }

  void Tick() {
    boost::asio::io_context context;
    auto sample = boost::asio::co_spawn(context, source_.Collect(), boost::asio::use_future);
    context.run();
    store_.Apply("host", **sample.get());
    snapshot_.Set(store_.MakeSnapshot());
  }

  Answer GetPod() {
    return testing::Ask(
        handler_,
        testing::MakeRequest("/apis/metrics.k8s.io/v1beta1/namespaces/cgroup/pods/" + pod_));
  }

 private:
  std::string pod_;
  kube::SystemClock clock_;
  spdlog::logger log_{"test", std::make_shared<spdlog::sinks::null_sink_st>()};
  scraper::LocalSource source_;
  // Nothing gets stale, however long a busy machine takes.
  scraper::Store store_{{.resolution_ns = kBurnSecondNs, .stale_after_ns = 600 * kBurnSecondNs},
                        clock_};
  PublishedSnapshot snapshot_{store_.MakeSnapshot()};
  MetricsHandler handler_{snapshot_, clock_};
};

TEST(RealUsage, ServedFigureAgreesWithTheKernelWithinFivePercent) {
  const auto hierarchy = cgroup::DetectHierarchy("/");
  if (!hierarchy.ok()) GTEST_SKIP() << hierarchy.status();
  std::string why;
  const auto burner = BurningCgroup::Start(*hierarchy, why);
  if (burner == nullptr) GTEST_SKIP() << why;
  const kube::SystemClock clock;
  auto reader = cgroup::NodeReader::Open({}, [&] { return clock.WallNs(); });
  ASSERT_TRUE(reader.ok()) << reader.status();
  Machine machine(*std::move(reader), burner->name());

  WaitForCpu(*burner, kBurnSecondNs / 5);
  const int64_t first_from_ns = clock.MonotonicNs();
  const CpuBracket first = BracketCpu(*burner, [&] { machine.Tick(); });
  const int64_t first_to_ns = clock.MonotonicNs();
  EXPECT_EQ(machine.GetPod().status, 404u) << "one point is no rate";
  WaitForCpu(*burner, kBurnSecondNs);
  const int64_t second_from_ns = clock.MonotonicNs();
  const CpuBracket second = BracketCpu(*burner, [&] { machine.Tick(); });
  const int64_t second_to_ns = clock.MonotonicNs();

  const Answer answer = machine.GetPod();
  ASSERT_EQ(answer.status, 200u) << answer.body;
  const auto pod = nlohmann::json::parse(answer.body);
  const auto& usage = pod["containers"][0]["usage"];
  const auto cpu = kube::Quantity::Parse(usage["cpu"].get<std::string>());
  const auto memory = kube::Quantity::Parse(usage["memory"].get<std::string>());
  const auto window_ns = kube::ParseGoDuration(pod["window"].get<std::string>());
  ASSERT_TRUE(cpu.ok() && memory.ok() && window_ns.ok()) << answer.body;

  // However long the readings took, what is served lies between what was told around them.
  const auto least_cpu_ns = static_cast<double>(second.from_ns - first.to_ns);
  const auto most_cpu_ns = static_cast<double>(second.to_ns - first.from_ns);
  const auto least_wall_ns = static_cast<double>(second_from_ns - first_to_ns);
  const auto most_wall_ns = static_cast<double>(second_to_ns - first_from_ns);
  const auto millicores = static_cast<double>(cpu->MilliValue());
  EXPECT_GE(millicores, 0.95 * 1000 * least_cpu_ns / most_wall_ns);
  EXPECT_LE(millicores, 1.05 * 1000 * most_cpu_ns / least_wall_ns);
  EXPECT_GE(static_cast<double>(*window_ns), 0.95 * least_wall_ns);
  EXPECT_LE(static_cast<double>(*window_ns), 1.05 * most_wall_ns);
  EXPECT_GT(memory->Value(), static_cast<int64_t>(kBurnerMemoryBytes / 2));
  EXPECT_LT(memory->Value(), static_cast<int64_t>(kBurnerMemoryBytes * 2));
}

}  // namespace
}  // namespace kubegauge::apiservice
