#include "server/standalone/objects/managed_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "kube/rfc3339.h"
#include "server/standalone/objects/last_applied.h"

namespace kubegauge::server {
namespace {

using apiservice::Status;

constexpr char kApply[] = "Apply";
constexpr char kUpdate[] = "Update";

struct Entry {
  Json json;  // as it stands in managedFields
  FieldSet fields;
  bool changed = false;

  // Who updates in two versions has an entry for each.
  bool Is(const FieldManager& manager, std::string_view operation) const {
    return json.value("manager", "") == manager.name && json.value("operation", "") == operation &&
           json.value("subresource", "") == manager.subresource &&
           (operation == kApply || json.value("apiVersion", "") == manager.api_version);
  }
};

std::vector<Entry> EntriesOf(const Json& object) {
  std::vector<Entry> entries;
  if (!object.is_object() || !object.contains("metadata")) return entries;
  const Json list = object["metadata"].value("managedFields", Json::array());
  for (const Json& json : list) {
    if (!json.is_object()) continue;
    entries.push_back({.json = json, .fields = ParseFieldsV1(json.value("fieldsV1", Json()))});
  }
  return entries;
}

Entry& EntryOf(const FieldManager& manager, const char* operation, std::vector<Entry>& entries) {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const Entry& entry) { return entry.Is(manager, operation); });
  if (found != entries.end()) return *found;
  Json json = {
      {"manager", manager.name}, {"operation", operation}, {"apiVersion", manager.api_version}};
  if (!manager.subresource.empty()) json["subresource"] = manager.subresource;
  entries.push_back({.json = std::move(json), .fields = {}, .changed = true});
  return entries.back();
}

void Subtract(const FieldSet& fields, Entry& entry) {
  for (const FieldPath& path : fields) entry.changed |= entry.fields.erase(path) > 0;
}

// What upstream orders entries by: appliers first, the oldest entry first.
auto OrderOf(const Json& entry) {
  const auto text = [&](const char* member) { return entry.value(member, ""); };
  return std::make_tuple(text("operation"), text("time"), text("manager"), text("apiVersion"),
                         text("subresource"));
}

void Write(const FieldManager& manager, const char* operation, const std::vector<Entry>& entries,
           Json& object) {
  Json list = Json::array();
  for (const Entry& entry : entries) {
    if (entry.fields.empty()) continue;
    const bool is_own = entry.Is(manager, operation);
    if (!entry.changed) {
      list.push_back(entry.json);
      continue;
    }
    Json json = {{"manager", entry.json["manager"]},
                 {"operation", entry.json["operation"]},
                 {"apiVersion",
                  is_own ? Json(manager.api_version) : entry.json.value("apiVersion", Json(""))},
                 {"time", is_own ? Json(kube::FormatRfc3339(manager.now_ns))
                                 : entry.json.value("time", Json(""))},
                 {"fieldsType", "FieldsV1"},
                 {"fieldsV1", FieldsV1(entry.fields)}};
    if (entry.json.contains("subresource")) json["subresource"] = entry.json["subresource"];
    list.push_back(std::move(json));
  }
  std::sort(list.begin(), list.end(),
            [](const Json& a, const Json& b) { return OrderOf(a) < OrderOf(b); });
  object["metadata"].erase("managedFields");
  if (!list.empty()) object["metadata"]["managedFields"] = std::move(list);
}

// One owner in whose way an apply is.
struct ApplyConflict {
  std::string with;  // `conflict with "kubectl" using apps/v1`, without the first word
  std::vector<std::string> fields;
};

std::string With(const Entry& entry) {
  const std::string subresource = entry.json.value("subresource", "");
  return fmt::format(
      "with \"{}\"{} using {}", entry.json.value("manager", ""),
      subresource.empty() ? "" : fmt::format(" with subresource \"{}\"", subresource),
      entry.json.value("apiVersion", ""));
}

Status ConflictStatus(const std::vector<ApplyConflict>& conflicts) {
  std::vector<Status::Cause> causes;
  std::vector<std::string> texts;
  for (const ApplyConflict& conflict : conflicts) {
    for (const std::string& field : conflict.fields) {
      causes.push_back({.reason = "FieldManagerConflict",
                        .message = fmt::format("conflict {}", conflict.with),
                        .field = field});
    }
    texts.push_back(conflict.fields.size() == 1
                        ? fmt::format("conflict {}: {}", conflict.with, conflict.fields.front())
                        : fmt::format("conflicts {}:\n- {}", conflict.with,
                                      fmt::join(conflict.fields, "\n- ")));
  }
  return {.message = fmt::format("Apply failed with {} conflict{}: {}", causes.size(),
                                 causes.size() == 1 ? "" : "s", fmt::join(texts, "\n")),
          .reason = "Conflict",
          .has_details = true,
          .details = {.causes = causes},
          .code = 409};
}

