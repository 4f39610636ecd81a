#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/standalone/objects/patches.h"

namespace kubegauge::server {
namespace {

constexpr std::string_view kPatch = "$patch";
constexpr std::string_view kRetainKeys = "$retainKeys";
constexpr std::string_view kSetElementOrder = "$setElementOrder/";
constexpr std::string_view kDeleteFromPrimitiveList = "$deleteFromPrimitiveList/";

std::string DirectiveOf(const Json& patch) {
  const auto directive = patch.find(kPatch);
  return directive != patch.end() && directive->is_string() ? directive->get<std::string>() : "";
}

bool IsDirective(std::string_view key) {
  return key == kPatch || key == kRetainKeys || key.starts_with(kSetElementOrder) ||
         key.starts_with(kDeleteFromPrimitiveList);
}

bool Contains(const Json& list, const Json& element) {
  return std::find(list.begin(), list.end(), element) != list.end();
}

Json WithoutDirectives(Json patch) {
  Json plain = Json::object();
  for (auto& [key, value] : patch.items()) {
    if (!key.starts_with('$') && !value.is_null()) plain[key] = std::move(value);
  }
  return plain;
}

Json::iterator FindByKey(Json& list, std::string_view merge_key, const Json& value) {
  return std::find_if(list.begin(), list.end(), [&](const Json& item) {
    return item.is_object() && item.contains(merge_key) && item.at(std::string(merge_key)) == value;
  });
}

// `list` with the elements that `order` names in that order; the others keep their places before
// those that they stood before in `original`. `id` gives what `order` names an element by.
template <class Id>
Json InOrder(const Json& list, const Json& original, const Json& order, Id id) {
  const auto index_in = [&](const Json& where, const Json& identity) {
    for (size_t i = 0; i < where.size(); ++i) {
      if (id(where[i]) == identity) return i;
    }
    return where.size();
  };
  std::vector<const Json*> named;
  std::vector<const Json*> others;
  for (const Json& wanted : order) {
    const size_t at = index_in(list, id(wanted));
    if (at < list.size()) named.push_back(&list[at]);
  }
  for (const Json& element : list) {
    if (index_in(order, id(element)) == order.size()) others.push_back(&element);
  }
  Json result = Json::array();
  auto other = others.begin();
  for (const Json* element : named) {
    const size_t place = index_in(original, id(*element));
    while (place < original.size() && other != others.end() &&
           index_in(original, id(**other)) < place) {
      result.push_back(**other++);
    }
    result.push_back(*element);
  }
  while (other != others.end()) result.push_back(**other++);
  return result;
}

class StrategicMerger {
 public:
  // Why the patch cannot be applied, if so.
  const std::optional<std::string>& fault() const { return fault_; }

  // `structure` null: of a map, or of what has no known fields; its members are of `element`.
  Json MergeObject(const SchemaStruct* structure, const SchemaType& element, Json current,
                   const Json& patch) {
    if (!current.is_object()) current = Json::object();
    const std::string directive = DirectiveOf(patch);
    if (directive == "replace") return WithoutDirectives(patch);
    if (directive == "delete") return Json::object();
    if (!directive.empty() && directive != "merge") {
      return Fail(fmt::format("Unknown patch type found: {}", directive));
    }
    if (!RetainKeys(patch, current)) return Fail("invalid patch format of retainKeys");
    for (const auto& [key, value] : patch.items()) {
      if (key == kPatch || key == kRetainKeys) continue;
      if (key.starts_with(kSetElementOrder) || key.starts_with(kDeleteFromPrimitiveList)) {
        // A list that only shrinks or is only put in order.
        const std::string name = key.substr(key.find('/') + 1);
        if (!patch.contains(name))
          MergeMember(structure, element, name, Json::array(), patch, current);
      } else if (value.is_null()) {
        current.erase(key);
      } else {
        MergeMember(structure, element, key, value, patch, current);
      }
    }
    return current;
  }

 private:
  Json Fail(std::string why) {
    if (!fault_) fault_ = std::move(why);
    return nullptr;
  }

