#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <string_view>
#include <vector>

namespace kubegauge::server {

// Families in Prometheus' text format 0.0.4, numbers as Go's client library writes them: the
// shortest text that reads back exactly, so that bucket labels are the same series as upstream's.
std::string ExpositionText(const std::vector<prometheus::MetricFamily>& families);

// Appends the value of a label as it stands between its quotes.
void AppendLabelValue(std::string_view value, std::string& out);

}  // namespace kubegauge::server
