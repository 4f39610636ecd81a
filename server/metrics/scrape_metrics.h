#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <string>

#include "scraper/scrape_observer.h"

namespace kubegauge::server {

// metrics-server's own metrics of scraping, with its names, labels, buckets and help (wire.md A.7).
// The observer's functions are for one thread; the registry may be collected from any.
class ScrapeMetrics final : public scraper::ScrapeObserver {
 public:
  ScrapeMetrics(prometheus::Registry& registry, int64_t resolution_ns);

  void OnScrape(const std::string& node, int64_t duration_ns, bool success,
                int64_t at_unix_ns) override;
  void OnTick(int64_t duration_ns) override;
  void OnNodeGone(const std::string& node) override;

 private:
  struct OfNode {
    prometheus::Histogram* duration;
    prometheus::Gauge* last_request;
  };

  prometheus::Histogram& tick_duration_;
  prometheus::Counter& successes_;
  prometheus::Counter& failures_;
  prometheus::Family<prometheus::Histogram>& durations_;
  prometheus::Family<prometheus::Gauge>& last_requests_;
  boost::unordered_flat_map<std::string, OfNode> nodes_;
};

// Upper bounds in seconds of the tick's histogram: the usual ones, and some around the resolution.
prometheus::Histogram::BucketBoundaries TickBuckets(int64_t resolution_ns);

}  // namespace kubegauge::server
