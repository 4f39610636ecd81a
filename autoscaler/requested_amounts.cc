#include "autoscaler/requested_amounts.h"

#include <fmt/format.h>

#include <optional>

#include "autoscaler/arithmetic.h"

namespace kubegauge::autoscaler {
namespace {

absl::Status MissingRequest(std::string_view resource, std::string_view container, const Pod& pod) {
  return absl::NotFoundError(fmt::format("missing request for {} in container {} of Pod {}",
                                         resource, container, pod.name));
}

absl::StatusOr<int64_t> OfWholePod(const Pod& pod, std::string_view resource) {
  if (pod.shape->pod_level_requests) {
    const std::optional<int64_t> milli = pod.shape->pod_level_requests->Find(resource);
    if (milli) return *milli;
    return absl::NotFoundError(
        fmt::format("missing pod-level request for {} in Pod {}", resource, pod.name));
  }
  int64_t total = 0;
  for (const ContainerRequests& container : pod.shape->containers) {
    const std::optional<int64_t> milli = container.requests.Find(resource);
    if (!milli) return MissingRequest(resource, container.name, pod);
    total = WrapAdd(total, *milli);
  }
  return total;
}

absl::StatusOr<int64_t> OfContainer(const Pod& pod, std::string_view resource,
                                    std::string_view name) {
  for (const ContainerRequests& container : pod.shape->containers) {
    if (container.name != name) continue;
    const std::optional<int64_t> milli = container.requests.Find(resource);
    if (milli) return *milli;
    return MissingRequest(resource, name, pod);
  }
  return absl::NotFoundError(fmt::format("container {} not found in Pod {}", name, pod.name));
}

}  // namespace

absl::StatusOr<std::vector<int64_t>> RequestedAmounts(Pods pods, std::string_view resource,
                                                      std::string_view container) {
  std::vector<int64_t> amounts;
  amounts.reserve(pods.size());
  absl::Status missing;
  ForEachShape(pods, [&](Pods alike) {
    if (!missing.ok()) return;
    const Pod& pod = *alike.front();
    const absl::StatusOr<int64_t> amount =
        container.empty() ? OfWholePod(pod, resource) : OfContainer(pod, resource, container);
    missing = amount.status();
    if (amount.ok()) amounts.insert(amounts.end(), alike.size(), *amount);
  });
  if (!missing.ok()) return missing;
  return amounts;
}

}  // namespace kubegauge::autoscaler
