#include "scraper/kubelet_source.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>
#include <string>
#include <vector>

#include "tests/fakes/manual_clock.h"
#include "tests/scraper/kubelet_bodies.h"
#include "tests/scraper/kubelet_fixture.h"

namespace kubegauge::scraper {
namespace {

using ::kubegauge::testing::CadvisorText;
using ::kubegauge::testing::FakeKubelet;
using ::kubegauge::testing::FakeKubeletReply;
using ::kubegauge::testing::FakeKubeletRequest;
using ::kubegauge::testing::ManualClock;
using ::kubegauge::testing::ResourceText;
using ::kubegauge::testing::SummaryText;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int64_t kSecondNs = 1'000'000'000;
constexpr char kResource[] = "/metrics/resource";
constexpr char kSummary[] = "/stats/summary?only_cpu_and_memory=true";
constexpr char kCadvisor[] = "/metrics/cadvisor";

const FakeKubeletReply kNotFound = {.status = 404, .reason = "Not Found"};
const FakeKubeletReply kForbidden = {.status = 403, .reason = "Forbidden"};
const FakeKubeletReply kResourceReply = {.body = ResourceText({})};
const FakeKubeletReply kSummaryReply = {.body = SummaryText({})};
const FakeKubeletReply kCadvisorReply = {.body = CadvisorText({})};
// What a kubelet says whose runtime does not answer it.
const FakeKubeletReply kNothingKnown = {.body = "resource_scrape_error 1\n"};

class KubeletSourceTest : public ::kubegauge::testing::KubeletFixture {
 protected:
  absl::StatusOr<const Sample*> Collect() {
    requests_.clear();
    kit_ = std::make_unique<ScrapeKits::Lease>(kits_);
    return Run(source_.Collect(TargetOf(kubelet_), *kit_));
  }

