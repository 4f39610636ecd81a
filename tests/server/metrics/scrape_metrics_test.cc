#include "server/metrics/scrape_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

namespace kubegauge::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kSecondNs = 1'000'000'000;

class ScrapeMetricsTest : public ::testing::Test {
 protected:
  std::string Text() const { return prometheus::TextSerializer().Serialize(registry_.Collect()); }

  prometheus::Registry registry_;
  ScrapeMetrics metrics_{registry_, 15 * kSecondNs};
};

TEST(TickBuckets, AddSomeAroundTheResolution) {
  EXPECT_THAT(TickBuckets(15 * kSecondNs),
              ElementsAre(.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 12.5, 15, 22.5, 30));
  EXPECT_THAT(TickBuckets(60 * kSecondNs),
              ElementsAre(.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 35, 60, 90, 120));
  EXPECT_THAT(TickBuckets(10 * kSecondNs).back(), 10);
}

TEST_F(ScrapeMetricsTest, CountsScrapesByNodeAndSuccess) {
  metrics_.OnScrape("n1", kSecondNs / 50, true, 1'700'000'000 * kSecondNs + 5);
  metrics_.OnScrape("n1", kSecondNs * 3, false, 1'700'000'015 * kSecondNs);
  const std::string text = Text();
  EXPECT_THAT(text, HasSubstr("metrics_server_kubelet_request_total{success=\"true\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("metrics_server_kubelet_request_total{success=\"false\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("metrics_server_kubelet_request_duration_seconds_bucket{node=\"n1\","
                              "le=\"0.025\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("metrics_server_kubelet_request_duration_seconds_count{node=\"n1\"} "
                              "2\n"));
  EXPECT_THAT(text, HasSubstr("# HELP metrics_server_kubelet_request_total [ALPHA] Number of"));
  EXPECT_THAT(
      text, HasSubstr("metrics_server_kubelet_last_request_time_seconds{node=\"n1\"} 1700000015"));
}

TEST_F(ScrapeMetricsTest, ForgetsNodesThatAreGone) {
  metrics_.OnScrape("n1", kSecondNs, true, 0);
  metrics_.OnNodeGone("n1");
  metrics_.OnNodeGone("never seen");
  EXPECT_THAT(Text(), Not(HasSubstr("n1")));
  EXPECT_THAT(Text(), HasSubstr("metrics_server_kubelet_request_total{success=\"true\"} 1\n"));
}

TEST_F(ScrapeMetricsTest, ObservesTicks) {
  metrics_.OnTick(2 * kSecondNs);
  EXPECT_THAT(Text(),
              HasSubstr("metrics_server_manager_tick_duration_seconds_bucket{le=\"2.5\"} 1\n"));
}

}  // namespace
}  // namespace kubegauge::server
