#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "kube/clock.h"
#include "scraper/kubelet_client.h"
#include "scraper/scrape_kits.h"

namespace kubegauge::scraper {

// What a kubelet can be asked for, the best first.
enum class KubeletEndpoint { kResource, kSummary, kCadvisor };

struct KubeletSourceOptions {
  // Only this endpoint; empty: the best that the kubelet serves.
  std::optional<KubeletEndpoint> fixed;
  // How long to stay with a lesser endpoint before the better ones are tried again.
  int64_t retry_better_ns = int64_t{600} * 1'000'000'000;
};

// Reads the usage of one node from its kubelet, from the best endpoint that it serves: the next one
// is tried, and stayed with, where one is missing or forbidden. While one goes on to say nothing,
// which is a success as upstream has it, the others are tried each time. Not thread-safe: one call
// at a time. Keeps references.
class KubeletSource {
 public:
  KubeletSource(boost::asio::any_io_executor executor, KubeletAccess& access,
                const KubeletSourceOptions& options, const kube::Clock& clock)
      : client_(executor, access), options_(options), clock_(clock) {}

  // The sample stays valid until the kit is used again. Errors: `request failed, status: "…"` for
  // every status but 200, as upstream has it, kPermissionDenied and what to grant for 403; those of
  // KubeletClient and of the decoders. Of several endpoints that fail the first one's is told.
  boost::asio::awaitable<absl::StatusOr<const Sample*>> Collect(const KubeletTarget& target,
                                                                ScrapeKits::Lease& kit);

  // The rates that the kubelet computed itself, from its summary; the last sample of Collect stays
  // valid beside them.
  boost::asio::awaitable<absl::StatusOr<const Sample*>> CollectRates(const KubeletTarget& target,
                                                                     ScrapeKits::Lease& kit);

  // What the last sample of Collect led to.
  void SetLayout(std::shared_ptr<const NodeLayout> layout) { known_.layout = std::move(layout); }
  // Whether CollectRates may tell what the last sample does not: asked for nothing but a fixed
  // endpoint, a kubelet is asked for nothing else.
  bool MayHaveRates() const { return !options_.fixed && answered_ == KubeletEndpoint::kResource; }
  // Whether the next call will find a connection, most likely.
  bool IsConnected() const { return client_.IsConnected(); }
  // Ends the call that is under way.
  void Cancel() { client_.Cancel(); }

 private:
  boost::asio::awaitable<absl::StatusOr<const Sample*>> CollectFrom(KubeletEndpoint endpoint,
                                                                    const KubeletTarget& target,
                                                                    ScrapeKits::Lease& kit);
  // How often in turn a kubelet says nothing before it is asked elsewhere. Mostly it speaks again
  // soon, and its last points are served meanwhile.
  static constexpr int kLastingSilence = 2;

  // The others' answer where it tells of pods, else `of_first`.
  boost::asio::awaitable<absl::StatusOr<const Sample*>> CollectBesides(
      KubeletEndpoint first, absl::StatusOr<const Sample*> of_first, const KubeletTarget& target,
      ScrapeKits::Lease& kit);
  // The endpoint to begin with.
  KubeletEndpoint FirstChoice() const;
  void Choose(KubeletEndpoint endpoint);

  KubeletClient client_;
  const KubeletSourceOptions& options_;
  const kube::Clock& clock_;
  KnownBody known_;
  KubeletEndpoint endpoint_ = KubeletEndpoint::kResource;
  int64_t chosen_at_ns_ = 0;                               // monotonic
  KubeletEndpoint answered_ = KubeletEndpoint::kResource;  // the last one that did
  // In turn, up to as many as last. One is enough while there is nothing yet that could be served.
  int silent_scrapes_ = kLastingSilence - 1;
};

}  // namespace kubegauge::scraper
