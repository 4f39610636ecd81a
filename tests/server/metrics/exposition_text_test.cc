#include "server/metrics/exposition_text.h"

#include <gtest/gtest.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/summary.h>

#include <string>

namespace kubegauge::server {
namespace {

TEST(ExpositionText, WritesNumbersAsGo) {
  const struct {
    double value;
    std::string text;
  } kCases[] = {
      {0, "0"},           {42, "42"},     {0.30000000000000004, "0.30000000000000004"},
      {999999, "999999"}, {1e6, "1e+06"}, {12345678, "1.2345678e+07"},
  };
  for (const auto& [value, text] : kCases) {
    prometheus::Registry registry;
    prometheus::BuildGauge().Name("g").Help("A gauge.").Register(registry).Add({}).Set(value);
    EXPECT_EQ(ExpositionText(registry.Collect()),
              "# HELP g A gauge.\n# TYPE g gauge\ng " + text + "\n");
  }
}

TEST(ExpositionText, LabelsBucketsAsGo) {
  prometheus::Registry registry;
  prometheus::BuildHistogram()
      .Name("h")
      .Help("A histogram.")
      .Register(registry)
      .Add({{"verb", "GET"}}, prometheus::Histogram::BucketBoundaries{1, 1.364 * 1.364})
      .Observe(1.5);
  EXPECT_EQ(ExpositionText(registry.Collect()),
            "# HELP h A histogram.\n"
            "# TYPE h histogram\n"
            "h_bucket{verb=\"GET\",le=\"1\"} 0\n"
            "h_bucket{verb=\"GET\",le=\"1.8604960000000004\"} 1\n"
            "h_bucket{verb=\"GET\",le=\"+Inf\"} 1\n"
            "h_sum{verb=\"GET\"} 1.5\n"
            "h_count{verb=\"GET\"} 1\n");
}

TEST(ExpositionText, WritesSummaries) {
  prometheus::MetricFamily family{
      .name = "s", .help = "A summary.", .type = prometheus::MetricType::Summary, .metric = {}};
  family.metric.emplace_back().summary = {
      .sample_count = 2, .sample_sum = 3, .quantile = {{.quantile = 0.5, .value = 1}}};
  EXPECT_EQ(ExpositionText({family}),
            "# HELP s A summary.\n"
            "# TYPE s summary\n"
            "s{quantile=\"0.5\"} 1\n"
            "s_sum 3\n"
            "s_count 2\n");
}

TEST(ExpositionText, EscapesHelpAndLabels) {
  prometheus::Registry registry;
  prometheus::BuildGauge()
      .Name("g")
      .Help("One \"line\",\nand a \\.")
      .Register(registry)
      .Add({{"a", "\"x\"\n\\"}});
  EXPECT_EQ(ExpositionText(registry.Collect()),
            "# HELP g One \"line\",\\nand a \\\\.\n"
            "# TYPE g gauge\n"
            "g{a=\"\\\"x\\\"\\n\\\\\"} 0\n");
}

}  // namespace
}  // namespace kubegauge::server
