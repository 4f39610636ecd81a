#include "scraper/local_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "scraper/store.h"
#include "tests/cgroup/tree_fixture.h"
#include "tests/fakes/manual_clock.h"

namespace kubegauge::scraper {
namespace {

using ::kubegauge::testing::MakeDir;
using ::kubegauge::testing::MakeFile;
using ::kubegauge::testing::V2Files;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int64_t kSecondNs = 1'000'000'000;

class LocalSourceTest : public ::testing::Test {
 protected:
  LocalSourceTest() {
    tree_.Add("sys/fs/cgroup", {MakeFile("cgroup.controllers", "cpu memory\n"),
                                MakeFile("cpu.stat", "usage_usec 9000\n"),
                                MakeFile("memory.stat", "anon 100\nfile 1000\ninactive_file 300\n"),
                                MakeDir("a.service", V2Files(1'000'000, 4096, 96)),
                                MakeDir("b.service", V2Files(2'000'000, 8192, 0))});
    auto reader =
        cgroup::NodeReader::Open({.root = tree_.root()}, [this] { return clock_.WallNs(); });
    source_ = std::make_unique<LocalSource>(*std::move(reader), clock_, log_);
  }

  // Collects as a tick of one second would.
  const Sample& Collect() {
    clock_.Advance(kSecondNs);
    boost::asio::io_context context;
    auto sample = boost::asio::co_spawn(context, source_->Collect(), boost::asio::use_future);
    context.run();
    return **sample.get();
  }

  // Takes what was logged since the last time.
  std::string Logged() {
    std::string text = logged_.str();
    logged_.str("");
    return text;
  }

  std::string CpuStat() const { return "sys/fs/cgroup/a.service/cpu.stat"; }

  testing::TempTree tree_;
  // Later than any test runs: the files of the tree must have been made before they are read.
  testing::ManualClock clock_{4'000'000'000 * kSecondNs};
  std::ostringstream logged_;
  spdlog::logger log_{"test", std::make_shared<spdlog::sinks::ostream_sink_st>(logged_)};
  std::unique_ptr<LocalSource> source_;
};

TEST_F(LocalSourceTest, SamplesTheNodeAndItsPods) {
  const Sample& sample = Collect();
  ASSERT_TRUE(sample.node);
  EXPECT_EQ(sample.node->cpu_ns, 9'000'000u);
  EXPECT_EQ(sample.node->working_set_bytes, 800u);
  ASSERT_EQ(sample.pods.size(), 2u);
  EXPECT_EQ(sample.pods[0].namespace_name, "systemd");
  EXPECT_EQ(sample.pods[1].name, "b.service");
  const auto containers = sample.ContainersOf(sample.pods[0]);
  ASSERT_EQ(containers.size(), 1u);
  EXPECT_EQ(containers[0].point->cpu_ns, 1'000'000'000u);
  EXPECT_EQ(containers[0].point->working_set_bytes, 4000u);
  EXPECT_EQ(containers[0].point->timestamp_ns, clock_.WallNs());
  EXPECT_EQ(Logged(), "");
}

TEST_F(LocalSourceTest, FailureIsCountedAndLoggedOnceAMinuteWithItsFile) {
  tree_.Write(CpuStat(), "usage_usec -1\n");
  const Sample& sample = Collect();
  EXPECT_FALSE(sample.containers[0].point);
  EXPECT_TRUE(sample.containers[1].point) << "the other is served";
  EXPECT_THAT(Logged(), HasSubstr(tree_.At(CpuStat()).string()));
  for (int i = 0; i < 59; ++i) Collect();
  EXPECT_EQ(Logged(), "");
  Collect();
  EXPECT_THAT(Logged(), HasSubstr("failures_total=61 held_back=59"));
  EXPECT_EQ(source_->failures(), 61u);
}

TEST_F(LocalSourceTest, ContainerThatFailedOnceIsServedAgainAtOnce) {
  Store store(StoreOptions::ForResolution(kSecondNs), clock_);
  store.SetCatalog(std::make_shared<const Catalog>(
      std::vector<kube::ObjectMetaRef>{kube::ObjectMeta::Create("", "host")},
      std::vector<kube::ObjectMetaRef>{kube::ObjectMeta::Create("systemd", "a.service"),
                                       kube::ObjectMeta::Create("systemd", "b.service")}));
  // "name=millicores" of each pod that is served.
  const auto served = [&] {
    store.Apply("host", Collect());
    const auto snapshot = store.MakeSnapshot();
    std::vector<std::string> lines;
    PodUsage usage;
    for (size_t i = 0; i < snapshot->catalog().pods().size(); ++i) {
      if (!snapshot->GetPodUsage(i, usage)) continue;
      lines.push_back(std::string(snapshot->catalog().pods()[i]->name()) + "=" +
                      std::to_string(usage.containers[0].usage.cpu_nanocores / 1'000'000));
    }
    return lines;
  };
  EXPECT_THAT(served(), IsEmpty());
  tree_.Write(CpuStat(), "usage_usec 1250000\n");
  EXPECT_THAT(served(), ElementsAre("a.service=250", "b.service=0"));
  tree_.Write(CpuStat(), "usage_usec max\n");
  EXPECT_THAT(served(), ElementsAre("b.service=0"));
  tree_.Write(CpuStat(), "usage_usec 2250000\n");
  EXPECT_THAT(served(), ElementsAre("a.service=500", "b.service=0")) << "over two seconds";
}

}  // namespace
}  // namespace kubegauge::scraper
