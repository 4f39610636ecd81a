#pragma once

#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include "apiservice/freshness.h"
#include "apiservice/metrics_handler.h"

namespace kubegauge::server {

// metrics-server's own metrics of what it serves (wire.md A.7): how fresh, and how much could be
// served. Thread-safe; keeps a reference to the snapshot.
class ServedMetrics final : public apiservice::FreshnessObserver {
 public:
  ServedMetrics(prometheus::Registry& registry, const apiservice::PublishedSnapshot& snapshot);

  void OnServed(const apiservice::FreshnessCounts& counts) override;
  // Brings the gauges up to date, before they are collected.
  void Refresh();

 private:
  const apiservice::PublishedSnapshot& snapshot_;
  prometheus::Histogram& freshness_;
  prometheus::Gauge& nodes_;
  prometheus::Gauge& containers_;
};

}  // namespace kubegauge::server
