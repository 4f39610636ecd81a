#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "kube/clock.h"
#include "scraper/cadvisor_decoder.h"
#include "scraper/kubelet_client.h"
#include "scraper/resource_decoder.h"
#include "scraper/summary_decoder.h"

namespace kubegauge::scraper {

// What a kubelet can be asked for, the best first.
enum class KubeletEndpoint { kResource, kSummary, kCadvisor };

// Memory and decoders for one scrape. There are as many as scrapes are read at once, not as nodes.
struct ScrapeKit {
  ExchangeBuffers buffers;
  ExchangeBuffers summary_buffers;
  ResourceDecoder resource;
  SummaryDecoder summary;
  CadvisorDecoder cadvisor;
  Sample history;
};

// Kits that wait for their next scrape. Not thread-safe. Outlives its leases.
class ScrapeKits {
 public:
  struct Return {
    ScrapeKits* kits;
    void operator()(ScrapeKit* kit) const { kits->Put(kit); }
  };
  using Lease = std::unique_ptr<ScrapeKit, Return>;

  Lease Take();

 private:
  // Bodies are tens of KiB; what a hostile kubelet made large is given back to the system.
  static constexpr size_t kMaxKeptBytes = 1 << 20;
  static constexpr size_t kMaxKept = 8;
  void Put(ScrapeKit* kit);

  std::vector<std::unique_ptr<ScrapeKit>> free_;
};

struct KubeletSourceOptions {
  // Only this endpoint; empty: the best that the kubelet serves.
  std::optional<KubeletEndpoint> fixed;
  // How long to stay with a lesser endpoint before the better ones are tried again.
  int64_t retry_better_ns = int64_t{600} * 1'000'000'000;
};

// Reads the usage of one node from its kubelet, from the best endpoint that it serves. Not
// thread-safe: one call at a time. Keeps references.
class KubeletSource {
 public:
  KubeletSource(boost::asio::any_io_executor executor, KubeletAccess& access,
                const KubeletSourceOptions& options, const kube::Clock& clock)
      : client_(executor, access), options_(options), clock_(clock) {}

  // The sample stays valid until the kit is used again. An error has kPermissionDenied for 403,
  // with what to grant.
  boost::asio::awaitable<absl::StatusOr<const Sample*>> Collect(const KubeletTarget& target,
                                                                ScrapeKit& kit);

  // The rates that the kubelet computed itself, from its summary, which stay valid until the kit's
  // summary decoder is used again. Nothing when they cannot be had; it is not asked again then.
  boost::asio::awaitable<const Sample*> CollectRates(const KubeletTarget& target, ScrapeKit& kit);

  KubeletEndpoint endpoint() const { return endpoint_; }
  void Cancel() { client_.Cancel(); }

 private:
  boost::asio::awaitable<absl::StatusOr<const Sample*>> CollectFrom(KubeletEndpoint endpoint,
                                                                    const KubeletTarget& target,
                                                                    ScrapeKit& kit);

  KubeletClient client_;
  const KubeletSourceOptions& options_;
  const kube::Clock& clock_;
  KubeletEndpoint endpoint_ = KubeletEndpoint::kResource;
  int64_t chosen_at_ns_ = 0;
  bool has_chosen_ = false;
};

}  // namespace kubegauge::scraper
