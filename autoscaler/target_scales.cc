#include "autoscaler/target_scales.h"

#include <utility>

#include "kube/group_version.h"

namespace kubegauge::autoscaler {

namespace asio = boost::asio;

asio::awaitable<TargetScales::Reading> TargetScales::Read(const Hpa& hpa) {
  const ObjectReference& reference = hpa.spec.scale_target_ref;
  const auto version = kube::ParseGroupVersion(reference.api_version);
  if (!version.ok()) {
    co_return Failure{ScaleStage::kReference, std::string(version.status().message())};
  }
  const auto mappings = co_await mapper_.Mappings(version->group, reference.kind);
  if (!mappings.ok()) {
    co_return Failure{ScaleStage::kResource, std::string(mappings.status().message())};
  }
  std::optional<Failure> first;
  for (const kube::RestMapping& mapping : *mappings) {
    kube::ScaleTarget target{.group = mapping.group_version.group,
                             .resource = mapping.resource,
                             .namespace_name = hpa.meta.namespace_name,
                             .name = reference.name};
    absl::StatusOr<TargetScalePtr> scale = co_await ScaleOf(mapping, target);
    if (scale.ok()) co_return Found{std::move(target), *std::move(scale)};
    if (!first) first = Failure{ScaleStage::kScale, std::string(scale.status().message())};
  }
  co_return first.value_or(Failure{ScaleStage::kScale, "unrecognized resource"});
}

asio::awaitable<absl::StatusOr<TargetScalePtr>> TargetScales::ScaleOf(
    const kube::RestMapping& mapping, const kube::ScaleTarget& target) {
  if (watched_ != nullptr) {
    if (TargetScalePtr known = watched_->Find(mapping, target)) co_return known;
  }
  absl::StatusOr<kube::Scale> read = co_await scales_.Get(target);
  if (!read.ok()) co_return read.status();
  auto scale = std::make_shared<const TargetScale>(*std::move(read));
  if (watched_ != nullptr) watched_->Keep(mapping, target, scale);
  co_return scale;
}

asio::awaitable<std::optional<std::string>> TargetScales::Write(Found found, int32_t replicas) {
  const auto written =
      co_await scales_.Update(std::move(found.target), found.scale->scale, replicas);
  if (written.ok()) co_return std::nullopt;
  co_return std::string(written.status().message());
}

}  // namespace kubegauge::autoscaler
