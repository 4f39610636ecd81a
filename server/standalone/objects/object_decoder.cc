#include "server/standalone/objects/object_decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <set>
#include <string_view>
#include <utility>

#include "autoscaler/hpa_codec.h"
#include "autoscaler/written_amount.h"
#include "autoscaler/written_json.h"
#include "kube/go_quote.h"
#include "kube/rfc3339.h"

namespace kubegauge::server {
namespace {

using Kind = SchemaType::Kind;

std::string_view GoJsonType(const Json& value) {
  if (value.is_string()) return "string";
  if (value.is_boolean()) return "bool";
  if (autoscaler::IsNumber(value)) return "number";
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
    case Kind::kStruct: {
      // "v2" of "io.k8s.api.autoscaling.v2".
      const std::string& package = type.structure->package;
      return fmt::format("{}.{}", package.substr(package.rfind('.') + 1), type.structure->name);
    }
    case Kind::kList:
      return fmt::format("[]{}", GoType(type.Element()));
    case Kind::kMap:
      return fmt::format("map[string]{}", GoType(type.Element()));
    default:
      return "string";
  }
}

// Go's kind of a value that was read without a type.
std::string_view GoKind(const Json& value) {
  if (autoscaler::IsNumber(value)) return value.is_number_integer() ? "int64" : "float64";
  if (value.is_array()) return "slice";
  return value.is_object() ? "map" : GoJsonType(value);
}

// What runtime.FromUnstructured says of a value of the wrong type.
std::string ConversionFault(const SchemaType& type, const Json& value) {
  const std::string_view kind = GoKind(value);
  switch (type.kind) {
    case Kind::kStruct:
      return fmt::format("cannot restore struct from: {}", kind);
    case Kind::kList:
      return fmt::format("cannot restore slice from {}", kind);
    case Kind::kMap:
      return fmt::format("cannot restore map from {}", kind);
    default:
      break;
  }
  const std::string wanted = GoType(type);
  const bool converts = autoscaler::IsNumber(value) && wanted != "bool";
  return converts ? fmt::format("cannot convert {} to {}", kind, wanted)
                  : fmt::format("unrecognized type: {}", wanted);
}

// Whether Go has a field as a value, which null leaves as it was.
bool IsGoValue(const SchemaField& field) {
  const Kind kind = field.type.kind;
  return (field.required || field.omits_zero) &&
         (kind == Kind::kString || kind == Kind::kInt32 || kind == Kind::kInt64 ||
          kind == Kind::kBool || kind == Kind::kStruct);
}

bool IsMetadata(const SchemaStruct& structure) { return structure.name == "ObjectMeta"; }

// The zero of a type that is no list, map or struct.
bool IsZero(const Json& value) { return value == 0 || value == false || value == ""; }

// What of a value is to be written; null for nothing.
Json Filled(const SchemaType& type, Json value) {
  if (type.kind == Kind::kStruct && value.is_object()) {
    return WithoutEmpties(*type.structure, std::move(value));
  }
  if (type.kind == Kind::kList && value.is_array()) {
    for (Json& element : value) element = Filled(type.Element(), std::move(element));
  }
  return value;
}

class Decoder {
 public:
  explicit Decoder(DecodeFaults& faults) : faults_(faults) {}

  // `read` is what the same member had before: as Go's decoder, what comes again adds to it.
  Json Struct(const SchemaStruct& structure, const Json& object, const std::string& path,
              const std::string& go_path, Json read = Json::object()) {
    std::set<std::string_view> seen;
    for (const auto& [key, value] : object.items()) {
      const SchemaField* const field = structure.Find(key);
      if (field == nullptr) {
        faults_.unknown_fields.push_back(Join(path, key));
        NoteStrictError("unknown", faults_.unknown_fields.back());
        continue;
      }
      if (!seen.insert(field->name).second) NoteStrictError("duplicate", Join(path, key));
      if (value.is_null() && IsGoValue(*field)) continue;
      Json& member = read[key];
      member = value.is_null() ? value
                               : Value(field->type, value, Join(path, key),
                                       {.owner = structure.name, .go_path = Join(go_path, key)},
                                       std::move(member));
    }
    Json decoded = Json::object();
    for (const SchemaField& field : structure.fields) {
      const auto value = read.find(field.name);
      if (value != read.end() && !value->is_null()) decoded[field.name] = std::move(*value);
    }
    return decoded;
  }

 private:
  // Where Go's decoder is: the struct, and the names of the fields that lead into it.
  struct Place {
    std::string owner;
    std::string go_path;
  };

  void NoteStrictError(std::string_view what, const std::string& path) {
    constexpr size_t kMostErrors = 100;
    std::vector<std::string>& errors = faults_.strict_errors;
    std::string error = fmt::format("{} field {}", what, kube::GoQuote(path));
    if (errors.size() == kMostErrors) return;
    if (std::find(errors.begin(), errors.end(), error) != errors.end()) return;
    errors.push_back(std::move(error));
  }