  ManualClock clock_;
  std::map<std::string, FakeKubeletReply> replies_ = {
      {kResource, kResourceReply}, {kSummary, kSummaryReply}, {kCadvisor, kCadvisorReply}};
  std::vector<std::string> requests_;
  FakeKubelet kubelet_{io_.get_executor(), SecureOptions(),
                       [this](const FakeKubeletRequest& request) {
                         requests_.push_back(request.path);
                         return replies_[request.path];
                       }};
  KubeletSourceOptions options_;
  KubeletAccess access_{io_.get_executor(), &credentials_, {.user_agent = "test"}, log_};
  ScrapeKits kits_;
  std::unique_ptr<ScrapeKits::Lease> kit_;
  KubeletSource source_{io_.get_executor(), access_, options_, clock_};
};

TEST_F(KubeletSourceTest, TakesTheBestEndpointThatTheKubeletServesAndStaysWithIt) {
  struct Case {
    FakeKubeletReply resource;
    FakeKubeletReply summary;
    std::vector<std::string> first;
    std::vector<std::string> then;
  };
  const std::vector<Case> cases = {
      {kResourceReply, kSummaryReply, {kResource}, {kResource}},
      {kNotFound, kSummaryReply, {kResource, kSummary}, {kSummary}},
      {kForbidden, kSummaryReply, {kResource, kSummary}, {kSummary}},
      {kNotFound, kForbidden, {kResource, kSummary, kCadvisor}, {kCadvisor}},
  };
  for (const Case& c : cases) {
    clock_.Advance(600 * kSecondNs);
    replies_[kResource] = c.resource;
    replies_[kSummary] = c.summary;
    const auto sample = Collect();
    ASSERT_TRUE(sample.ok()) << sample.status().ToString();
    EXPECT_EQ((*sample)->node->cpu_ns, 1000u * kSecondNs);
    EXPECT_EQ(requests_, c.first);
    ASSERT_TRUE(Collect().ok());
    EXPECT_EQ(requests_, c.then);
  }
}

TEST_F(KubeletSourceTest, TriesTheBetterOnesAgainNowAndThenAndWhenTheLesserOneFails) {
  replies_[kResource] = kNotFound;
  ASSERT_TRUE(Collect().ok());
  clock_.Advance(600 * kSecondNs - 1);
  ASSERT_TRUE(Collect().ok());
  EXPECT_THAT(requests_, ElementsAre(kSummary));
  clock_.Advance(1);
  ASSERT_TRUE(Collect().ok());
  EXPECT_THAT(requests_, ElementsAre(kResource, kSummary));

  replies_[kSummary] = kForbidden;
  replies_[kResource] = kResourceReply;
  ASSERT_TRUE(Collect().ok());
  EXPECT_THAT(requests_, ElementsAre(kSummary, kResource));
  ASSERT_TRUE(Collect().ok());
  EXPECT_THAT(requests_, ElementsAre(kResource));
}

TEST_F(KubeletSourceTest, StaysWithAnEndpointThatSaysNothingForOnce) {
  replies_[kSummary] = kForbidden;
  ASSERT_TRUE(Collect().ok());
  replies_[kResource] = kNothingKnown;
  const auto silent = Collect();
  ASSERT_TRUE(silent.ok()) << silent.status().ToString();
  EXPECT_FALSE((*silent)->node);
  EXPECT_THAT(requests_, ElementsAre(kResource));
  replies_[kResource] = kResourceReply;
  ASSERT_TRUE(Collect().ok());
  EXPECT_THAT(requests_, ElementsAre(kResource));
}

TEST_F(KubeletSourceTest, TakesTheOthersAnswersOnlyWhileOneGoesOnToSayNothing) {
  replies_[kResource] = kNothingKnown;
  replies_[kSummary] = {.status = 500, .reason = "Internal Server Error"};
  constexpr char kLabels[] = R"({container="app",id="/a",name="a",namespace="d",pod="web"})";
  replies_[kCadvisor].body += fmt::format(
      "container_cpu_usage_seconds_total{0} 5 100000\n"
      "container_memory_working_set_bytes{0} 5 100000\n",
      kLabels);
  for (int i = 0; i < 2; ++i) {
    const auto sample = Collect();
    ASSERT_TRUE(sample.ok()) << sample.status().ToString();
    EXPECT_FALSE((*sample)->pods.empty());
    EXPECT_THAT(requests_, ElementsAre(kResource, kSummary, kCadvisor));
    EXPECT_FALSE(source_.MayHaveRates()) << "they would be read into where the sample is";
  }
  replies_[kResource] = kResourceReply;
  ASSERT_TRUE(Collect().ok());
  EXPECT_THAT(requests_, ElementsAre(kResource));
  EXPECT_TRUE(source_.MayHaveRates());
  replies_[kResource] = kNothingKnown;
  ASSERT_TRUE(Collect().ok());
  EXPECT_THAT(requests_, ElementsAre(kResource)) << "a silence of its own";
}

TEST_F(KubeletSourceTest, ToSayNothingIsASuccessWhereTheOthersTellOfNoPods) {
  replies_[kResource] = kNothingKnown;
  const FakeKubeletReply failed = {.status = 500, .reason = "Internal Server Error"};
  const FakeKubeletReply only_the_node = {.body =
                                              "container_cpu_usage_seconds_total{id=\"/\"} 5\n"
                                              "container_memory_working_set_bytes{id=\"/\"} 5\n"};
  struct Case {
    FakeKubeletReply summary;
    FakeKubeletReply cadvisor;
  };
  const std::vector<Case> cases = {
      {failed, failed}, {kForbidden, kForbidden}, {failed, only_the_node}, {failed, kNothingKnown}};
  ASSERT_TRUE(Collect().ok());
  for (const Case& c : cases) {
    replies_[kSummary] = c.summary;
    replies_[kCadvisor] = c.cadvisor;
    const auto sample = Collect();
    ASSERT_TRUE(sample.ok()) << sample.status().ToString();
    EXPECT_FALSE((*sample)->node);
    EXPECT_THAT(requests_, ElementsAre(kResource, kSummary, kCadvisor));
  }
}

TEST_F(KubeletSourceTest, AsksNothingButAFixedEndpoint) {
  options_.fixed = KubeletEndpoint::kResource;
  replies_[kResource] = kNotFound;
  EXPECT_TRUE(absl::IsNotFound(Collect().status()));
  EXPECT_THAT(requests_, ElementsAre(kResource));
  EXPECT_FALSE(source_.MayHaveRates());
  options_.fixed = KubeletEndpoint::kCadvisor;
  ASSERT_TRUE(Collect().ok());
  EXPECT_THAT(requests_, ElementsAre(kCadvisor));
}

TEST_F(KubeletSourceTest, TellsErrorsAsUpstreamAndWhatToGrant) {
  struct Case {
    FakeKubeletReply reply;
    absl::StatusCode code;
    std::string error;
  };
  const std::vector<Case> cases = {
      {kForbidden, absl::StatusCode::kPermissionDenied,
       R"(request failed, status: "403 Forbidden"; grant get on nodes/metrics)"},
      {kNotFound, absl::StatusCode::kNotFound, R"(request failed, status: "404 Not Found")"},
      {{.status = 401, .reason = "Unauthorized"},
       absl::StatusCode::kUnauthenticated,
       R"(request failed, status: "401 Unauthorized")"},
      {{.status = 500, .reason = "Internal Server Error"},
       absl::StatusCode::kUnavailable,
       R"(request failed, status: "500 Internal Server Error")"},
      {{.status = 302, .reason = "Found"},
       absl::StatusCode::kUnavailable,
       R"(request failed, status: "302 Found")"},
  };
  replies_[kSummary] = kNotFound;
  replies_[kCadvisor] = kForbidden;
  for (const Case& c : cases) {
    replies_[kResource] = c.reply;
    const auto sample = Collect();
    EXPECT_EQ(sample.status().code(), c.code);
    EXPECT_EQ(std::string(sample.status().message()), c.error);
  }
}

TEST_F(KubeletSourceTest, AnErrorOfTheFormatIsNoReasonToAskElsewhere) {
  replies_[kResource] = {.body = "<html>Sign in</html>"};
  EXPECT_TRUE(absl::IsInvalidArgument(Collect().status()));
  EXPECT_THAT(requests_, ElementsAre(kResource));
}

TEST_F(KubeletSourceTest, ReadsMoreOfCadvisorThanOfTheOthers) {
  std::string comments;
  while (comments.size() < (size_t{17} << 20)) comments += "# as long as a line of a kubelet's\n";
  replies_[kResource] = {.body = comments + ResourceText({})};
  EXPECT_EQ(Collect().status().message(), "the body is larger than 16777216 bytes");
  options_.fixed = KubeletEndpoint::kCadvisor;
  replies_[kCadvisor] = {.body = comments + CadvisorText({})};
  EXPECT_TRUE(Collect().ok());
}

TEST_F(KubeletSourceTest, BelievesNoPodOfThousandsOfContainersAndNoNodeOfTensOfThousandsOfPods) {
  const auto text_of = [](int pods, int containers) {
    std::string cpu, memory;
    for (int i = 0; i < pods * containers; ++i) {
      const std::string labels =
          fmt::format("{{container=\"c{}\",namespace=\"d\",pod=\"p{}\"}} 5\n", i, i / containers);
      cpu += "container_cpu_usage_seconds_total" + labels;
      memory += "container_memory_working_set_bytes" + labels;
    }
    return cpu + memory;
  };
  replies_[kResource] = {.body = text_of(2, 1'000)};
  EXPECT_EQ(Collect().value()->containers.size(), 2'000u);
  replies_[kResource] = {.body = text_of(2, 1'001)};
  EXPECT_EQ(Collect().status().message(),
            "the kubelet tells of 1001 containers in a pod, more than 1000");
  replies_[kResource] = {.body = text_of(10'001, 1)};
  EXPECT_EQ(Collect().status().message(), "the kubelet tells of 10001 pods, more than 10000");
}

TEST_F(KubeletSourceTest, ASampleStaysBesideTheRates) {
  const auto sample = Collect();
  ASSERT_TRUE(sample.ok() && source_.MayHaveRates());
  const auto rates = Run(source_.CollectRates(TargetOf(kubelet_), *kit_));
  ASSERT_TRUE(rates.ok()) << rates.status().ToString();
  EXPECT_EQ((*rates)->node_instantaneous_nanocores, 1'500'000'000u);
  EXPECT_EQ((*sample)->pods[0].name, "web");
  EXPECT_EQ((*sample)->containers[0].name, "app");
}

TEST(ScrapeKitsTest, AreKeptUnlessThereAreManyOrTheyAreLarge) {
  ScrapeKits kits;
  {
    std::vector<std::unique_ptr<ScrapeKits::Lease>> leases;
    for (int i = 0; i < 10; ++i) {
      leases.push_back(std::make_unique<ScrapeKits::Lease>(kits));
      leases.back()->Get();
    }
    ScrapeKits::Lease unused(kits);
  }
  EXPECT_EQ(kits.idle_kits(), 4u);
  {
    ScrapeKits::Lease lease(kits);
    lease.Get().buffers.body.reserve(2 << 20);
  }
  EXPECT_EQ(kits.idle_kits(), 3u);
}

}  // namespace
}  // namespace kubegauge::scraper
