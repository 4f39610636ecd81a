#include "autoscaler/pod_requests.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "autoscaler/go_milli.h"
#include "autoscaler/pod_fields.h"
#include "kube/quantity.h"

namespace kubegauge::autoscaler {
namespace {

using kube::Quantity;
using Quantities = std::map<std::string_view, Quantity>;

bool IsPodLevelResource(std::string_view resource) {
  return resource == "cpu" || resource == "memory" || resource.starts_with("hugepages-");
}

absl::StatusOr<Quantities> ParseQuantities(const ResourceFields& fields, std::string_view owner) {
  Quantities quantities;
  for (const ResourceField& field : fields) {
    const absl::StatusOr<Quantity> quantity = Quantity::Parse(field.quantity);
    if (!quantity.ok()) {
      return absl::InvalidArgumentError(
          fmt::format("the amount of {} \"{}\" in the {} is no quantity: {}", field.resource,
                      field.quantity, owner, std::string(quantity.status().message())));
    }
    quantities.insert_or_assign(field.resource, *quantity);
  }
  return quantities;
}

ResourceAmounts MilliOf(const Quantities& quantities) {
  ResourceAmounts amounts;
  for (const auto& [resource, quantity] : quantities) amounts.Set(resource, GoMilli(quantity));
  return amounts;
}

void Add(Quantities& sum, const Quantities& addend) {
  for (const auto& [resource, quantity] : addend) {
    const auto [place, inserted] = sum.try_emplace(resource, quantity);
    if (!inserted) place->second += quantity;
  }
}

void RaiseTo(Quantities& maximum, const Quantities& other) {
  for (const auto& [resource, quantity] : other) {
    const auto [place, inserted] = maximum.try_emplace(resource, quantity);
    if (!inserted && quantity > place->second) place->second = quantity;
  }
}

// What the pod needs at the same time: all containers and sidecars, or the most demanding step of
// its start, in which an init container runs beside the sidecars that were started before it.
class ContainerSum {
 public:
  void AddContainer(const Quantities& requests) { Add(running_, requests); }
  void AddSidecar(const Quantities& requests) {
    Add(running_, requests);
    Add(sidecars_, requests);
    RaiseTo(starting_, sidecars_);
  }
  void AddInitContainer(Quantities requests) {
    Add(requests, sidecars_);
    RaiseTo(starting_, requests);
  }
  Quantities Total() && {
    RaiseTo(running_, starting_);
    return std::move(running_);
  }

 private:
  Quantities running_;
  Quantities sidecars_;
  Quantities starting_;
};

absl::StatusOr<std::optional<ResourceAmounts>> ReadPodLevel(const PodFields& fields,
                                                            ContainerSum containers) {
  const bool used =
      std::any_of(fields.pod_requests.begin(), fields.pod_requests.end(),
                  [](const ResourceField& field) { return IsPodLevelResource(field.resource); });
  if (!used) return std::nullopt;
  const absl::StatusOr<Quantities> pod_level = ParseQuantities(fields.pod_requests, "pod");
  if (!pod_level.ok()) return pod_level.status();
  const absl::StatusOr<Quantities> overhead = ParseQuantities(fields.overhead, "pod's overhead");
  if (!overhead.ok()) return overhead.status();
  Quantities total = std::move(containers).Total();
  for (const auto& [resource, quantity] : *pod_level) {
    if (IsPodLevelResource(resource)) total.insert_or_assign(resource, quantity);
  }
  Add(total, *overhead);
  return MilliOf(total);
}

}  // namespace

absl::StatusOr<PodRequests> ReadPodRequests(const PodFields& fields) {
  PodRequests result;
  result.containers.reserve(fields.containers.size());
  ContainerSum sum;
  const auto keep = [&](const ContainerFields& container, const Quantities& requests) {
    result.containers.push_back({std::string(container.name), MilliOf(requests)});
  };
  for (const ContainerFields& container : fields.containers) {
    const auto requests = ParseQuantities(container.requests, container.name);
    if (!requests.ok()) return requests.status();
    sum.AddContainer(*requests);
    keep(container, *requests);
  }
  for (const ContainerFields& container : fields.init_containers) {
    auto requests = ParseQuantities(container.requests, container.name);
    if (!requests.ok()) return requests.status();
    if (container.restart_policy == "Always") {
      sum.AddSidecar(*requests);
      keep(container, *requests);
    } else {
      sum.AddInitContainer(*std::move(requests));
    }
  }
  absl::StatusOr<std::optional<ResourceAmounts>> pod_level = ReadPodLevel(fields, std::move(sum));
  if (!pod_level.ok()) return pod_level.status();
  result.pod_level = *std::move(pod_level);
  return result;
}

}  // namespace kubegauge::autoscaler