  static std::string Join(const std::string& path, const std::string& name) {
    return path.empty() ? name : fmt::format("{}.{}", path, name);
  }

  Json Fail(const SchemaType& type, const Json& value, const Place& place) {
    return Fail(fmt::format("json: cannot unmarshal {} into Go struct field {}.{} of type {}",
                            GoJsonType(value), place.owner, place.go_path, GoType(type)),
                ConversionFault(type, value));
  }
  Json Fail(std::string why, std::string conversion) {
    if (faults_.mismatch) return nullptr;
    faults_.mismatch = std::move(why);
    faults_.conversion = std::move(conversion);
    return nullptr;
  }
  Json Fail(const std::string& why) { return Fail(why, why); }

  Json Value(const SchemaType& type, const Json& value, const std::string& path, const Place& place,
             Json before = nullptr) {
    switch (type.kind) {
      case Kind::kAny:
        return autoscaler::WithPlainNumbers(value);
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
        return Struct(*type.structure, value, path, place.go_path,
                      before.is_object() ? std::move(before) : Json::object());
      case Kind::kList:
        return List(type, value, path, place, std::move(before));
      case Kind::kMap:
        return Map(type, value, path, place, std::move(before));
    }
    return nullptr;
  }

  Json Integer(const SchemaType& type, const Json& value, int64_t min, int64_t max,
               const Place& place) {
    if (value.is_number_unsigned() && value.get<uint64_t>() > static_cast<uint64_t>(max)) {
      return OutOfRange(type, value, place);
    }
    if (!autoscaler::IsNumber(value)) return Fail(type, value, place);
    if (!value.is_number_integer()) return OutOfRange(type, value, place);
    const int64_t number = value.get<int64_t>();
    if (number < min || number > max) return OutOfRange(type, value, place);
    return number;
  }

  Json OutOfRange(const SchemaType& type, const Json& value, const Place& place) {
    return Fail(
        fmt::format("json: cannot unmarshal number {} into Go struct field {}.{} of type {}",
                    autoscaler::NumberText(value), place.owner, place.go_path, GoType(type)),
        ConversionFault(type, value));
  }

  Json Quantity(const SchemaType& type, const Json& value, const Place& place) {
    if (!value.is_string() && !autoscaler::IsNumber(value)) return Fail(type, value, place);
    const std::string text =
        value.is_string() ? value.get<std::string>() : autoscaler::NumberText(value);
    constexpr std::string_view kSpace = " \t\n\v\f\r";
    const size_t begin = text.find_first_not_of(kSpace);
    const auto quantity = autoscaler::WrittenAmount::Parse(
        begin == std::string::npos ? ""
                                   : text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin));
    if (!quantity.ok()) return Fail(std::string(quantity.status().message()));
    return autoscaler::EncodeAmount(*quantity);
  }

  Json Time(const SchemaType& type, const Json& value, const Place& place) {
    if (!value.is_string()) return Fail(type, value, place);
    const auto time = kube::ParseRfc3339(value.get<std::string>());
    if (!time.ok()) return Fail(std::string(time.status().message()));
    return type.kind == Kind::kTime ? kube::FormatRfc3339(*time) : kube::FormatRfc3339Micro(*time);
  }

  Json List(const SchemaType& type, const Json& value, const std::string& path, const Place& place,
            Json before) {
    if (!value.is_array()) return Fail(type, value, place);
    Json decoded = Json::array();
    for (const Json& element : value) {
      const size_t i = decoded.size();
      Json old = i < before.size() ? std::move(before[i]) : Json();
      decoded.push_back(
          Value(type.Element(), element, fmt::format("{}[{}]", path, i), place, std::move(old)));
    }
    return decoded;
  }

  Json Map(const SchemaType& type, const Json& value, const std::string& path, const Place& place,
           Json before) {
    if (!value.is_object()) return Fail(type, value, place);
    Json decoded = before.is_object() ? std::move(before) : Json::object();
    std::set<std::string_view> seen;
    for (const auto& [key, element] : value.items()) {
      if (!seen.insert(key).second) NoteStrictError("duplicate", Join(path, key));
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

Json WithoutEmpties(const SchemaStruct& structure, Json object) {
  Json filled = Json::object();
  for (auto& [key, value] : object.items()) {
    const SchemaField* const field = structure.Find(key);
    if (field != nullptr) {
      const Kind kind = field->type.kind;
      const bool is_empty = ((kind == Kind::kList || kind == Kind::kMap) && value.empty()) ||
                            (IsMetadata(structure) && kind == Kind::kString && value == "") ||
                            (field->omits_zero && IsZero(value));
      if (is_empty && !field->required) continue;
      value = Filled(field->type, std::move(value));
    }
    filled[key] = std::move(value);
  }
  return filled;
}

}  // namespace kubegauge::server
