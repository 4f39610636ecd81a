#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kubegauge::server {

class ObjectRules;
class Review;

// One group and version that a resource is served in.
struct ServedVersion {
  std::string_view group;  // "" for the core group
  std::string_view version;

  std::string ApiVersion() const;
  bool operator==(const ServedVersion&) const = default;
};

// A resource of the API: its names, where it is served, and what it can do. A constant of the
// program; compared by address.
struct ResourceType {
  std::string_view name;  // plural, as in paths
  std::string_view singular;
  std::string_view kind;
  bool namespaced = true;
  std::vector<ServedVersion> served;  // the first is the one that objects are stored in
  std::vector<std::string_view> short_names = {};
  std::vector<std::string_view> categories = {};
  std::vector<std::string_view> verbs = {};
  // The fields that a field selector may name, besides metadata.name and metadata.namespace.
  std::vector<std::string_view> selectable_fields = {};
  bool has_status = false;  // a /status subresource
  bool has_scale = false;   // a /scale subresource of spec.replicas and status.replicas
  bool counts_generations = false;
  const ObjectRules* rules = nullptr;  // never null in the table of resources
  const Review* review = nullptr;      // of a question, which is answered and not kept

  bool Allows(std::string_view verb) const;
  bool Serves(std::string_view group, std::string_view version) const;
};

// Every resource of the standalone API, in the order of discovery.
std::span<const ResourceType> ResourceTypes();
// The one of that group, version and plural name, or null.
const ResourceType* FindResourceType(std::string_view group, std::string_view version,
                                     std::string_view name);
// The one by its plural name; it has to be there.
const ResourceType& ResourceTypeNamed(std::string_view name);

}  // namespace kubegauge::server
