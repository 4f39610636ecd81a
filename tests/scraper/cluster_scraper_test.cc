#include "scraper/cluster_scraper.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/fakes/manual_clock.h"
#include "tests/scraper/kubelet_bodies.h"
#include "tests/scraper/kubelet_fixture.h"

namespace kubegauge::scraper {
namespace {

using ::kubegauge::testing::FakeKubelet;
using ::kubegauge::testing::FakeKubeletReply;
using ::kubegauge::testing::FakeKubeletRequest;
using ::kubegauge::testing::KubeletReading;
using ::kubegauge::testing::ManualClock;
using ::kubegauge::testing::ResourceText;
using ::kubegauge::testing::SummaryText;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr int64_t kMillisecondNs = 1'000'000;
constexpr int64_t kResolutionNs = 40 * kMillisecondNs;
constexpr int64_t kTimeoutNs = 30 * kMillisecondNs;

class RecordingObserver final : public ScrapeObserver {
 public:
  void OnScrape(const std::string& node, int64_t, bool success, int64_t) override {
    ++(success ? successes_ : failures_)[node];
  }
  void OnTick(int64_t) override { ++ticks_; }
  void OnNodeGone(const std::string& node) override { gone_.push_back(node); }

  std::map<std::string, int> successes_;
  std::map<std::string, int> failures_;
  std::vector<std::string> gone_;
  int ticks_ = 0;
};

// A cluster of FakeKubelets. Scrapes are 40 ms apart; timeouts and staleness go by a clock that
// stands still unless a test moves it.
class ClusterScraperTest : public ::kubegauge::testing::KubeletFixture {
 protected:
  ~ClusterScraperTest() override { scraper_.reset(); }

  struct Node {
    std::unique_ptr<FakeKubelet> kubelet;
    bool ready = true;
  };

  FakeKubelet& AddNode(const std::string& name, FakeKubelet::Answer answer) {
    return AddNode(name, SecureOptions(), std::move(answer));
  }
  FakeKubelet& AddNode(const std::string& name, FakeKubelet::Options options,
                       FakeKubelet::Answer answer) {
    nodes_[name] = {
        .kubelet = std::make_unique<FakeKubelet>(io_.get_executor(), options, std::move(answer))};
    return *nodes_[name].kubelet;
  }

  // Begins to scrape, or tells of changed nodes.
  void Scrape() {
    kube::NodeList list;
    std::vector<kube::ObjectMetaRef> metas;
    for (const auto& [name, node] : nodes_) {
      kube::NodeInfo info{.meta = kube::ObjectMeta::Create("", name), .ready = node.ready};
      info.addresses.push_back({"InternalIP", node.kubelet->address()});
      info.kubelet_port = node.kubelet->port();
      metas.push_back(info.meta);
      list.push_back(std::make_shared<const kube::NodeInfo>(std::move(info)));
    }
    if (scraper_ == nullptr) Start();
    scraper_->SetCatalog(std::make_shared<const Catalog>(
        metas, std::vector{kube::ObjectMeta::Create("default", "web")}));
    scraper_->SetNodes(list);
  }
  void Start() {
    scraper_ = std::make_unique<ClusterScraper>(
        io_.get_executor(),
        ClusterScraperOptions{
            .addressing = {.address_types = {"InternalIP"}, .use_node_status_port = true},
            .client = {.user_agent = "test"},
            .resolution_ns = resolution_ns_,
            .timeout_ns = timeout_ns_},
        &credentials_, snapshot_, observer_, clock_, log_);
    boost::asio::co_spawn(io_, scraper_->Run(tick_began_ns_), boost::asio::detached);
  }

  bool RunUntilScraped(const std::string& node, int times) {
    return RunUntil([&, this] { return observer_.successes_[node] >= times; });
  }
  size_t CountConnections() const {
    size_t count = 0;
    for (const auto& [name, node] : nodes_) count += node.kubelet->record().connections;
    return count;
  }
  size_t ServableNodes() const { return snapshot_.Get()->CountServableNodes(); }

  // A kubelet in order, whose time goes on by a second from scrape to scrape.
  static FakeKubelet::Answer InOrder() {
    return [reading = KubeletReading()](const FakeKubeletRequest& request) mutable {
      if (request.path.starts_with("/stats/summary")) {
        return FakeKubeletReply{.body = SummaryText(reading)};
      }
      reading.time_s += 1;
      reading.node_cpu_s += 2;
      return FakeKubeletReply{.body = ResourceText(reading)};
    };
  }
  static FakeKubelet::Answer Status(unsigned status, std::string reason) {
    return [=](const FakeKubeletRequest&) {
      return FakeKubeletReply{.status = status, .reason = reason};
    };
  }

