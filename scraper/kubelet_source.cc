#include "scraper/kubelet_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace kubegauge::scraper {

using boost::asio::awaitable;

namespace {

constexpr std::array kEndpoints = {KubeletEndpoint::kResource, KubeletEndpoint::kSummary,
                                   KubeletEndpoint::kCadvisor};
constexpr std::string_view kSummaryPath = "/stats/summary?only_cpu_and_memory=true";
constexpr std::string_view kCadvisorPath = "/metrics/cadvisor";
// Far beyond what a node runs. Whatever is told costs memory and time here and of all who list it.
constexpr size_t kMaxPods = 10'000;
constexpr uint32_t kMaxContainersOfPod = 1'000;

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

// cAdvisor tells much more of each container than is of use here.
std::optional<ExchangeLimits> LimitsOf(KubeletEndpoint endpoint) {
  if (endpoint != KubeletEndpoint::kCadvisor) return std::nullopt;
  return ExchangeLimits{.body_bytes = size_t{64} << 20};
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

bool IsMissingOrForbidden(const absl::StatusOr<const Sample*>& sample) {
  return absl::IsNotFound(sample.status()) || absl::IsPermissionDenied(sample.status());
}

// As when the kubelet's runtime fails it.
bool SaysNothing(const absl::StatusOr<const Sample*>& sample) {
  return sample.ok() && !(*sample)->node && (*sample)->pods.empty() && (*sample)->damage.empty();
}

absl::Status CheckSize(const Sample& sample) {
  if (sample.layout != nullptr) return absl::OkStatus();  // was checked with an earlier sample
  if (sample.pods.size() > kMaxPods) {
    return absl::ResourceExhaustedError(
        fmt::format("the kubelet tells of {} pods, more than {}", sample.pods.size(), kMaxPods));
  }
  for (const PodSample& pod : sample.pods) {
    if (pod.container_count <= kMaxContainersOfPod) continue;
    return absl::ResourceExhaustedError(
        fmt::format("the kubelet tells of {} containers in a pod, more than {}",
                    pod.container_count, kMaxContainersOfPod));
  }
  return absl::OkStatus();
}

// The sample of a body, or why it is not believed.
absl::StatusOr<const Sample*> Decode(Decoder& decoder, const ExchangeBuffers& buffers,
                                     int64_t sent_at_ns) {
  const ResponseBody body(buffers.body_text(), kBodyPadding);
  absl::StatusOr<const Sample*> sample = decoder.Decode(body, sent_at_ns);
  if (!sample.ok()) return sample;
  if (absl::Status status = CheckSize(**sample); !status.ok()) return status;
  return sample;
}

}  // namespace

awaitable<absl::StatusOr<const Sample*>> KubeletSource::CollectFrom(KubeletEndpoint endpoint,
                                                                    const KubeletTarget& target,
                                                                    ScrapeKits::Lease& kit) {
  const int64_t sent_at_ns = clock_.WallNs();
  const auto buffers = [&kit]() -> ExchangeBuffers& { return kit.Get().buffers; };
  const absl::StatusOr<ExchangeAnswer> answer =
      co_await client_.Get(target, PathOf(endpoint, target), buffers, LimitsOf(endpoint));
  if (!answer.ok()) co_return answer.status();
  if (absl::Status status = StatusOfAnswer(*answer, endpoint); !status.ok()) co_return status;
  Decoder& decoder = DecoderOf(endpoint, kit.Get());
  decoder.Swap(known_);
  absl::StatusOr<const Sample*> sample = Decode(decoder, kit.Get().buffers, sent_at_ns);
  decoder.Swap(known_);
  if (sample.ok()) answered_ = endpoint;
  co_return sample;
}

KubeletEndpoint KubeletSource::FirstChoice() const {
  if (options_.fixed) return *options_.fixed;
  const bool stays = clock_.MonotonicNs() - chosen_at_ns_ < options_.retry_better_ns;
  return stays ? endpoint_ : KubeletEndpoint::kResource;
}

awaitable<absl::StatusOr<const Sample*>> KubeletSource::Collect(const KubeletTarget& target,
                                                                ScrapeKits::Lease& kit) {
  const KubeletEndpoint first = FirstChoice();
  const absl::StatusOr<const Sample*> of_first = co_await CollectFrom(first, target, kit);
  const bool is_silent = SaysNothing(of_first);
  silent_scrapes_ = is_silent ? std::min(silent_scrapes_ + 1, kLastingSilence) : 0;
  if (options_.fixed) co_return of_first;
  if (is_silent) {
    if (silent_scrapes_ < kLastingSilence) co_return of_first;
    co_return co_await CollectBesides(first, of_first, target, kit);
  }
  if (!IsMissingOrForbidden(of_first)) {
    if (of_first.ok() && first != endpoint_) Choose(first);
    co_return of_first;
  }
  for (const KubeletEndpoint endpoint : kEndpoints) {
    if (endpoint == first) continue;
    absl::StatusOr<const Sample*> sample = co_await CollectFrom(endpoint, target, kit);
    if (IsMissingOrForbidden(sample) || SaysNothing(sample)) continue;
    if (sample.ok()) Choose(endpoint);
    co_return sample;
  }
  co_return of_first;
}

// Once only: whether an endpoint is to be stayed with, a silence does not tell.
awaitable<absl::StatusOr<const Sample*>> KubeletSource::CollectBesides(
    KubeletEndpoint first, absl::StatusOr<const Sample*> of_first, const KubeletTarget& target,
    ScrapeKits::Lease& kit) {
  for (const KubeletEndpoint endpoint : kEndpoints) {
    if (endpoint == first) continue;
    absl::StatusOr<const Sample*> sample = co_await CollectFrom(endpoint, target, kit);
    // Of a node without its pods nothing is gained, and what is known of the pods would be lost.
    if (sample.ok() && !(*sample)->pods.empty()) co_return sample;
    if (absl::IsCancelled(sample.status())) break;  // its time is over
  }
  co_return of_first;
}

awaitable<absl::StatusOr<const Sample*>> KubeletSource::CollectRates(const KubeletTarget& target,
                                                                     ScrapeKits::Lease& kit) {
  const int64_t sent_at_ns = clock_.WallNs();
  const auto buffers = [&kit]() -> ExchangeBuffers& { return kit.Get().rates_buffers; };
  const absl::StatusOr<ExchangeAnswer> answer = co_await client_.Get(target, kSummaryPath, buffers);
  if (!answer.ok()) co_return answer.status();
  absl::Status status = StatusOfAnswer(*answer, KubeletEndpoint::kSummary);
  if (!status.ok()) co_return status;
  co_return Decode(kit.Get().summary, kit.Get().rates_buffers, sent_at_ns);
}

void KubeletSource::Choose(KubeletEndpoint endpoint) {
  endpoint_ = endpoint;
  chosen_at_ns_ = clock_.MonotonicNs();
}

}  // namespace kubegauge::scraper
