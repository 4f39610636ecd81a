#include "server/standalone/objects/protobuf_object.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "kube/protobuf_envelope.h"
#include "kube/protobuf_message.h"
#include "kube/rfc3339.h"
#include "kube/time_units.h"
#include "kube/utf8.h"
#include "server/documents/json_document.h"

namespace kubegauge::server {
namespace {

using Kind = SchemaType::Kind;
using protozero::pbf_wire_type;

const SchemaField* FindNumber(const SchemaStruct& structure, uint32_t number) {
  const auto found = std::find_if(structure.fields.begin(), structure.fields.end(),
                                  [&](const SchemaField& field) { return field.number == number; });
  return found == structure.fields.end() ? nullptr : &*found;
}

// A message whose only field is a text.
std::string OnlyText(std::string_view bytes) {
  std::string text;
  auto message = kube::ProtobufMessage(bytes);
  while (message.next()) {
    if (message.tag_and_type() == kube::BytesField(1)) {
      text = kube::ToValidUtf8(kube::TakeBytes(message));
    } else {
      message.skip();
    }
  }
  return text;
}

// Null for the zero time, which is an empty message.
Json TimeJson(Kind kind, std::string_view bytes) {
  int64_t seconds = 0;
  int32_t nanos = 0;
  auto message = kube::ProtobufMessage(bytes);
  if (bytes.empty()) return nullptr;
  while (message.next()) {
    if (message.tag_and_type() == kube::VarintField(1)) {
      seconds = message.get_int64();
    } else if (message.tag_and_type() == kube::VarintField(2)) {
      nanos = message.get_int32();
    } else {
      message.skip();
    }
  }
  // Before and after these an int64 does not hold the nanoseconds.
  constexpr int64_t kMaxSeconds = INT64_MAX / kube::kNsPerSecond - 1;
  if (seconds < -kMaxSeconds || seconds > kMaxSeconds) return nullptr;
  const int64_t unix_ns = seconds * kube::kNsPerSecond + nanos;
  return kind == Kind::kTime ? kube::FormatRfc3339(unix_ns) : kube::FormatRfc3339Micro(unix_ns);
}

Json IntOrString(std::string_view bytes) {
  bool is_text = false;
  int32_t number = 0;
  std::string text;
  auto message = kube::ProtobufMessage(bytes);
  while (message.next()) {
    if (message.tag_and_type() == kube::VarintField(1)) {
      is_text = message.get_int64() == 1;
    } else if (message.tag_and_type() == kube::VarintField(2)) {
      number = message.get_int32();
    } else if (message.tag_and_type() == kube::BytesField(3)) {
      text = kube::ToValidUtf8(kube::TakeBytes(message));
    } else {
      message.skip();
    }
  }
  return is_text ? Json(text) : Json(number);
}

class Reader {
 public:
  // The path of the first field that has no place in JSON.
  const std::optional<std::string>& unknown() const { return unknown_; }

  Json Struct(const SchemaStruct& structure, std::string_view bytes, const std::string& path,
              int depth) {
    Json object = Json::object();
    if (depth > kMaxDocumentDepth) return Unknown(path);
    auto message = kube::ProtobufMessage(bytes);
    while (message.next()) {
      const SchemaField* field = FindNumber(structure, message.tag());
      if (field == nullptr) {
        SkipEmpty(message, fmt::format("{}field {}", path, message.tag()));
        continue;
      }
      Field(*field, message, fmt::format("{}{}.", path, field->name), depth, object);
    }
    return object;
  }

 private:
  Json Unknown(const std::string& path) {
    if (!unknown_) unknown_ = path;
    return nullptr;
  }
  // A field of another wire type than its own.
  Json Skip(protozero::pbf_reader& message, const std::string& path) {
    message.skip();
    return Unknown(path);
  }

  // An unknown field only matters when it says something.
  void SkipEmpty(protozero::pbf_reader& message, const std::string& path) {
    if (message.wire_type() != pbf_wire_type::length_delimited) {
      message.skip();
    } else if (!kube::TakeBytes(message).empty()) {
      Unknown(path);
    }
  }

  void Field(const SchemaField& field, protozero::pbf_reader& message, const std::string& path,
             int depth, Json& object) {
    const bool is_list = field.type.kind == Kind::kList;
    if (field.type.kind == Kind::kMap) {
      if (message.wire_type() != pbf_wire_type::length_delimited) {
        Skip(message, path);
        return;
      }
      MapEntry(field.type.Element(), kube::TakeBytes(message), path, depth, object[field.name]);
      return;
    }
    Json value = Value(is_list ? field.type.Element() : field.type, message, path, depth);
    if (is_list) {
      if (!object.contains(field.name)) object[field.name] = Json::array();
      object[field.name].push_back(std::move(value));
    } else if (!value.is_null() && value != "") {
      object[field.name] = std::move(value);
    }
  }

  void MapEntry(const SchemaType& type, std::string_view bytes, const std::string& path, int depth,
                Json& map) {
    std::string key;
    Json value = type.kind == Kind::kString ? Json("") : Json();
    auto message = kube::ProtobufMessage(bytes);
    while (message.next()) {
      if (message.tag_and_type() == kube::BytesField(1)) {
        key = kube::ToValidUtf8(kube::TakeBytes(message));
      } else if (message.tag() == 2) {
        value = Value(type, message, path, depth + 1);
      } else {
        message.skip();
      }
    }
    map[key] = std::move(value);
  }

  Json Value(const SchemaType& type, protozero::pbf_reader& message, const std::string& path,
             int depth) {
    const bool is_bytes = message.wire_type() == pbf_wire_type::length_delimited;
    const bool is_varint = message.wire_type() == pbf_wire_type::varint;
    switch (type.kind) {
      case Kind::kInt32:
      case Kind::kInt64:
        return is_varint ? Json(message.get_int64()) : Skip(message, path);
      case Kind::kBool:
        return is_varint ? Json(message.get_bool()) : Skip(message, path);
      default:
        break;
    }
    if (!is_bytes) return Skip(message, path);
    const std::string_view bytes = kube::TakeBytes(message);
    switch (type.kind) {
      case Kind::kString:
        return kube::ToValidUtf8(bytes);
      case Kind::kQuantity:
        return OnlyText(bytes);
      case Kind::kIntOrString:
        return IntOrString(bytes);
      case Kind::kTime:
      case Kind::kMicroTime:
        return TimeJson(type.kind, bytes);
      case Kind::kStruct:
        return Struct(*type.structure, bytes, path, depth + 1);
      default:
        return bytes.empty() ? Json::object() : Unknown(path);
    }
  }

  std::optional<std::string> unknown_;
};

}  // namespace

absl::StatusOr<Json> ReadProtobufObject(const SchemaStruct& structure, std::string_view body) {
  const absl::StatusOr<kube::ProtobufEnvelope> envelope = kube::OpenProtobufEnvelope(body);
  if (!envelope.ok()) return envelope.status();
  Reader reader;
  Json object;
  absl::Status status = kube::CatchMalformedProtobuf(
      "the body", [&] { object = reader.Struct(structure, envelope->raw, "", 0); });
  if (!status.ok()) return status;
  if (reader.unknown()) {
    return absl::UnimplementedError(
        fmt::format("{} cannot be read from protobuf by this API: send JSON", *reader.unknown()));
  }
  object["apiVersion"] = kube::ToValidUtf8(envelope->api_version);
  object["kind"] = kube::ToValidUtf8(envelope->kind);
  return object;
}

}  // namespace kubegauge::server
