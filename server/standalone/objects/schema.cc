#include "server/standalone/objects/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "server/standalone/objects/schema_text.h"

namespace kubegauge::server {
namespace {

std::vector<std::string_view> SplitViews(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(separator));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    if (!part.empty()) parts.push_back(part);
  }
  return parts;
}

// A field whose type is still text.
struct RawField {
  SchemaField field;
  std::string_view type;
};

RawField ParseField(std::string_view line) {
  const std::vector<std::string_view> words = SplitViews(line, ' ');
  RawField raw;
  std::string_view name = words.at(0);
  raw.field.required = name.ends_with('!');
  if (raw.field.required) name.remove_suffix(1);
  raw.field.name = name;
  raw.type = words.at(1);
  for (const std::string_view word : words) {
    raw.field.atomic |= word == "atomic";
    raw.field.is_set |= word == "set";
    raw.field.retains_keys |= word == "retain";
    raw.field.omits_zero |= word == "omitzero";
    if (word.starts_with('#')) {
      std::from_chars(word.data() + 1, word.data() + word.size(), raw.field.number);
    }
    if (!word.starts_with("key=")) continue;
    for (const std::string_view key : SplitViews(word.substr(4), ','))
      raw.field.keys.emplace_back(key);
  }
  return raw;
}

}  // namespace

const SchemaField* SchemaStruct::Find(std::string_view field) const {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const SchemaField& candidate) {
    return candidate.name == field;
  });
  return found == fields.end() ? nullptr : &*found;
}

Schema Schema::Parse(std::string_view text) {
  Schema schema;
  std::vector<std::pair<SchemaStruct*, RawField>> raw_fields;
  std::string package;
  SchemaStruct* current = nullptr;
  for (const std::string_view line : SplitViews(text, '\n')) {
    if (line.starts_with("@ ")) {
      package = line.substr(2);
    } else if (line.starts_with(' ')) {
      raw_fields.emplace_back(current, ParseField(line));
    } else {
      const std::vector<std::string_view> words = SplitViews(line, ' ');
      current = &schema.structs_[fmt::format("{}.{}", package, words.at(0))];
      current->package = package;
      current->name = words.at(0);
      current->atomic = words.back() == "atomic";
    }
  }
  // Types may be named before they are told.
  for (auto& [structure, raw] : raw_fields) {
    raw.field.type = schema.ParseType(structure->package, raw.type);
    structure->fields.push_back(std::move(raw.field));
  }
  return schema;
}

const Schema& Schema::Standalone() {
  static const Schema schema = Parse(fmt::format("{}{}", PodSchemaText(), ObjectSchemaText()));
  return schema;
}

SchemaType Schema::ParseType(std::string_view package, std::string_view text) const {
  using Kind = SchemaType::Kind;
  static constexpr std::pair<std::string_view, Kind> kWords[] = {
      {"string", Kind::kString}, {"int32", Kind::kInt32},         {"int64", Kind::kInt64},
      {"bool", Kind::kBool},     {"quantity", Kind::kQuantity},   {"intstr", Kind::kIntOrString},
      {"time", Kind::kTime},     {"microtime", Kind::kMicroTime}, {"any", Kind::kAny}};
  for (const auto& [word, kind] : kWords) {
    if (text == word) return {.kind = kind};
  }
  if (text.starts_with('[') || text.starts_with('{')) {
    return {.kind = text.starts_with('[') ? Kind::kList : Kind::kMap,
            .element = {ParseType(package, text.substr(1, text.size() - 2))}};
  }
  if (const SchemaStruct* own = Find(package, text)) {
    return {.kind = Kind::kStruct, .structure = own};
  }
  const auto other = std::find_if(structs_.begin(), structs_.end(),
                                  [&](const auto& entry) { return entry.second.name == text; });
  return {.kind = Kind::kStruct, .structure = &other->second};
}

const SchemaStruct* Schema::Find(std::string_view package, std::string_view name) const {
  const auto found = structs_.find(fmt::format("{}.{}", package, name));
  return found == structs_.end() ? nullptr : &found->second;
}

const SchemaStruct* Schema::Of(const ServedVersion& version, std::string_view kind) const {
  return Find(PackageOf(version), kind);
}

std::string PackageOf(const ServedVersion& version) {
  std::string_view group = version.group.empty() ? "core" : version.group;
  group = group.substr(0, group.find('.'));
  return fmt::format("io.k8s.api.{}.{}", group, version.version);
}

}  // namespace kubegauge::server
