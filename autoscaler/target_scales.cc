#include "autoscaler/target_scales.h"

#include <utility>

#include "kube/group_version.h"

namespace kubegauge::autoscaler {

namespace asio = boost::asio;

asio::awaitable<TargetScales::Reading> TargetScales::Read(const Hpa& hpa, From from) {
  const CrossVersionObjectReference& reference = hpa.spec.scale_target_ref;
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
    absl::StatusOr<Found> found = co_await ReadOne(mapping, std::move(target), from);
    if (!found.ok()) {
      if (!first) first = Failure{ScaleStage::kScale, std::string(found.status().message())};
      continue;
    }
    if (watched_ != nullptr && found->scale) {
      watched_->Keep(*mappings, mapping, found->target, *found->scale, found->reading);
    }
    co_return *std::move(found);
  }
  co_return first.value_or(Failure{ScaleStage::kScale, "unrecognized resource"});
}

asio::awaitable<absl::StatusOr<TargetScales::Found>> TargetScales::ReadOne(
    const kube::RestMapping& mapping, kube::ScaleTarget target, From from) {
  if (watched_ != nullptr && from == From::kKnown) {
    if (const ScaleReading* known = watched_->Find(mapping, target)) {
      co_return Found{std::move(target), *known, std::nullopt};
    }
  }
  absl::StatusOr<kube::Scale> scale = co_await scales_.Get(target);
  if (!scale.ok()) co_return scale.status();
  ScaleReading reading{.spec_replicas = scale->spec_replicas,
                       .status_replicas = scale->status_replicas,
                       .selector = scale->selector};
  co_return Found{std::move(target), std::move(reading), *std::move(scale)};
}

asio::awaitable<std::optional<std::string>> TargetScales::Write(Found found, int32_t replicas) {
  if (watched_ != nullptr) watched_->Forget(found.target);
  const auto written =
      co_await scales_.Update(std::move(found.target), *std::move(found.scale), replicas);
  if (written.ok()) co_return std::nullopt;
  co_return std::string(written.status().message());
}

}  // namespace kubegauge::autoscaler
