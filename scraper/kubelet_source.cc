#include "scraper/kubelet_source.h"

#include <fmt/format.h>

#include <utility>

namespace kubegauge::scraper {

using boost::asio::awaitable;

namespace {

constexpr KubeletEndpoint kEndpoints[] = {KubeletEndpoint::kResource, KubeletEndpoint::kSummary,
                                          KubeletEndpoint::kCadvisor};
constexpr std::string_view kSummaryPath = "/stats/summary?only_cpu_and_memory=true";
constexpr std::string_view kCadvisorPath = "/metrics/cadvisor";

std::string_view PathOf(KubeletEndpoint endpoint, const KubeletTarget& target) {
  switch (endpoint) {
    case KubeletEndpoint::kSummary:
      return kSummaryPath;
    case KubeletEndpoint::kCadvisor:
      return kCadvisorPath;
    default:
      return target.resource_path;
  }
}

Decoder& DecoderOf(KubeletEndpoint endpoint, ScrapeKit& kit) {
  switch (endpoint) {
    case KubeletEndpoint::kSummary:
      return kit.summary;
    case KubeletEndpoint::kCadvisor:
      return kit.cadvisor;
    default:
      return kit.resource;
  }
}

absl::Status StatusOfAnswer(const ExchangeAnswer& answer, KubeletEndpoint endpoint) {
  if (answer.status == 200) return absl::OkStatus();
  const std::string text =
      fmt::format("request failed, status: \"{} {}\"", answer.status, answer.reason);
  if (answer.status == 404) return absl::NotFoundError(text);
  if (answer.status == 401) return absl::UnauthenticatedError(text);
  if (answer.status == 403) {
    return absl::PermissionDeniedError(
        fmt::format("{}; grant get on {}", text,
                    endpoint == KubeletEndpoint::kSummary ? "nodes/stats" : "nodes/metrics"));
  }
  return absl::UnavailableError(text);
}

// Whether another endpoint of the same kubelet may do better: this one is missing, forbidden, or,
// as when the kubelet's runtime fails it, says nothing.
bool OthersMayDoBetter(const absl::StatusOr<const Sample*>& sample) {
  if (sample.ok()) return !(*sample)->node && (*sample)->pods.empty();
  return absl::IsNotFound(sample.status()) || absl::IsPermissionDenied(sample.status());
}

ResponseBody BodyOf(const ExchangeBuffers& buffers) { return {buffers.body, kBodyPadding}; }

}  // namespace

ScrapeKits::Lease ScrapeKits::Take() {
  if (free_.empty()) return Lease(new ScrapeKit, Return{this});
  Lease lease(free_.back().release(), Return{this});
  free_.pop_back();
  return lease;
}

void ScrapeKits::Put(ScrapeKit* kit) {
  std::unique_ptr<ScrapeKit> owned(kit);
  if (free_.size() >= kMaxKept || kit->buffers.body.capacity() > kMaxKeptBytes ||
      kit->summary_buffers.body.capacity() > kMaxKeptBytes) {
    return;
  }
  free_.push_back(std::move(owned));
}

awaitable<absl::StatusOr<const Sample*>> KubeletSource::CollectFrom(KubeletEndpoint endpoint,
                                                                    const KubeletTarget& target,
                                                                    ScrapeKit& kit) {
  const int64_t sent_at_ns = clock_.WallNs();
  const absl::StatusOr<ExchangeAnswer> answer =
      co_await client_.Get(target, PathOf(endpoint, target), kit.buffers);
  if (!answer.ok()) co_return answer.status();
  if (absl::Status status = StatusOfAnswer(*answer, endpoint); !status.ok()) co_return status;
  co_return DecoderOf(endpoint, kit).Decode(BodyOf(kit.buffers), sent_at_ns);
}

awaitable<absl::StatusOr<const Sample*>> KubeletSource::Collect(const KubeletTarget& target,
                                                                ScrapeKit& kit) {
  if (options_.fixed) {
    endpoint_ = *options_.fixed;
    co_return co_await CollectFrom(endpoint_, target, kit);
  }
  const int64_t now_ns = clock_.MonotonicNs();
  const bool stays = has_chosen_ && (endpoint_ == KubeletEndpoint::kResource ||
                                     now_ns - chosen_at_ns_ < options_.retry_better_ns);
  if (stays) {
    absl::StatusOr<const Sample*> sample = co_await CollectFrom(endpoint_, target, kit);
    if (!OthersMayDoBetter(sample)) co_return sample;
  }
  std::optional<absl::StatusOr<const Sample*>> first;
  for (const KubeletEndpoint endpoint : kEndpoints) {
    absl::StatusOr<const Sample*> sample = co_await CollectFrom(endpoint, target, kit);
    const bool good = !OthersMayDoBetter(sample);
    if (good && sample.ok()) {
      endpoint_ = endpoint;
      chosen_at_ns_ = now_ns;
      has_chosen_ = true;
    }
    if (good) co_return sample;
    if (!first) first = std::move(sample);
  }
  co_return *std::move(first);
}

awaitable<const Sample*> KubeletSource::CollectRates(const KubeletTarget& target, ScrapeKit& kit) {
  if (options_.fixed && *options_.fixed != KubeletEndpoint::kResource) co_return nullptr;
  const int64_t sent_at_ns = clock_.WallNs();
  const absl::StatusOr<ExchangeAnswer> answer =
      co_await client_.Get(target, kSummaryPath, kit.summary_buffers);
  if (!answer.ok() || answer->status != 200) co_return nullptr;
  const absl::StatusOr<const Sample*> sample =
      kit.summary.Decode(BodyOf(kit.summary_buffers), sent_at_ns);
  co_return sample.ok() ? *sample : nullptr;
}

}  // namespace kubegauge::scraper
