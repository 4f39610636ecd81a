// What a filter that costs much changes about an answer: it comes in more parts, so that others get
// their turn between them, and is the same.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "apiservice/body_response.h"
#include "apiservice/list_options.h"
#include "apiservice/metrics_list.h"
#include "apiservice/protobuf_body.h"
#include "apiservice/snapshot_diff.h"
#include "apiservice/watch_events.h"
#include "apiservice/watch_stream.h"
#include "tests/apiservice/exchange.h"
#include "tests/apiservice/recorded_cluster.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/manual_sleeper.h"

namespace kubegauge::apiservice {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kMeasuredAtNs = 1'700'000'000'000'000'000;

// Lets every third object pass, and counts how many it is asked for.
class EveryThird final : public MetaFilter {
 public:
  explicit EveryThird(size_t cost) : cost_(cost) {}
  bool Matches(const kube::ObjectMeta& meta) const override {
    ++looks_;
    return (meta.name().back() - '0') % 3 == 0;
  }
  size_t CostOf(const kube::ObjectMeta&) const override { return cost_; }
  // Since the last call.
  size_t TakeLooks() const { return std::exchange(looks_, 0); }

 private:
  size_t cost_;
  mutable size_t looks_ = 0;
};

std::shared_ptr<const scraper::Snapshot> TenPods(uint64_t memory) {
  std::vector<testing::PodUsageLiteral> pods;
  for (int i = 0; i < 10; ++i) {
    pods.push_back(
        {"ns", "pod-" + std::to_string(i), {}, {{"c", {1'000'000, memory, kMeasuredAtNs}}}});
  }
  return testing::MakeSnapshot({{"node", {}, {1, 1, kMeasuredAtNs}}}, pods);
}

std::string ReadSparingly(BodyStream& body, const EveryThird& filter) {
  std::string text;
  for (bool more = true; more;) {
    more = body.Next(text);
    EXPECT_LE(filter.TakeLooks(), 1u);
  }
  return text;
}

using MakeBody = std::function<std::unique_ptr<BodyStream>(PodItems items)>;

TEST(CostlyFilter, GivesEveryBodyInMorePartsOnly) {
  const MetricsJson json("v1beta1", kMeasuredAtNs);
  const MetricsProtobuf protobuf("v1beta1", kMeasuredAtNs);
  ByteBudget room(1 << 20);
  ByteBudget no_room(0);
  const std::vector<MakeBody> bodies = {
      [&](PodItems items) {
        return ObjectBody(std::move(items), json, Form::kList, Layout::kCompact);
      },
      [&](PodItems items) {
        return ObjectBody(std::move(items), json, Form::kList, Layout::kIndented);
      },
      [&](PodItems items) {
        return ObjectBody(std::move(items), json, Form::kList, Layout::kYaml);
      },
      [&](PodItems items) {
        return TableBody(std::move(items), json, {.version = "v1"}, Layout::kCompact);
      },
      [&](PodItems items) {
        return MetadataBody(std::move(items), json, Form::kList, "v1", Layout::kCompact);
      },
      [&](PodItems items) { return ProtobufBody(std::move(items), protobuf, {}, room); },
      [&](PodItems items) { return ProtobufBody(std::move(items), protobuf, {}, no_room); },
  };
  const auto snapshot = TenPods(1 << 20);
  const auto cheap = std::make_shared<const EveryThird>(1);
  const auto costly = std::make_shared<const EveryThird>(kComparisonsAtOnce);
  for (size_t i = 0; i < bodies.size(); ++i) {
    for (const size_t end : {size_t{0}, size_t{1}, size_t{2}, size_t{10}}) {
      const std::string whole = ReadAll(*bodies[i](PodItems(snapshot, 0, end, cheap)));
      EXPECT_EQ(ReadSparingly(*bodies[i](PodItems(snapshot, 0, end, costly)), *costly), whole)
          << "body " << i << " of " << end;
      const std::string none = ReadAll(*bodies[i](PodItems(snapshot, 1, 3, cheap)));
      EXPECT_EQ(ReadSparingly(*bodies[i](PodItems(snapshot, 1, 3, costly)), *costly), none);
    }
  }
}

constexpr size_t kManyPods = 12'000;

std::shared_ptr<const scraper::Snapshot> ManyPods() {
  std::vector<testing::PodUsageLiteral> pods;
  for (size_t i = 0; i < kManyPods; ++i) {
    pods.push_back({"ns",
                    fmt::format("a-pod-whose-name-is-long-{:05}", i),
                    {},
                    {{"container", {1'000'000, 1 << 20, kMeasuredAtNs}}}});
  }
  return testing::MakeSnapshot({{"node", {}, {1, 1, kMeasuredAtNs}}}, pods);
}

// Its head says how long it is, so that all of it is written before the first byte is sent.
TEST(LongProtobufList, GivesOthersTheirTurnWhileItIsCounted) {
  const auto snapshot = ManyPods();
  std::vector<std::string> bodies;
  for (const size_t room : {1 << 20, 0}) {
    ByteBudget budget(room);
    const auto filter = std::make_shared<const EveryThird>(1);
    const auto body = ProtobufBody(PodItems(snapshot, 0, kManyPods, filter),
                                   MetricsProtobuf("v1beta1", kMeasuredAtNs), {}, budget);
    std::string text;
    for (bool more = true; more;) {
      more = body->Next(text);
      EXPECT_LT(filter->TakeLooks(), kManyPods / 2) << "with room for " << room;
    }
    EXPECT_GT(text.size(), 6 * kBodyPartBytes);
    bodies.push_back(std::move(text));
  }
  EXPECT_TRUE(bodies[0] == bodies[1]);
}

std::string EventsSparingly(WatchEvents& events, const EveryThird& filter, size_t looks) {
  std::string text;
  for (bool more = true; more;) {
    more = events.Append(text);
    EXPECT_LE(filter.TakeLooks(), looks);
  }
  return text;
}

TEST(CostlyFilter, GivesTheEventsOfAWatchInMorePartsOnly) {
  const auto cheap = std::make_shared<const EveryThird>(1);
  const auto costly = std::make_shared<const EveryThird>(kComparisonsAtOnce);
  const auto with_cheap = MakeWatchEvents({.api_version = "v1", .filter = cheap});
  const auto with_costly = MakeWatchEvents({.api_version = "v1", .filter = costly});
  for (uint64_t version = 1; version < 4; ++version) {
    const SnapshotFeed::State state{version < 3 ? TenPods(version << 20) : scraper::EmptySnapshot(),
                                    version};
    with_cheap->MoveTo(state, kMeasuredAtNs);
    with_costly->MoveTo(state, kMeasuredAtNs);
    const std::string whole = EventsSparingly(*with_cheap, *cheap, 100);
    EXPECT_THAT(whole, HasSubstr(version == 1 ? "ADDED" : version == 2 ? "MODIFIED" : "DELETED"));
    // One of the state before and one of the state after.
    EXPECT_EQ(EventsSparingly(*with_costly, *costly, 2), whole);
  }
}

TEST(LongWatch, GivesOthersTheirTurnWhileNothingHasChanged) {
  const auto filter = std::make_shared<const EveryThird>(1);
  const auto events = MakeWatchEvents({.api_version = "v1", .filter = filter});
  SnapshotFeed::State state{ManyPods(), 1};
  events->StartFrom(state);
  state.version = 2;
  events->MoveTo(state, kMeasuredAtNs);
  // A third of the objects are looked for in the state before and in the state after.
  EXPECT_EQ(EventsSparingly(*events, *filter, 2 * 3 * (kUnchangedAtOnce + 1)), "");
}

class LetsNothingPass final : public MetaFilter {
 public:
  bool Matches(const kube::ObjectMeta&) const override {
    ++looks;
    return false;
  }
  size_t CostOf(const kube::ObjectMeta&) const override { return kComparisonsAtOnce; }

