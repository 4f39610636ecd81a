#include "scraper/catalog.h"

#include <algorithm>

namespace kubegauge::scraper {
namespace {

using kube::ObjectMetaRef;

void SortLaterWins(std::vector<ObjectMetaRef>& objects) {
  const auto same_place = [](const ObjectMetaRef& a, const ObjectMetaRef& b) {
    return ComparePlaces(*a, b->namespace_name(), b->name()) == 0;
  };
  std::reverse(objects.begin(), objects.end());
  std::stable_sort(objects.begin(), objects.end(),
                   [](const ObjectMetaRef& a, const ObjectMetaRef& b) {
                     return ComparePlaces(*a, b->namespace_name(), b->name()) < 0;
                   });
  objects.erase(std::unique(objects.begin(), objects.end(), same_place), objects.end());
}

std::optional<size_t> Find(const std::vector<ObjectMetaRef>& objects,
                           std::string_view namespace_name, std::string_view name) {
  const auto found =
      std::partition_point(objects.begin(), objects.end(), [&](const ObjectMetaRef& object) {
        return ComparePlaces(*object, namespace_name, name) < 0;
      });
  if (found == objects.end() || ComparePlaces(**found, namespace_name, name) != 0) {
    return std::nullopt;
  }
  return static_cast<size_t>(found - objects.begin());
}

}  // namespace

Catalog::Catalog(std::vector<ObjectMetaRef> nodes, std::vector<ObjectMetaRef> pods,
                 std::vector<ObjectMetaRef> unselected_nodes)
    : nodes_(std::move(nodes)),
      pods_(std::move(pods)),
      unselected_nodes_(std::move(unselected_nodes)) {
  SortLaterWins(nodes_);
  SortLaterWins(pods_);
  SortLaterWins(unselected_nodes_);
}

std::optional<size_t> Catalog::FindNode(std::string_view name) const {
  return Find(nodes_, "", name);
}

bool Catalog::HasNode(std::string_view name) const {
  return FindNode(name).has_value() || Find(unselected_nodes_, "", name).has_value();
}

std::optional<size_t> Catalog::FindPod(std::string_view namespace_name,
                                       std::string_view name) const {
  return Find(pods_, namespace_name, name);
}

std::pair<size_t, size_t> Catalog::PodsIn(std::string_view namespace_name) const {
  const auto begin = std::partition_point(
      pods_.begin(), pods_.end(),
      [&](const ObjectMetaRef& pod) { return pod->namespace_name() < namespace_name; });
  const auto end = std::partition_point(begin, pods_.end(), [&](const ObjectMetaRef& pod) {
    return pod->namespace_name() == namespace_name;
  });
  return {static_cast<size_t>(begin - pods_.begin()), static_cast<size_t>(end - pods_.begin())};
}

}  // namespace kubegauge::scraper
