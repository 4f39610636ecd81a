#pragma once

#include <spdlog/logger.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "kube/clock.h"
#include "scraper/kubelet_client.h"
#include "scraper/kubelet_source.h"
#include "scraper/scrape_kits.h"
#include "scraper/scrape_observer.h"
#include "scraper/scrape_slots.h"
#include "scraper/scrape_turns.h"

namespace kubegauge::scraper {

struct ScrapeSettings {
  KubeletSourceOptions source;
  int64_t resolution_ns = 0;
  int64_t timeout_ns = 0;  // of one scrape
};

// What the scrapers of all nodes share; they keep it alive. Neither `apply` nor `observer` is used
// by a NodeScraper that was stopped.
struct ScrapeEnvironment {
  using Apply = std::function<std::shared_ptr<const NodeLayout>(
      const std::string& node, const Sample* history, const Sample& sample)>;

  const ScrapeSettings settings;
  KubeletAccess access;
  const kube::Clock& clock;
  ScrapeObserver& observer;
  spdlog::logger& log;
  // Takes in a sample and gives the layout it led to; `history`, which may be null, is what came
  // before it.
  const Apply apply;
  ScrapeSlots slots;
  ScrapeTurns turns;
  ScrapeKits kits = {};
  ScrapeList running = {};  // the scrapes that are under way
};

}  // namespace kubegauge::scraper
