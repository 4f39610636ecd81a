#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "server/standalone/objects/resource_type.h"

namespace kubegauge::server {

struct SchemaStruct;

// The type of a field or of the elements of a list or map.
struct SchemaType {
  enum class Kind {
    kString,
    kInt32,
    kInt64,
    kBool,
    kQuantity,
    kIntOrString,
    kTime,
    kMicroTime,
    kAny,
    kStruct,
    kList,
    kMap,
  };

  Kind kind = Kind::kAny;
  const SchemaStruct* structure = nullptr;  // of kStruct
  std::vector<SchemaType> element = {};     // exactly one of kList and kMap

  const SchemaType& Element() const { return element.front(); }
};

// What OpenAPI says of a field by its x-kubernetes extensions.
struct SchemaField {
  std::string name;
  uint32_t number = 0;  // in protobuf; 0: it has none of its own there
  SchemaType type;
  bool required = false;
  bool atomic = false;                 // a list or map that has one owner and is merged as a whole
  bool is_set = false;                 // a list of texts without order or repeats
  bool retains_keys = false;           // the strategy retainKeys of strategic merge patches
  bool omits_zero = false;             // Go leaves out its zero: false, 0 or ""
  std::vector<std::string> keys = {};  // of a list of objects: what tells them apart

  // What a strategic merge patch merges lists by; empty: it replaces them.
  std::string_view merge_key() const { return keys.empty() ? std::string_view() : keys.front(); }
};

struct SchemaStruct {
  std::string package;              // "io.k8s.api.apps.v1"
  std::string name;                 // "Deployment"
  std::vector<SchemaField> fields;  // in the order in which they are written
  bool atomic = false;              // has one owner and is merged as a whole

  const SchemaField* Find(std::string_view field) const;
  std::string FullName() const { return package + "." + name; }
};

// The types of the API's objects: the one place that decoding, patches, server-side apply and the
// OpenAPI documents take them from. Immutable once made.
class Schema {
 public:
  // A text of packages (`@ io.k8s.api.apps.v1`), types (`name [atomic]`), and their fields,
  // indented: `name[!] type [key=a,b] [set] [atomic] [retain] [omitzero] [#number]`, where `!`
  // marks a required one and a type is a word, [type] for a list, {type} for a map, or a type of
  // the same package or else any other.
  static Schema Parse(std::string_view text);

  // That of the standalone API.
  static const Schema& Standalone();

  const SchemaStruct* Find(std::string_view package, std::string_view name) const;
  // Of the objects of a resource; null for none.
  const SchemaStruct* Of(const ServedVersion& version, std::string_view kind) const;

  const std::map<std::string, SchemaStruct>& structs() const { return structs_; }

 private:
  SchemaType ParseType(std::string_view package, std::string_view text) const;

  std::map<std::string, SchemaStruct> structs_;  // by full name; nodes stay where they are
};

// `io.k8s.api.apps.v1` of apps/v1.
std::string PackageOf(const ServedVersion& version);

}  // namespace kubegauge::server
