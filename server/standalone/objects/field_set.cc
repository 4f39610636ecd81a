#include "server/standalone/objects/field_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <string_view>
#include <utility>

namespace kubegauge::server {
namespace {

using Kind = SchemaType::Kind;

constexpr std::string_view kIdentity[] = {"name",
                                          "generateName",
                                          "namespace",
                                          "selfLink",
                                          "uid",
                                          "resourceVersion",
                                          "generation",
                                          "creationTimestamp",
                                          "deletionTimestamp",
                                          "deletionGracePeriodSeconds",
                                          "managedFields"};

// How an element of a keyed list is named, the keys by name; a protocol that is not said is TCP.
std::string KeyElement(const SchemaField& field, const Json& item) {
  std::map<std::string, Json> keys;
  for (const std::string& key : field.keys) {
    if (item.contains(key)) {
      keys[key] = item[key];
    } else if (key == "protocol") {
      keys[key] = "TCP";
    }
  }
  return "k:" + Json(keys).dump();
}

bool HasKeys(const SchemaField& field, const Json& list) {
  return !field.keys.empty() && list.is_array() &&
         std::all_of(list.begin(), list.end(), [](const Json& item) { return item.is_object(); });
}

bool IsAtomic(const SchemaStruct* structure) { return structure != nullptr && structure->atomic; }
bool IsAtomic(const SchemaField* field) {
  return field != nullptr && (field->atomic || IsAtomic(field->type.structure));
}

// Whether Go's structs have a field as a value, not as a pointer: what they hold is always there.
bool IsGiven(const SchemaField* field) {
  constexpr std::string_view kGiven[] = {"metadata", "spec", "status", "strategy", "template"};
  return field != nullptr && (field->required || std::find(std::begin(kGiven), std::end(kGiven),
                                                           field->name) != std::end(kGiven));
}

class FieldCollector {
 public:
  explicit FieldCollector(Holders holders) : holders_(holders) {}

  std::map<FieldPath, Json> fields;

  // `is_given`: objects are never without this one.
  void Object(const SchemaStruct* structure, const Json& object, bool is_given, FieldPath& path) {
    for (const auto& [key, value] : object.items()) {
      path.push_back("f:" + key);
      const SchemaField* field = structure == nullptr ? nullptr : structure->Find(key);
      Member(field, value, is_given && IsGiven(field), path);
      path.pop_back();
    }
  }

 private:
  void NoteHolder(bool is_given, const FieldPath& path) {
    if (holders_ == Holders::kOptional && !is_given) fields.emplace(path, Json::object());
  }

  void Member(const SchemaField* field, const Json& value, bool is_given, FieldPath& path) {
    if (field != nullptr && HasKeys(*field, value)) {
      NoteHolder(is_given, path);
      const SchemaStruct* const structure = field->type.Element().structure;
      for (const Json& item : value) {
        path.push_back(KeyElement(*field, item));
        fields.emplace(path, IsAtomic(structure) ? item : Json::object());
        if (!IsAtomic(structure)) Object(structure, item, /*is_given=*/false, path);
        path.pop_back();
      }
    } else if (field != nullptr && field->is_set && value.is_array()) {
      NoteHolder(is_given, path);
      for (const Json& element : value) {
        path.push_back("v:" + element.dump());
        fields.emplace(path, element);
        path.pop_back();
      }
    } else if (value.is_object() && !value.empty() && !IsAtomic(field)) {
      NoteHolder(is_given, path);
      Object(field == nullptr ? nullptr : field->type.structure, value, is_given, path);
    } else {
      fields.emplace(path, value);
    }
  }

