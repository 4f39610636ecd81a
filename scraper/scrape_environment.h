#pragma once

#include <spdlog/logger.h>

#include <boost/intrusive/list.hpp>
#include <cstdint>
#include <functional>
#include <string>

#include "kube/clock.h"
#include "scraper/kubelet_client.h"
#include "scraper/kubelet_source.h"
#include "scraper/scrape_kits.h"
#include "scraper/scrape_observer.h"
#include "scraper/scrape_slots.h"

namespace kubegauge::scraper {

// A scrape that is under way; in the list of them for as long as it is.
struct RunningScrape
    : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
  int64_t began_at_ns = 0;  // monotonic
};
// The oldest first.
using RunningScrapes =
    boost::intrusive::list<RunningScrape, boost::intrusive::constant_time_size<false>>;

struct ScrapeSettings {
  KubeletSourceOptions source;
  int64_t resolution_ns = 0;
  int64_t timeout_ns = 0;  // of one scrape
};

// What the scrapers of all nodes share; they keep it alive. Neither `apply` nor `observer` is used
// by a NodeScraper that was stopped.
struct ScrapeEnvironment {
  using Apply =
      std::function<void(const std::string& node, const Sample* history, const Sample& sample)>;

  const ScrapeSettings settings;
  KubeletAccess access;
  const kube::Clock& clock;
  ScrapeObserver& observer;
  spdlog::logger& log;
  // Takes in a sample; `history`, which may be null, is what came before it.
  const Apply apply;
  ScrapeSlots slots;
  ScrapeKits kits = {};
  RunningScrapes running = {};
};

}  // namespace kubegauge::scraper
