#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <vector>

namespace kubegauge::server {

// Families in Prometheus' text format 0.0.4, numbers as Go's client library writes them: the
// shortest text that reads back exactly, so that bucket labels are the same series as upstream's.
std::string ExpositionText(const std::vector<prometheus::MetricFamily>& families);

}  // namespace kubegauge::server
