#include "server/autoscaler/snapshot_metrics_reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <random>
#include <string>
#include <vector>

#include "apiservice/metrics_handler.h"
#include "autoscaler/api_metrics_reader.h"
#include "kube/label_selector.h"
#include "tests/apiservice/exchange.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/scripted_api_client.h"
#include "tests/scraper/snapshot_builder.h"

namespace kubegauge::server {
namespace {

using autoscaler::Fetched;
using autoscaler::PodUsageList;
using ::testing::ElementsAre;
using testing::MakeSnapshot;
using testing::PodUsageLiteral;
using testing::UsageLiteral;

constexpr int64_t kNow = 1'767'323'045'999'999'999;

// One line for each pod, with all that a decision can see.
std::vector<std::string> TextOf(const Fetched<PodUsageList>& read) {
  if (const auto* error = std::get_if<autoscaler::FetchError>(&read)) return {error->text};
  const auto& list = std::get<PodUsageList>(read);
  std::vector<std::string> lines;
  for (const PodUsageList::PodUsage& pod : list.pods) {
    std::string line = fmt::format("{} {} {}:", pod.name, pod.timestamp_ns, pod.window_ns);
    for (uint32_t i = 0; i < pod.container_count; ++i) {
      const auto& container = list.containers[pod.first_container + i];
      line += fmt::format(" {} {} {}", container.name, container.usage.Find("cpu").value(),
                          container.usage.Find("memory").value());
    }
    lines.push_back(line);
  }
  return lines;
}

class SnapshotMetricsReaderTest : public ::testing::Test {
 protected:
  // The pods that a controller would find by the selector.
  std::vector<autoscaler::PodPtr> Select(const std::string& namespace_name,
                                         const std::string& selector) {
    std::vector<autoscaler::PodPtr> pods;
    const auto parsed = kube::LabelSelector::Parse(selector);
    for (const kube::ObjectMetaRef& meta : snapshot_.Get()->catalog().pods()) {
      if (meta->namespace_name() != namespace_name || !parsed->Matches(*meta)) continue;
      pods.push_back(std::make_shared<const autoscaler::Pod>(
          autoscaler::Pod{.name = std::string(meta->name())}));
    }
    return pods;
  }
  std::vector<std::string> Read(autoscaler::ResourceMetricsReader& reader,
                                const std::string& namespace_name, const std::string& selector) {
    io_.restart();
    const std::vector<autoscaler::PodPtr> pods = Select(namespace_name, selector);
    auto result = boost::asio::co_spawn(io_, reader.PodUsage(namespace_name, selector, pods),
                                        boost::asio::use_future);
    io_.run();
    const Fetched<PodUsageList> read = result.get();
    if (const auto* const list = std::get_if<PodUsageList>(&read)) ExpectPlaces(*list, pods);
    return TextOf(read);
  }
  void ExpectPlaces(const PodUsageList& list, autoscaler::Pods pods) {
    if (list.places.empty()) return;
    ASSERT_EQ(list.places.size(), list.pods.size());
    for (size_t i = 0; i < list.pods.size(); ++i) {
      EXPECT_EQ(pods[list.places[i]]->name, list.pods[i].name);
    }
    ++reads_with_places_;
  }

  int reads_with_places_ = 0;
  boost::asio::io_context io_;
  testing::ManualClock clock_{kNow};
  apiservice::PublishedSnapshot snapshot_{scraper::EmptySnapshot()};
  SnapshotMetricsReader reader_{snapshot_};