  int64_t resolution_ns_ = kResolutionNs;
  int64_t timeout_ns_ = kTimeoutNs;
  ManualClock clock_;
  RecordingObserver observer_;
  Published<Snapshot> snapshot_{EmptySnapshot()};
  std::atomic<int64_t> tick_began_ns_{0};
  std::map<std::string, Node> nodes_;
  std::unique_ptr<ClusterScraper> scraper_;
};

size_t Count(std::string_view text, std::string_view part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

TEST_F(ClusterScraperTest, ServesUsageAfterTheFirstScrapeOfANode) {
  const FakeKubelet& kubelet = AddNode("a", InOrder());
  Scrape();
  ASSERT_TRUE(RunUntil([&] { return ServableNodes() == 1; }));
  const auto node = snapshot_.Get()->NodeUsage(0);
  const size_t scrapes = kubelet.record().requests.size();
  EXPECT_EQ(kubelet.record().requests[0].path, "/metrics/resource");
  EXPECT_EQ(kubelet.record().requests[1].path, "/stats/summary?only_cpu_and_memory=true");
  if (scrapes == 2) {
    EXPECT_EQ(node->cpu_nanocores, 1'500'000'000u);
    EXPECT_EQ(node->window_ns, int64_t{10'000'000'000});
  }
}

TEST_F(ClusterScraperTest, ThenMeasuresBetweenScrapes) {
  const FakeKubelet& kubelet = AddNode("a", InOrder());
  Scrape();
  ASSERT_TRUE(RunUntil([&] {
    const auto usage = ServableNodes() == 1 ? snapshot_.Get()->NodeUsage(0) : std::nullopt;
    return usage && usage->window_ns == 1'000'000'000;
  }));
  EXPECT_EQ(snapshot_.Get()->NodeUsage(0)->cpu_nanocores, 2'000'000'000u);
  EXPECT_EQ(kubelet.record().connections, 1u);
  EXPECT_EQ(std::ranges::count(kubelet.record().requests, "/stats/summary?only_cpu_and_memory=true",
                               &FakeKubeletRequest::path),
            1);
}

TEST_F(ClusterScraperTest, DoesAsUpstreamWhereTheSummaryIsForbidden) {
  AddNode("a", [answer = InOrder()](const FakeKubeletRequest& request) {
    if (request.path.starts_with("/stats")) {
      return FakeKubeletReply{.status = 403, .reason = "Forbidden"};
    }
    return answer(request);
  });
  Scrape();
  ASSERT_TRUE(RunUntilScraped("a", 1));
  EXPECT_EQ(ServableNodes(), 0u);
  ASSERT_TRUE(RunUntil([&] { return ServableNodes() == 1; }));
  const std::string log = Logged();
  EXPECT_THAT(log, HasSubstr("debug No usage before the second scrape node=a"));
  EXPECT_THAT(log, Not(HasSubstr("error Kubelet")));
}

TEST_F(ClusterScraperTest, ScrapesANodeWithoutUsageAFewTimesBeforeItsNextTurn) {
  constexpr int64_t kSecondNs = 1'000'000'000;
  resolution_ns_ = 3600 * kSecondNs;
  timeout_ns_ = 3600 * kSecondNs;
  AddNode("a", [this, answer = InOrder()](const FakeKubeletRequest& request) {
    if (request.path.starts_with("/stats")) return FakeKubeletReply{.status = 403};
    clock_.Advance(5 * kSecondNs);  // by when the next of the few is due, and no turn
    return answer(request);
  });
  Scrape();
  EXPECT_TRUE(RunUntilScraped("a", 5));
  EXPECT_TRUE(RunUntil([&] { return ServableNodes() == 1; }));
}

TEST_F(ClusterScraperTest, ANodeThatFailsKeepsItsPointsAndIsLoggedOnceUntilItWorksAgain) {
  bool broken = false;
  AddNode("a", [&, answer = InOrder()](const FakeKubeletRequest& request) {
    return broken ? FakeKubeletReply{.status = 500, .reason = "Internal Server Error"}
                  : answer(request);
  });
  Scrape();
  ASSERT_TRUE(RunUntil([&] { return ServableNodes() == 1; }));
  broken = true;
  ASSERT_TRUE(RunUntil([&] { return observer_.failures_["a"] == 4; }));
  EXPECT_EQ(ServableNodes(), 1u);
  const std::string log = Logged();
  EXPECT_EQ(Count(log, "error Kubelet cannot be scraped node=a"), 1u) << log;
  EXPECT_THAT(log, HasSubstr(R"(status: "500 Internal Server Error")"));

  clock_.Advance(3 * kResolutionNs + 1);
  EXPECT_TRUE(RunUntil([&] { return ServableNodes() == 0; }));
  broken = false;
  EXPECT_TRUE(RunUntil([&] { return ServableNodes() == 1; }));
  EXPECT_EQ(Count(Logged(), "info Kubelet is scraped again node=a"), 1u);
}

TEST_F(ClusterScraperTest, DamagedFiguresLeaveTheLastOnesAndAreAnError) {
  std::string damage;
  AddNode("a", [&, answer = InOrder()](const FakeKubeletRequest& request) {
    FakeKubeletReply reply = answer(request);
    if (request.path == "/metrics/resource") reply.body += damage;
    return reply;
  });
  Scrape();
  ASSERT_TRUE(RunUntil([&] { return ServableNodes() == 1; }));
  Logged();
  damage = "node_cpu_usage_seconds_total NaN\n";
  ASSERT_TRUE(RunUntil([&, this] { return observer_.failures_["a"] == 2; }));
  EXPECT_EQ(ServableNodes(), 1u);
  const std::string log = Logged();
  EXPECT_EQ(Count(log, "error Kubelet cannot be scraped node=a"), 1u);
  EXPECT_THAT(log, HasSubstr("the value of node_cpu_usage_seconds_total cannot be nan"));
}

TEST_F(ClusterScraperTest, WarnsOfAPodThatTwoKubeletsNameOnceAMinute) {
  AddNode("a", InOrder());
  AddNode("b", InOrder());
  Scrape();
  ASSERT_TRUE(RunUntilScraped("a", 6) && RunUntilScraped("b", 6));
  auto warnings = [this, log = std::string()]() mutable {
    log += Logged();
    return Count(log, "warning Two kubelets tell of one pod");
  };
  EXPECT_TRUE(RunUntil([&] { return warnings() == 1; }));
  ASSERT_TRUE(RunUntilScraped("a", 12) && RunUntilScraped("b", 12));
  EXPECT_EQ(warnings(), 1u);
}

TEST_F(ClusterScraperTest, AKubeletThatSaysNothingLeavesTheLastPoints) {
  bool is_silent = false;
  AddNode("a", [&, answer = InOrder()](const FakeKubeletRequest& request) {
    if (!is_silent) return answer(request);
    return request.path == "/metrics/resource"
               ? FakeKubeletReply{.body = "resource_scrape_error 1\n"}
               : FakeKubeletReply{.status = 404, .reason = "Not Found"};
  });
  Scrape();
  ASSERT_TRUE(RunUntil([&] { return ServableNodes() == 1; }));
  is_silent = true;
  const int before = observer_.successes_["a"];
  ASSERT_TRUE(RunUntilScraped("a", before + 3));
  EXPECT_EQ(ServableNodes(), 1u);
  EXPECT_EQ(snapshot_.Get()->CountServableContainers(), 1u);
}

TEST_F(ClusterScraperTest, SaysOfANodeThatIsNotReadyOnlyThatItFailsOnceItIsReady) {
  AddNode("a", Status(403, "Forbidden"));
  nodes_["a"].ready = false;
  Scrape();
  ASSERT_TRUE(RunUntil([&] { return observer_.failures_["a"] == 2; }));
  EXPECT_EQ(Count(Logged(), "debug Kubelet cannot be scraped node=a"), 1u);
  nodes_["a"].ready = true;
  Scrape();
  ASSERT_TRUE(RunUntil([&] { return observer_.failures_["a"] == 5; }));
  const std::string log = Logged();
  EXPECT_EQ(Count(log, "error Kubelet cannot be scraped node=a"), 1u) << log;
  EXPECT_THAT(log, HasSubstr("grant get on nodes/metrics"));
}

TEST_F(ClusterScraperTest, AKubeletThatDoesNotAnswerCostsOthersNothingAndEndsByTheTimeout) {
  FakeKubelet::Options silent = SecureOptions();
  silent.handshake = FakeKubelet::Handshake::kNeverAnswered;
  // More than there are slots.
  for (int i = 0; i < 100; ++i) AddNode(fmt::format("dead-{}", i), silent, InOrder());
  AddNode("drips", [](const FakeKubeletRequest&) {
    return FakeKubeletReply{.body = "slow", .byte_interval = std::chrono::hours(1)};
  });
  AddNode("zz-works", InOrder());
  Scrape();
  ASSERT_TRUE(RunUntil([&] { return CountConnections() == 32; }));
  ASSERT_TRUE(RunUntil([&, last = std::chrono::steady_clock::now()]() mutable {
    const auto now = std::chrono::steady_clock::now();
    clock_.Advance(std::chrono::nanoseconds(now - std::exchange(last, now)).count());
    return observer_.successes_["zz-works"] >= 3 && observer_.failures_["drips"] > 0 &&
           observer_.failures_.size() >= 100;
  }));
  EXPECT_THAT(Logged(), HasSubstr("the kubelet did not answer within 30 ms"));
}

TEST_F(ClusterScraperTest, ForgetsANodeThatIsGoneAndClosesItsConnection) {
  FakeKubelet& kubelet = AddNode("a", InOrder());
  AddNode("b", InOrder());
  Scrape();
  ASSERT_TRUE(RunUntilScraped("a", 1));
  const auto gone = std::move(nodes_["a"].kubelet);
  nodes_.erase("a");
  Scrape();
  EXPECT_TRUE(RunUntil([&] { return kubelet.record().open_connections == 0; }));
  EXPECT_THAT(observer_.gone_, ElementsAre("a"));
  const int scrapes = observer_.successes_["a"];
  ASSERT_TRUE(RunUntilScraped("b", observer_.successes_["b"] + 3));
  EXPECT_EQ(observer_.successes_["a"], scrapes);
  EXPECT_TRUE(RunUntil([&] { return snapshot_.Get()->catalog().nodes().size() == 1; }));
}

TEST_F(ClusterScraperTest, ServesThePodsOfANodeThatWasAwayForAMoment) {
  resolution_ns_ = 10'000 * kMillisecondNs;
  timeout_ns_ = resolution_ns_;
  bool tells_rates_of_pods = true;
  AddNode("a", [&, answer = InOrder()](const FakeKubeletRequest& request) {
    FakeKubeletReply reply = answer(request);
    const size_t pods = reply.body.find("\"pods\":[");
    if (pods != std::string::npos && !tells_rates_of_pods) {
      reply.body.replace(pods, std::string::npos, "\"pods\":[]}");
    }
    return reply;
  });
  PodUsage usage;
  const auto is_served = [&] {
    const std::shared_ptr<const Snapshot> snapshot = snapshot_.Get();
    return !snapshot->catalog().pods().empty() && snapshot->GetPodUsage(0, usage);
  };
  Scrape();
  ASSERT_TRUE(RunUntil(is_served));
  const int64_t before_ns = usage.timestamp_ns;

  tells_rates_of_pods = false;
  scraper_->SetNodes({});
  Scrape();
  ASSERT_TRUE(RunUntil([&] { return !is_served() || usage.timestamp_ns > before_ns; }));
  EXPECT_TRUE(is_served()) << "its points were fresh";
}

TEST_F(ClusterScraperTest, FollowsANodeToAnotherAddress) {
  const FakeKubelet& before = AddNode("a", InOrder());
  Scrape();
  ASSERT_TRUE(RunUntilScraped("a", 1));
  const auto kept = std::move(nodes_["a"].kubelet);
  FakeKubelet& after = AddNode("a", InOrder());
  Scrape();
  ASSERT_TRUE(RunUntil([&] { return after.record().requests.size() > 1; }));
  EXPECT_TRUE(RunUntil([&] { return before.record().open_connections == 0; }));
}

TEST_F(ClusterScraperTest, SaysOnceThatANodeHasNoAddress) {
  Start();
  const kube::NodeList list = {
      std::make_shared<const kube::NodeInfo>(kube::NodeInfo{kube::ObjectMeta::Create("", "a")})};
  scraper_->SetNodes(list);
  scraper_->SetNodes(list);
  EXPECT_EQ(
      Logged(),
      "error Node cannot be scraped node=a error=\"no address matched types [InternalIP]\"\n");
  scraper_->SetNodes({});
  scraper_->SetNodes(list);
  EXPECT_THAT(Logged(), Not(IsEmpty()));
}

TEST_F(ClusterScraperTest, ATickIsAResolution) {
  Start();
  ASSERT_TRUE(RunUntil([&] { return tick_began_ns_ != 0; }));
  EXPECT_EQ(tick_began_ns_, clock_.MonotonicNs());
  EXPECT_EQ(observer_.ticks_, 0);
  clock_.Advance(kResolutionNs);
  ASSERT_TRUE(RunUntil([&] { return observer_.ticks_ == 1; }));
  EXPECT_EQ(tick_began_ns_, clock_.MonotonicNs());
}

TEST_F(ClusterScraperTest, MayEndInTheMidstOfItsWork) {
  FakeKubelet::Options silent = SecureOptions();
  silent.handshake = FakeKubelet::Handshake::kNeverAnswered;
  for (int i = 0; i < 100; ++i) AddNode(fmt::format("dead-{}", i), silent, InOrder());
  const FakeKubelet& halfway = AddNode("a", [](const FakeKubeletRequest&) {
    return FakeKubeletReply{.then = FakeKubeletReply::Then::kSaysNothingMore,
                            .raw = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"};
  });
  Scrape();
  ASSERT_TRUE(RunUntil([&] { return halfway.record().requests.size() == 1; }));
}

}  // namespace
}  // namespace kubegauge::scraper
