#include "autoscaler/custom_metrics_version.h"

#include <string_view>

namespace kubegauge::autoscaler {
namespace {

bool IsKnown(std::string_view version) { return version == "v1beta2" || version == "v1beta1"; }

}  // namespace

absl::StatusOr<std::string> ChooseCustomMetricsVersion(const kube::ApiGroups& groups) {
  const auto group = kube::FindGroup(groups, "custom.metrics.k8s.io");
  if (group == nullptr) {
    return absl::NotFoundError("no custom metrics API (custom.metrics.k8s.io) registered");
  }
  if (IsKnown(group->preferred_version)) return group->preferred_version;
  for (const kube::ApiGroupVersion& served : group->versions) {
    if (IsKnown(served.version)) return served.version;
  }
  return absl::NotFoundError("no known available metric versions found");
}

boost::asio::awaitable<absl::StatusOr<std::string>> CustomMetricsVersion::Get() {
  std::string remembered = Remembered();
  if (!remembered.empty()) co_return remembered;
  const auto groups = co_await mapper_.Groups(good_for_);
  if (!groups.ok()) co_return groups.status();
  absl::StatusOr<std::string> chosen = ChooseCustomMetricsVersion(**groups);
  if (absl::IsNotFound(chosen.status())) {
    const auto reread = co_await mapper_.Groups(mapper_.options().reread_interval);
    if (reread.ok() && *reread != *groups) chosen = ChooseCustomMetricsVersion(**reread);
  }
  if (chosen.ok()) {
    const std::lock_guard lock(mutex_);
    version_ = *chosen;
    chosen_at_ns_ = clock_.MonotonicNs();
  }
  co_return chosen;
}

std::string CustomMetricsVersion::Remembered() const {
  const std::lock_guard lock(mutex_);
  const bool good = clock_.MonotonicNs() - chosen_at_ns_ < good_for_.count();
  return good ? version_ : std::string();
}

}  // namespace kubegauge::autoscaler
