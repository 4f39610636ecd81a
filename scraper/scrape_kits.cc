#include "scraper/scrape_kits.h"

#include <utility>

namespace kubegauge::scraper {

std::unique_ptr<ScrapeKit> ScrapeKits::Take() {
  if (idle_.empty()) return std::make_unique<ScrapeKit>();
  std::unique_ptr<ScrapeKit> kit = std::move(idle_.back());
  idle_.pop_back();
  return kit;
}

void ScrapeKits::Put(std::unique_ptr<ScrapeKit> kit) {
  const bool large = kit->buffers.body.capacity() > kMaxKeptBytes ||
                     kit->rates_buffers.body.capacity() > kMaxKeptBytes;
  if (!large && idle_.size() < kMaxKept) idle_.push_back(std::move(kit));
}

}  // namespace kubegauge::scraper
