#include "scraper/local_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <filesystem>
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

TEST_F(LocalSourceTest, EachFileThatFailsIsLogged) {
  tree_.Write(CpuStat(), "usage_usec -1\n");
  Collect();
  EXPECT_THAT(Logged(), HasSubstr("Cgroup reading failed pod=systemd/a.service error="));
  tree_.Write(CpuStat(), "usage_usec 5\n");
  tree_.Write("sys/fs/cgroup/a.service/memory.current", "max\n");
  Collect();
  EXPECT_THAT(Logged(), HasSubstr("memory.current")) << "it is another file of the same pod";
}

TEST_F(LocalSourceTest, WhatAFileHasIsQuotedInTheLog) {
  tree_.Write("sys/fs/cgroup/a.service/memory.current", "1\n2 pod=x\n");
  Collect();
  EXPECT_THAT(Logged(), HasSubstr(R"(memory.current: \"1\n2 pod=x\" is not a counter)"));
}

// So long out of sight that nothing is known of its start: it must not pass for the old one.
TEST_F(LocalSourceTest, ServiceThatRestartedUnseenBeginsAnew) {
  Store store({.resolution_ns = 600 * kSecondNs, .stale_after_ns = 1800 * kSecondNs}, clock_);
  store.SetCatalog(std::make_shared<const Catalog>(
      std::vector<kube::ObjectMetaRef>{kube::ObjectMeta::Create("", "host")},
      std::vector<kube::ObjectMetaRef>{kube::ObjectMeta::Create("systemd", "a.service")}));
  PodUsage usage;
  const auto is_served = [&] {
    clock_.Advance(600 * kSecondNs);
    store.Apply("host", Collect());
    return store.MakeSnapshot()->GetPodUsage(0, usage);
  };
  EXPECT_FALSE(is_served());
  EXPECT_TRUE(is_served());
  std::filesystem::rename(tree_.At("sys/fs/cgroup/a.service"), tree_.At("old"));
  tree_.Add("sys/fs/cgroup", {MakeDir("a.service", V2Files(90'000'000, 4096, 96))});
  EXPECT_FALSE(is_served()) << "its 90 s are its own";
  EXPECT_TRUE(is_served());
  EXPECT_EQ(usage.containers[0].usage.cpu_nanocores, 0u);
}

// The kernel had to forget the times of a cgroup, and made them anew 12 s before it is read.
TEST_F(LocalSourceTest, WhatRanBeforeIsNotServedAsFreshHoweverYoungItsDirectoryLooks) {
  const auto set_time = [&](const char* path) {
    std::filesystem::last_write_time(
        tree_.At(path), std::filesystem::file_time_type::clock::from_sys(
                            std::chrono::sys_time<std::chrono::nanoseconds>(
                                std::chrono::nanoseconds(clock_.WallNs() - 11 * kSecondNs))));
  };
  for (const char* path : {"sys/fs/cgroup/a.service/cgroup.events", "sys/fs/cgroup/a.service"}) {
    set_time(path);
  }
  Store store({.resolution_ns = 15 * kSecondNs, .stale_after_ns = 60 * kSecondNs}, clock_);
  store.SetCatalog(std::make_shared<const Catalog>(
      std::vector<kube::ObjectMetaRef>{kube::ObjectMeta::Create("", "host")},
      std::vector<kube::ObjectMetaRef>{kube::ObjectMeta::Create("systemd", "a.service")}));
  store.Apply("host", Collect());
  EXPECT_EQ(source_->reading().pods[0].start_time_ns, clock_.WallNs() - 12 * kSecondNs)
      << "the file system of the test keeps such times";
  PodUsage usage;
  EXPECT_FALSE(store.MakeSnapshot()->GetPodUsage(0, usage)) << "its CPU is not of these 12 s";
  store.Apply("host", Collect());
  ASSERT_TRUE(store.MakeSnapshot()->GetPodUsage(0, usage));
  EXPECT_EQ(usage.containers[0].usage.cpu_nanocores, 0u);
}

}  // namespace
}  // namespace kubegauge::scraper
