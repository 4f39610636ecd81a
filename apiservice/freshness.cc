#include "apiservice/freshness.h"

#include <algorithm>
#include <utility>

namespace kubegauge::apiservice {
namespace {

constexpr std::array<int64_t, FreshnessCounts::kBuckets> MakeBoundsNs() {
  std::array<int64_t, FreshnessCounts::kBuckets> bounds{};
  double seconds = FreshnessCounts::kFirstSeconds;
  for (int64_t& bound : bounds) {
    bound = static_cast<int64_t>(seconds * 1e9);
    seconds *= FreshnessCounts::kFactor;
  }
  return bounds;
}

constexpr std::array<int64_t, FreshnessCounts::kBuckets> kBoundsNs = MakeBoundsNs();

}  // namespace

void FreshnessCounts::Add(int64_t age_ns) {
  const auto bound = std::ranges::lower_bound(kBoundsNs, age_ns);
  ++counts[static_cast<size_t>(bound - kBoundsNs.begin())];
  sum_seconds += static_cast<double>(age_ns) / 1e9;
  ++total;
}

std::vector<double> FreshnessCounts::UpperBounds() {
  std::vector<double> bounds;
  double seconds = kFirstSeconds;
  for (size_t i = 0; i < kBuckets; ++i, seconds *= kFactor) bounds.push_back(seconds);
  return bounds;
}

FreshnessTally::FreshnessTally(FreshnessTally&& other) noexcept
    : observer_(std::exchange(other.observer_, nullptr)),
      now_ns_(other.now_ns_),
      counts_(other.counts_) {}

FreshnessTally::~FreshnessTally() {
  if (observer_ != nullptr && counts_.total > 0) observer_->OnServed(counts_);
}

}  // namespace kubegauge::apiservice