  // False for a directive that is no list, or does not name all that the patch has.
  static bool RetainKeys(const Json& patch, Json& current) {
    const auto retained = patch.find(kRetainKeys);
    if (retained == patch.end()) return true;
    if (!retained->is_array()) return false;
    for (const auto& [key, value] : patch.items()) {
      const bool is_named = value.is_null() || IsDirective(key) || Contains(*retained, key);
      if (!is_named) return false;
    }
    Json kept = Json::object();
    for (auto& [key, value] : current.items()) {
      if (Contains(*retained, key)) kept[key] = std::move(value);
    }
    current = std::move(kept);
    return true;
  }

  // Merges the member `name` of `patch`, with its value and its directives beside it.
  void MergeMember(const SchemaStruct* structure, const SchemaType& element,
                   const std::string& name, const Json& value, const Json& patch, Json& current) {
    const SchemaField* field = structure == nullptr ? nullptr : structure->Find(name);
    const SchemaType& type = field == nullptr ? element : field->type;
    Json known = current.contains(name) ? current[name] : Json();
    if (value.is_object()) {
      const bool is_map = type.kind == SchemaType::Kind::kMap;
      current[name] = MergeObject(type.structure, is_map ? type.Element() : SchemaType(),
                                  std::move(known), value);
    } else if (value.is_array() && field != nullptr && !field->keys.empty()) {
      current[name] =
          MergeKeyed(*field, std::move(known), value, Directive(patch, kSetElementOrder, name));
    } else if (value.is_array() && field != nullptr && field->is_set) {
      current[name] = MergeSet(std::move(known), value, Directive(patch, kSetElementOrder, name),
                               Directive(patch, kDeleteFromPrimitiveList, name));
    } else {
      current[name] = value;
    }
  }

  static Json Directive(const Json& patch, std::string_view directive, const std::string& name) {
    const auto found = patch.find(std::string(directive) + name);
    return found != patch.end() && found->is_array() ? *found : Json::array();
  }

  Json MergeKeyed(const SchemaField& field, Json current, const Json& patch, const Json& order) {
    const std::string merge_key(field.merge_key());
    if (!current.is_array()) current = Json::array();
    const bool replaces = std::any_of(patch.begin(), patch.end(), [&](const Json& item) {
      return item.is_object() && DirectiveOf(item) == "replace" && !item.contains(merge_key);
    });
    const Json original = current;
    if (replaces) current = Json::array();
    for (const Json& item : patch) {
      if (!item.is_object()) return Fail("expected a list of maps");
      if (!item.contains(merge_key)) {
        if (item.contains(kPatch)) continue;
        return Fail(
            fmt::format("map: {} does not contain declared merge key: {}", item.dump(), merge_key));
      }
      MergeItem(field, item, merge_key, current);
    }
    if (order.empty()) return current;
    return InOrder(current, original, order, [&](const Json& item) {
      return item.is_object() && item.contains(merge_key) ? item.at(merge_key) : Json();
    });
  }

  void MergeItem(const SchemaField& field, const Json& item, const std::string& merge_key,
                 Json& list) {
    auto known = FindByKey(list, merge_key, item.at(merge_key));
    const std::string directive = DirectiveOf(item);
    if (directive == "delete") {
      for (; known != list.end(); known = FindByKey(list, merge_key, item.at(merge_key))) {
        list.erase(known);
      }
    } else if (known == list.end()) {
      list.push_back(MergeObject(field.type.Element().structure, SchemaType(), Json(), item));
    } else {
      *known = MergeObject(field.type.Element().structure, SchemaType(), Json(*known), item);
    }
  }

  static Json MergeSet(Json current, const Json& added, const Json& order, const Json& deleted) {
    if (!current.is_array()) current = Json::array();
    const Json original = current;
    Json merged = Json::array();
    for (const Json* list : {&std::as_const(current), &added}) {
      for (const Json& element : *list) {
        if (!Contains(deleted, element) && !Contains(merged, element)) merged.push_back(element);
      }
    }
    if (order.empty()) return merged;
    return InOrder(merged, original, order, [](const Json& element) { return element; });
  }

  std::optional<std::string> fault_;
};

}  // namespace

absl::StatusOr<Json> ApplyStrategicPatch(const SchemaStruct& structure, Json object,
                                         const Json& patch) {
  if (!patch.is_object()) return absl::InvalidArgumentError("a strategic merge patch is an object");
  StrategicMerger merger;
  Json merged = merger.MergeObject(&structure, SchemaType(), std::move(object), patch);
  if (merger.fault()) return absl::InvalidArgumentError(*merger.fault());
  return merged;
}

}  // namespace kubegauge::server
