#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace kubegauge::apiservice {

// How old the served samples were, for metrics_server_api_metric_freshness_seconds (wire.md A.7):
// counts in 20 buckets, whose upper bounds start at one second and grow by 1.364, and one beyond.
struct FreshnessCounts {
  static constexpr size_t kBuckets = 20;
  static constexpr double kFirstSeconds = 1;
  static constexpr double kFactor = 1.364;

  std::array<uint64_t, kBuckets + 1> counts{};
  double sum_seconds = 0;
  uint64_t total = 0;

  void Add(int64_t age_ns);
  static std::vector<double> UpperBounds();
};

// Told of the ages of the objects of an answer, once an answer.
class FreshnessObserver {
 public:
  virtual ~FreshnessObserver() = default;
  // Called from any thread.
  virtual void OnServed(const FreshnessCounts& counts) = 0;
};

// Counts the objects of one answer, and tells the observer (which may be null) at its end. A copy
// counts nothing: a list that is walked twice is served once.
class FreshnessTally {
 public:
  FreshnessTally() : FreshnessTally(nullptr, 0) {}
  FreshnessTally(FreshnessObserver* observer, int64_t now_ns)
      : observer_(observer), now_ns_(now_ns) {}
  FreshnessTally(const FreshnessTally&) : FreshnessTally() {}
  FreshnessTally(FreshnessTally&& other) noexcept;
  FreshnessTally& operator=(const FreshnessTally&) = delete;
  ~FreshnessTally();

  void Served(int64_t timestamp_ns) {
    if (observer_ != nullptr) counts_.Add(now_ns_ - timestamp_ns);
  }

 private:
  FreshnessObserver* observer_;
  int64_t now_ns_;
  FreshnessCounts counts_;
};

}  // namespace kubegauge::apiservice
