#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

#include "absl/status/statusor.h"
#include "kube/api_discovery.h"
#include "kube/clock.h"
#include "kube/rest_mapper.h"

namespace kubegauge::autoscaler {

// The version of custom.metrics.k8s.io to use: the server's preferred one if it is v1beta2 or
// v1beta1, else the first that it lists of these (hpa.md 8.2). Errors: kNotFound with upstream's
// texts.
absl::StatusOr<std::string> ChooseCustomMetricsVersion(const kube::ApiGroups& groups);

// Remembers the choice. Thread-safe. Keeps references to `mapper` and `clock`.
class CustomMetricsVersion {
 public:
  // A choice is made anew after `good_for`, which upstream has as the sync period, out of groups
  // that are no older than that; where none can be made, of groups that the mapper reads again for
  // what it did not find.
  CustomMetricsVersion(kube::RestMapper& mapper, const kube::Clock& clock,
                       std::chrono::nanoseconds good_for)
      : mapper_(mapper), clock_(clock), good_for_(good_for) {}

  // Errors are those of the choice and of the discovery; they are not remembered here.
  boost::asio::awaitable<absl::StatusOr<std::string>> Get();

 private:
  std::string Remembered() const;

  kube::RestMapper& mapper_;
  const kube::Clock& clock_;
  const std::chrono::nanoseconds good_for_;
  mutable std::mutex mutex_;
  std::string version_;       // guarded by mutex_; empty before the first choice
  int64_t chosen_at_ns_ = 0;  // guarded by mutex_
};

}  // namespace kubegauge::autoscaler