  mutable size_t looks = 0;
};

TEST(CostlyFilter, LetsAWatchBeEndedWhileItLooks) {
  testing::ManualClock clock;
  testing::ManualSleeper sleeper(clock);
  PublishedSnapshot published(TenPods(1 << 20));
  SnapshotFeed feed(published, clock);
  const auto nothing = std::make_shared<const LetsNothingPass>();
  WatchStream watch({feed, clock, sleeper}, {},
                    MakeWatchEvents({.api_version = "v1", .filter = nothing}), Encoding::kJson,
                    std::chrono::hours(1));
  boost::asio::io_context io(1);
  boost::asio::cancellation_signal end;
  std::string out;
  std::exception_ptr error;
  boost::asio::co_spawn(io, watch.Next(out),
                        boost::asio::bind_cancellation_slot(
                            end.slot(), [&](std::exception_ptr e, bool) { error = e; }));
  while (nothing->looks < 3 && io.run_one() > 0) {
  }
  end.emit(boost::asio::cancellation_type::terminal);
  io.run();
  EXPECT_NE(error, nullptr);
  EXPECT_LT(nothing->looks, 10u);
  EXPECT_EQ(out, "");
}

TEST(CostlyFilter, HasTheCostOfWhatASelectorCompares) {
  const Request request = testing::MakeRequest(
      "/apis/metrics.k8s.io/v1/pods?labelSelector=a,b%20in%20(c,d),!e&"
      "fieldSelector=metadata.name!%3Df");
  ListOptions options;
  ASSERT_FALSE(ParseListOptions(request, ParseRequestInfo(request), options).has_value());
  const auto cost_with_labels = [&](int count) {
    std::vector<std::string> keys;
    for (int i = 0; i < count; ++i) keys.push_back(std::to_string(i));
    std::vector<kube::Label> labels;
    for (const std::string& key : keys) labels.emplace_back(key, "");
    return options.filter->CostOf(*kube::ObjectMeta::Create("ns", "pod", labels));
  };
  EXPECT_EQ(cost_with_labels(0), 6u);
  EXPECT_EQ(cost_with_labels(7), 6u);
  EXPECT_EQ(cost_with_labels(8), 6u + 3u * 1u);
  EXPECT_EQ(cost_with_labels(1'000), 6u + 3u * 7u);
}

}  // namespace
}  // namespace kubegauge::apiservice
