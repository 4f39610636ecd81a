#include "server/standalone/objects/object_decoder.h"

#include <fmt/format.h>

#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>

#include "kube/quantity.h"
#include "kube/rfc3339.h"

namespace kubegauge::server {
namespace {

using Kind = SchemaType::Kind;

std::string_view GoJsonType(const Json& value) {
  if (value.is_string()) return "string";
  if (value.is_boolean()) return "bool";
  if (value.is_number()) return "number";
  return value.is_array() ? "array" : "object";
}

std::string GoType(const SchemaType& type) {
  switch (type.kind) {
    case Kind::kInt32:
      return "int32";
    case Kind::kInt64:
      return "int64";
    case Kind::kBool:
      return "bool";
    case Kind::kStruct:
      return fmt::format("v1.{}", type.structure->name);
    case Kind::kList:
      return fmt::format("[]{}", GoType(type.Element()));
    case Kind::kMap:
      return fmt::format("map[string]{}", GoType(type.Element()));
    default:
      return "string";
  }
}

class Decoder {
 public:
  explicit Decoder(DecodeFaults& faults) : faults_(faults) {}

  Json Struct(const SchemaStruct& structure, const Json& object, const std::string& path,
              const std::string& go_path) {
    for (const auto& [key, value] : object.items()) {
      if (structure.Find(key) == nullptr) faults_.unknown_fields.push_back(Join(path, key));
    }
    Json decoded = Json::object();
    for (const SchemaField& field : structure.fields) {
      const auto value = object.find(field.name);
      if (value == object.end() || value->is_null()) continue;
      decoded[field.name] = Value(field.type, *value, Join(path, field.name),
                                  {.owner = structure.name, .go_path = Join(go_path, field.name)});
    }
    return decoded;
  }

 private:
  // Where Go's decoder is: the struct, and the names of the fields that lead into it.
  struct Place {
    std::string owner;
    std::string go_path;
  };

  static std::string Join(const std::string& path, const std::string& name) {
    return path.empty() ? name : fmt::format("{}.{}", path, name);
  }

  Json Fail(const SchemaType& type, const Json& value, const Place& place) {
    return Fail(fmt::format("json: cannot unmarshal {} into Go struct field {}.{} of type {}",
                            GoJsonType(value), place.owner, place.go_path, GoType(type)));
  }
  Json Fail(std::string why) {
    if (!faults_.mismatch) faults_.mismatch = std::move(why);
    return nullptr;
  }

  Json Value(const SchemaType& type, const Json& value, const std::string& path,
             const Place& place) {
    switch (type.kind) {
      case Kind::kAny:
        return value;
      case Kind::kString:
        return value.is_string() ? value : Fail(type, value, place);
      case Kind::kBool:
        return value.is_boolean() ? value : Fail(type, value, place);
      case Kind::kInt32:
        return Integer(type, value, std::numeric_limits<int32_t>::min(),
                       std::numeric_limits<int32_t>::max(), place);
      case Kind::kInt64:
        return Integer(type, value, std::numeric_limits<int64_t>::min(),
                       std::numeric_limits<int64_t>::max(), place);
      case Kind::kIntOrString:
        return value.is_string() || value.is_number_integer() ? value : Fail(type, value, place);
      case Kind::kQuantity:
        return Quantity(type, value, place);
      case Kind::kTime:
      case Kind::kMicroTime:
        return Time(type, value, place);
      case Kind::kStruct:
        if (!value.is_object()) return Fail(type, value, place);
        return Struct(*type.structure, value, path, place.go_path);
      case Kind::kList:
        return List(type, value, path, place);
      case Kind::kMap:
        return Map(type, value, path, place);
    }
    return nullptr;
  }

  Json Integer(const SchemaType& type, const Json& value, int64_t min, int64_t max,
               const Place& place) {
    if (value.is_number_unsigned() && value.get<uint64_t>() > static_cast<uint64_t>(max)) {
      return OutOfRange(type, value, place);
    }
    if (!value.is_number_integer()) return Fail(type, value, place);
    const int64_t number = value.get<int64_t>();
    if (number < min || number > max) return OutOfRange(type, value, place);
    return number;
  }

  Json OutOfRange(const SchemaType& type, const Json& value, const Place& place) {
    return Fail(
        fmt::format("json: cannot unmarshal number {} into Go struct field {}.{} of type {}",
                    value.dump(), place.owner, place.go_path, GoType(type)));
  }

  Json Quantity(const SchemaType& type, const Json& value, const Place& place) {
    if (!value.is_string() && !value.is_number()) return Fail(type, value, place);
    const auto quantity =
        kube::Quantity::Parse(value.is_string() ? value.get<std::string>() : value.dump());
    if (!quantity.ok()) return Fail(std::string(quantity.status().message()));
    return quantity->CanonicalText();
  }

  Json Time(const SchemaType& type, const Json& value, const Place& place) {
    if (!value.is_string()) return Fail(type, value, place);
    const auto time = kube::ParseRfc3339(value.get<std::string>());
    if (!time.ok()) return Fail(std::string(time.status().message()));
    return type.kind == Kind::kTime ? kube::FormatRfc3339(*time) : kube::FormatRfc3339Micro(*time);
  }

  Json List(const SchemaType& type, const Json& value, const std::string& path,
            const Place& place) {
    if (!value.is_array()) return Fail(type, value, place);
    Json decoded = Json::array();
    for (const Json& element : value) {
      decoded.push_back(
          Value(type.Element(), element, fmt::format("{}[{}]", path, decoded.size()), place));
    }
    return decoded;
  }

  Json Map(const SchemaType& type, const Json& value, const std::string& path, const Place& place) {
    if (!value.is_object()) return Fail(type, value, place);
    Json decoded = Json::object();
    for (const auto& [key, element] : value.items()) {
      decoded[key] = element.is_null() && type.Element().kind == Kind::kString
                         ? Json("")
                         : Value(type.Element(), element, Join(path, key), place);
    }
    return decoded;
  }

  DecodeFaults& faults_;
};

}  // namespace

Json DecodeObject(const SchemaStruct& structure, const Json& object, DecodeFaults& faults) {
  return Decoder(faults).Struct(structure, object, "", "");
}

}  // namespace kubegauge::server