// The owners of what an apply would make that it may not take from them.
std::vector<ApplyConflict> FindConflicts(const FieldSet& made, const FieldManager& manager,
                                         const FieldSet& allowed,
                                         const std::vector<Entry>& entries) {
  std::vector<ApplyConflict> conflicts;
  for (const Entry& entry : entries) {
    if (entry.Is(manager, kApply)) continue;
    ApplyConflict conflict{.with = With(entry), .fields = {}};
    for (const FieldPath& path : entry.fields) {
      if (made.contains(path) && !allowed.contains(path)) {
        conflict.fields.push_back(FieldText(path));
      }
    }
    if (!conflict.fields.empty()) conflicts.push_back(std::move(conflict));
  }
  return conflicts;
}

bool IsOwnedBySomebody(const FieldPath& path, const std::vector<Entry>& entries) {
  return std::any_of(entries.begin(), entries.end(), [&](const Entry& entry) {
    const auto at = entry.fields.lower_bound(path);
    return at != entry.fields.end() && at->size() >= path.size() &&
           std::equal(path.begin(), path.end(), at->begin());
  });
}

// What a write changed: the fields that have a new value, and those that are gone.
struct FieldChanges {
  FieldSet made;
  FieldSet lost;
};

FieldChanges Compare(const std::map<FieldPath, Json>& before,
                     const std::map<FieldPath, Json>& after) {
  FieldChanges changes;
  for (const auto& [path, value] : after) {
    const auto known = before.find(path);
    if (known == before.end() || known->second != value) changes.made.insert(path);
  }
  for (const auto& [path, value] : before) {
    if (!after.contains(path)) changes.lost.insert(path);
  }
  return changes;
}

// Takes out what a write does not touch whatever it says: the status, or all but it.
void EraseReset(const FieldManager& manager, FieldSet& fields) {
  const char* const reset = manager.subresource == "status" ? "f:spec" : "f:status";
  std::erase_if(fields, [&](const FieldPath& path) { return path.front() == reset; });
}

}  // namespace

void TrackUpdate(const FieldsInVersion& fields_in, const FieldManager& manager, const Json& old,
                 Json& object) {
  std::vector<Entry> entries = EntriesOf(old);
  std::map<std::string, FieldChanges> changes_by_version;
  const auto changes_in = [&](const std::string& version) -> const FieldChanges& {
    const auto [changes, is_new] = changes_by_version.try_emplace(version);
    if (is_new) {
      const auto before = old.is_object() ? fields_in(version, old) : std::map<FieldPath, Json>();
      changes->second = Compare(before, fields_in(version, object));
    }
    return changes->second;
  };
  for (Entry& entry : entries) {
    const FieldChanges& changes = changes_in(entry.json.value("apiVersion", ""));
    Subtract(changes.lost, entry);
    if (!entry.Is(manager, kUpdate)) Subtract(changes.made, entry);
  }
  FieldSet made = changes_in(manager.api_version).made;
  EraseReset(manager, made);
  if (!made.empty()) {
    Entry& own = EntryOf(manager, kUpdate, entries);
    own.changed = true;
    own.fields.merge(made);
  }
  Write(manager, kUpdate, entries, object);
}

OrStatus<Json> ApplyConfiguration(const SchemaStruct& structure, const FieldManager& manager,
                                  const Json& live, const Json& applied, bool force) {
  std::vector<Entry> entries = EntriesOf(live);
  Json merged = MergeApplied(structure, live, applied);
  FieldSet made = Compare(FieldsOf(structure, live, Holders::kOptional),
                          FieldsOf(structure, merged, Holders::kOptional))
                      .made;
  EraseReset(manager, made);
  const std::vector<ApplyConflict> conflicts =
      FindConflicts(made, manager, FieldsLastApplied(structure, manager, live), entries);
  if (!conflicts.empty() && !force) return ConflictStatus(conflicts);
  for (Entry& entry : entries) {
    if (!entry.Is(manager, kApply)) Subtract(made, entry);
  }
  FieldSet owned;
  for (const auto& [path, value] : FieldsOf(structure, applied)) owned.insert(path);
  EraseReset(manager, owned);
  Entry& own = EntryOf(manager, kApply, entries);
  FieldSet dropped;
  std::set_difference(own.fields.begin(), own.fields.end(), owned.begin(), owned.end(),
                      std::inserter(dropped, dropped.end()));
  own.changed |= own.fields != owned;
  own.fields = std::move(owned);

  // An element goes before what is in it.
  for (const FieldPath& path : dropped) {
    if (!IsOwnedBySomebody(path, entries)) RemoveField(path, merged);
  }
  Write(manager, kApply, entries, merged);
  return merged;
}

}  // namespace kubegauge::server