  const Holders holders_;
};

// Whether `item` is the element that `name` (a "k:" or "v:") names.
bool IsNamed(const std::string& name, const Json& item) {
  const Json wanted = Json::parse(name.substr(2), nullptr, /*allow_exceptions=*/false);
  if (name.starts_with("v:")) return item == wanted;
  if (!item.is_object() || !wanted.is_object()) return false;
  return std::all_of(wanted.items().begin(), wanted.items().end(), [&](const auto& member) {
    const auto known = item.find(member.key());
    return known == item.end() ? member.key() == "protocol" && member.value() == "TCP"
                               : *known == member.value();
  });
}

// Whether a field is what tells an element of a list from the others.
bool IsKeyOfElement(const FieldPath& path) {
  if (path.size() < 2 || !path[path.size() - 2].starts_with("k:")) return false;
  const Json keys =
      Json::parse(path[path.size() - 2].substr(2), nullptr, /*allow_exceptions=*/false);
  return keys.contains(path.back().substr(2));
}

void Remove(std::span<const std::string> path, Json& from) {
  const std::string& name = path.front();
  if (name.starts_with("f:")) {
    const std::string key = name.substr(2);
    if (!from.is_object() || !from.contains(key)) return;
    Json& member = from[key];
    if (path.size() > 1) Remove(path.subspan(1), member);
    const bool is_empty = (member.is_object() || member.is_array()) && member.empty();
    if (path.size() == 1 || is_empty) from.erase(key);
    return;
  }
  if (!from.is_array()) return;
  const auto item = std::find_if(from.begin(), from.end(),
                                 [&](const Json& element) { return IsNamed(name, element); });
  if (item == from.end()) return;
  if (path.size() > 1) {
    Remove(path.subspan(1), *item);
  } else {
    from.erase(item);
  }
}

Json MergeMembers(const SchemaStruct* structure, Json object, const Json& applied);

Json MergeMember(const SchemaField* field, Json known, const Json& applied) {
  if (field != nullptr && HasKeys(*field, applied)) {
    if (!known.is_array()) known = Json::array();
    for (const Json& item : applied) {
      const std::string name = KeyElement(*field, item);
      const auto same = std::find_if(known.begin(), known.end(),
                                     [&](const Json& element) { return IsNamed(name, element); });
      if (same == known.end()) {
        known.push_back(item);
      } else if (IsAtomic(field->type.Element().structure)) {
        *same = item;
      } else {
        *same = MergeMembers(field->type.Element().structure, Json(*same), item);
      }
    }
    return known;
  }
  if (field != nullptr && field->is_set && applied.is_array() && known.is_array()) {
    for (const Json& element : applied) {
      if (std::find(known.begin(), known.end(), element) == known.end()) known.push_back(element);
    }
    return known;
  }
  if (applied.is_object() && known.is_object() && !IsAtomic(field)) {
    return MergeMembers(field == nullptr ? nullptr : field->type.structure, std::move(known),
                        applied);
  }
  return applied;
}

Json MergeMembers(const SchemaStruct* structure, Json object, const Json& applied) {
  for (const auto& [key, value] : applied.items()) {
    const SchemaField* field = structure == nullptr ? nullptr : structure->Find(key);
    object[key] = MergeMember(field, object.contains(key) ? Json(object[key]) : Json(), value);
  }
  return object;
}

void CollectFields(const Json& json, FieldPath& path, FieldSet& fields) {
  if (!json.is_object() || json.empty()) {
    if (!path.empty()) fields.insert(path);
    return;
  }
  for (const auto& [key, value] : json.items()) {
    if (key == ".") {
      fields.insert(path);
      continue;
    }
    path.push_back(key);
    CollectFields(value, path, fields);
    path.pop_back();
  }
}

}  // namespace

std::map<FieldPath, Json> FieldsOf(const SchemaStruct& structure, const Json& object,
                                   Holders holders) {
  Json owned = object;
  owned.erase("kind");
  owned.erase("apiVersion");
  if (owned.contains("metadata")) {
    for (const std::string_view name : kIdentity) owned["metadata"].erase(std::string(name));
    if (owned["metadata"].empty()) owned.erase("metadata");
  }
  FieldCollector collector(holders);
  FieldPath path;
  collector.Object(&structure, owned, /*is_given=*/true, path);
  return std::move(collector.fields);
}

Json FieldsV1(const FieldSet& fields) {
  Json root = Json::object();
  for (const FieldPath& path : fields) {
    Json* place = &root;
    for (const std::string& name : path) {
      place = &(*place)[name];
      if (place->is_null()) *place = Json::object();
    }
    // A path that others begin with says by "." that it is one itself.
    const auto next = fields.upper_bound(path);
    const bool is_prefix = next != fields.end() && next->size() > path.size() &&
                           std::equal(path.begin(), path.end(), next->begin());
    if (is_prefix) (*place)["."] = Json::object();
  }
  return root;
}

FieldSet ParseFieldsV1(const Json& fields) {
  FieldSet set;
  FieldPath path;
  CollectFields(fields, path, set);
  return set;
}

std::string FieldText(const FieldPath& path) {
  std::string text;
  for (const std::string& name : path) {
    if (name.starts_with("f:")) {
      text += fmt::format(".{}", name.substr(2));
    } else if (name.starts_with("v:")) {
      text += fmt::format("[={}]", name.substr(2));
    } else {
      const Json keys = Json::parse(name.substr(2), nullptr, /*allow_exceptions=*/false);
      std::string inner;
      for (const auto& [key, value] : keys.items()) {
        inner += fmt::format("{}{}={}", inner.empty() ? "" : ",", key, value.dump());
      }
      text += fmt::format("[{}]", inner);
    }
  }
  return text;
}

Json MergeApplied(const SchemaStruct& structure, Json object, const Json& applied) {
  return MergeMembers(&structure, std::move(object), applied);
}

void RemoveField(const FieldPath& path, Json& object) {
  if (!path.empty() && !IsKeyOfElement(path)) Remove(path, object);
}

}  // namespace kubegauge::server
