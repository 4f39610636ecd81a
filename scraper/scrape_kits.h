#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "scraper/cadvisor_decoder.h"
#include "scraper/kubelet_exchange.h"
#include "scraper/resource_decoder.h"
#include "scraper/summary_decoder.h"

namespace kubegauge::scraper {

// Memory and decoders for one scrape. There are as many as answers are read at once, not as nodes.
struct ScrapeKit {
  ExchangeBuffers buffers;
  ExchangeBuffers rates_buffers;
  ResourceDecoder resource;
  SummaryDecoder summary;
  CadvisorDecoder cadvisor;
  Sample history;
};

// Kits that wait for their next scrape. Not thread-safe. Outlives its leases.
class ScrapeKits {
 public:
  ScrapeKits() = default;
  ScrapeKits(const ScrapeKits&) = delete;
  ScrapeKits& operator=(const ScrapeKits&) = delete;

  // A kit, from when it is needed first to the end of the lease.
  class Lease {
   public:
    explicit Lease(ScrapeKits& kits) : kits_(kits) {}
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() {
      if (kit_ != nullptr) kits_.Put(std::move(kit_));
    }
    ScrapeKit& Get() {
      if (kit_ == nullptr) kit_ = kits_.Take();
      return *kit_;
    }

   private:
    ScrapeKits& kits_;
    std::unique_ptr<ScrapeKit> kit_;
  };

  size_t idle_kits() const { return idle_.size(); }

 private:
  // Bodies are tens of KiB; what a hostile kubelet made large is given back to the system.
  static constexpr size_t kMaxKeptBytes = 1 << 20;
  static constexpr size_t kMaxKept = 4;

  std::unique_ptr<ScrapeKit> Take();
  void Put(std::unique_ptr<ScrapeKit> kit);

  std::vector<std::unique_ptr<ScrapeKit>> idle_;
};

}  // namespace kubegauge::scraper