  // The same through the API.
  apiservice::MetricsHandler handler_{snapshot_, clock_};
  testing::ScriptedApiClient client_{[this](const kube::ApiRequest& request) {
    testing::Answer answer =
        testing::Ask(handler_, testing::MakeRequest(request.target, {{"Accept", request.accept}}));
    return testing::ScriptedApiClient::Script{
        .status = answer.status,
        .headers = {{"content-type", answer.Header("Content-Type")}},
        .body = std::move(answer.body)};
  }};
  autoscaler::ApiMetricsReader api_reader_{client_, std::chrono::seconds(1)};
};

TEST_F(SnapshotMetricsReaderTest, RoundsUpPerContainerAndCutsTheTime) {
  snapshot_.Set(MakeSnapshot(
      {{.name = "node-1"}},
      {{"shop",
        "web-1",
        {{"app", "web"}},
        {{"main",
          {.cpu_nanocores = 12'345'678,
           .working_set_bytes = 128'974'848,
           .timestamp_ns = kNow,
           .window_ns = 15'062'000'000}},
         {"proxy", {.cpu_nanocores = 1, .working_set_bytes = 1, .timestamp_ns = kNow}}}},
       {"shop", "web-2", {{"app", "web"}}, {}},
       {"shop", "db-1", {{"app", "db"}}, {{"main", {.timestamp_ns = kNow}}}},
       {"bank", "web-1", {{"app", "web"}}, {{"main", {.timestamp_ns = kNow}}}}}));
  EXPECT_THAT(
      Read(reader_, "shop", "app=web"),
      ElementsAre("web-1 1767323045000000000 15062000000: main 13 128974848000 proxy 1 1000"));
  EXPECT_THAT(Read(reader_, "none", "app=web"), ElementsAre());
  EXPECT_EQ(reads_with_places_, 1);
}

class SnapshotMaker {
 public:
  std::shared_ptr<const scraper::Snapshot> Make() {
    std::vector<PodUsageLiteral> pods;
    for (int i = Number(12); i > 0; --i) {
      PodUsageLiteral pod{.namespace_name = Number(2) == 0 ? "shop" : "bank",
                          .name = fmt::format("pod-{}", i),
                          .labels = {},
                          .containers = {}};
      if (Number(3) > 0) pod.labels.emplace_back("app", Number(2) == 0 ? "web" : "db");
      if (Number(3) == 0) pod.labels.emplace_back("canary", "");
      for (int container = Number(4); container > 0; --container) {
        pod.containers.emplace_back(fmt::format("container-{}", container), Usage());
      }
      pods.push_back(std::move(pod));
    }
    return MakeSnapshot({{.name = "node-1"}}, pods);
  }

 private:
  int Number(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }
  // Of any magnitude up to `bits`.
  uint64_t Amount(int bits) { return random_() >> (63 - Number(bits)); }
  UsageLiteral Usage() {
    return {.cpu_nanocores = Number(8) == 0 ? 0 : Amount(48),
            .working_set_bytes = Number(8) == 0 ? 0 : Amount(64),
            .timestamp_ns = kNow - static_cast<int64_t>(Amount(40)),
            .window_ns = 1 + static_cast<int64_t>(Amount(38))};
  }

  std::mt19937_64 random_{4};
};

TEST_F(SnapshotMetricsReaderTest, ReadsWhatTheApiServesOfTheSameSnapshot) {
  SnapshotMaker maker;
  size_t pods = 0;
  for (int round = 0; round < 500; ++round) {
    snapshot_.Set(maker.Make());
    for (const char* selector : {"", "app=web", "app!=web", "canary", "app in (web,db),!canary"}) {
      const std::vector<std::string> read = Read(reader_, "shop", selector);
      ASSERT_EQ(read, Read(api_reader_, "shop", selector)) << selector;
      pods += read.size();
    }
  }
  EXPECT_GT(pods, 1000u);
}

TEST_F(SnapshotMetricsReaderTest, WhatWasReadOutlivesTheSnapshot) {
  snapshot_.Set(MakeSnapshot({{.name = "node-1"}},
                             {{"shop", "web-1", {}, {{"main", {.timestamp_ns = kNow}}}}}));
  const std::vector<autoscaler::PodPtr> pods = Select("shop", "");
  auto result =
      boost::asio::co_spawn(io_, reader_.PodUsage("shop", "", pods), boost::asio::use_future);
  io_.run();
  const Fetched<PodUsageList> read = result.get();
  snapshot_.Set(scraper::EmptySnapshot());
  EXPECT_THAT(TextOf(read), ElementsAre("web-1 1767323045000000000 15000000000: main 0 0"));
}

}  // namespace
}  // namespace kubegauge::server
