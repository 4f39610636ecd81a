#pragma once

#include <cstdint>
#include <string>

namespace kubegauge::scraper {

// Told of what the scraper does, for the program's own metrics. Called on the scraper's thread.
class ScrapeObserver {
 public:
  virtual ~ScrapeObserver() = default;
  // A kubelet was asked and has answered, or not. `at_unix_ns`: when it was asked.
  virtual void OnScrape(const std::string& node, int64_t duration_ns, bool success,
                        int64_t at_unix_ns) = 0;
  // A resolution has passed. `duration_ns`: what the longest scrape that began in it took.
  virtual void OnTick(int64_t duration_ns) = 0;
  // The node is no longer scraped.
  virtual void OnNodeGone(const std::string& node) = 0;
};

}  // namespace kubegauge::scraper
