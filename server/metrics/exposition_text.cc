#include "server/metrics/exposition_text.h"

#include <limits>
#include <optional>
#include <string_view>

#include "server/metrics/go_float.h"

namespace kubegauge::server {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string_view TypeText(MetricType type) {
  switch (type) {
    case MetricType::Counter:
      return "counter";
    case MetricType::Gauge:
      return "gauge";
    case MetricType::Summary:
      return "summary";
    case MetricType::Histogram:
      return "histogram";
    default:
      return "untyped";
  }
}

void AppendEscaped(std::string_view text, bool escapes_quotes, std::string& out) {
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || (escapes_quotes && c == '"')) out.push_back('\\');
    out.push_back(c);
  }
}

void AppendHeader(const MetricFamily& family, std::string& out) {
  out.append("# HELP ").append(family.name).push_back(' ');
  AppendEscaped(family.help, /*escapes_quotes=*/false, out);
  out.append("\n# TYPE ").append(family.name).push_back(' ');
  out.append(TypeText(family.type)).push_back('\n');
}

// The label that tells the lines of one histogram or summary apart.
struct Place {
  std::string_view label;
  double value;
};

// Writes the lines of one metric.
class MetricLines {
 public:
  MetricLines(std::string_view name, const ClientMetric& metric, std::string& out)
      : name_(name), metric_(metric), out_(out) {}

  void Append(std::string_view suffix, double value, std::optional<Place> place = std::nullopt) {
    out_.append(name_).append(suffix);
    char separator = '{';
    for (const ClientMetric::Label& label : metric_.label) {
      out_.push_back(separator);
      out_.append(label.name).append("=\"");
      AppendLabelValue(label.value, out_);
      out_.push_back('"');
      separator = ',';
    }
    if (place) {
      out_.push_back(separator);
      out_.append(place->label).append("=\"");
      AppendGoFloat(place->value, out_);
      out_.push_back('"');
      separator = ',';
    }
    out_ += separator == ',' ? "} " : " ";
    AppendGoFloat(value, out_);
    if (metric_.timestamp_ms != 0) out_.append(" ").append(std::to_string(metric_.timestamp_ms));
    out_.push_back('\n');
  }

  void AppendHistogram() {
    const ClientMetric::Histogram& histogram = metric_.histogram;
    const auto count = static_cast<double>(histogram.sample_count);
    for (const ClientMetric::Bucket& bucket : histogram.bucket) {
      Append("_bucket", static_cast<double>(bucket.cumulative_count), {{"le", bucket.upper_bound}});
    }
    const bool is_whole =
        !histogram.bucket.empty() && histogram.bucket.back().upper_bound == kInfinity;
    if (!is_whole) Append("_bucket", count, {{"le", kInfinity}});
    Append("_sum", histogram.sample_sum);
    Append("_count", count);
  }

  void AppendSummary() {
    const ClientMetric::Summary& summary = metric_.summary;
    for (const ClientMetric::Quantile& quantile : summary.quantile) {
      Append("", quantile.value, {{"quantile", quantile.quantile}});
    }
    Append("_sum", summary.sample_sum);
    Append("_count", static_cast<double>(summary.sample_count));
  }

 private:
  const std::string_view name_;
  const ClientMetric& metric_;
  std::string& out_;
};

void AppendMetric(const MetricFamily& family, const ClientMetric& metric, std::string& out) {
  MetricLines lines(family.name, metric, out);
  switch (family.type) {
    case MetricType::Counter:
      return lines.Append("", metric.counter.value);
    case MetricType::Gauge:
      return lines.Append("", metric.gauge.value);
    case MetricType::Summary:
      return lines.AppendSummary();
    case MetricType::Histogram:
      return lines.AppendHistogram();
    default:
      return lines.Append("", metric.untyped.value);
  }
}

}  // namespace

std::string ExpositionText(const std::vector<MetricFamily>& families) {
  std::string out;
  for (const MetricFamily& family : families) {
    AppendHeader(family, out);
    for (const ClientMetric& metric : family.metric) AppendMetric(family, metric, out);
  }
  return out;
}

void AppendLabelValue(std::string_view value, std::string& out) {
  AppendEscaped(value, /*escapes_quotes=*/true, out);
}

}  // namespace kubegauge::server
