#include "autoscaler/go_json_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <limits>
#include <utility>

#include "kube/go_quote.h"
#include "kube/rfc3339.h"

namespace kubegauge::autoscaler {
namespace {

// Go's name of what stands in the text.
std::string KindOf(const Json& json) {
  switch (json.type()) {
    case Json::value_t::object:
      return "object";
    case Json::value_t::array:
      return "array";
    case Json::value_t::string:
      return "string";
    case Json::value_t::boolean:
      return "bool";
    default:
      return "number";
  }
}

}  // namespace

void GoJsonReader::Struct(const Json& json, std::string_view type,
                          std::initializer_list<Field> fields) {
  if (!Is(json, json.is_object(), type)) return;
  const std::string outer =
      std::exchange(struct_name_, std::string(type.substr(type.find('.') + 1)));
  for (const auto& [key, value] : json.items()) {
    for (const Field& field : fields) {
      if (field.name != key || !fatal_.empty()) continue;
      path_.push_back(field.name);
      field.read(value);
      path_.pop_back();
    }
  }
  struct_name_ = outer;
}

void GoJsonReader::List(const Json& json, std::string_view type,
                        const std::function<void(const Json& item)>& read_item) {
  if (!Is(json, json.is_array(), type)) return;
  for (const Json& item : json) {
    if (fatal_.empty()) read_item(item);
  }
}

void GoJsonReader::StringMap(
    const Json& json,
    const std::function<void(const std::string& key, const std::string& value)>& take) {
  if (!Is(json, json.is_object(), "map[string]string")) return;
  for (const auto& [key, value] : json.items()) {
    std::string text;
    Text(value, text);
    take(key, text);
  }
}

void GoJsonReader::Text(const Json& json, std::string& value) {
  if (Is(json, json.is_string(), "string")) value = json.get_ref<const std::string&>();
}

template <class T>
void GoJsonReader::ReadInteger(const Json& json, std::string_view type, T& value) {
  if (!Is(json, json.is_number(), type)) return;
  if (json.is_number_unsigned()) {
    const uint64_t number = json.get<uint64_t>();
    if (number <= static_cast<uint64_t>(std::numeric_limits<T>::max())) {
      value = static_cast<T>(number);
      return;
    }
  } else if (json.is_number_integer()) {
    const int64_t number = json.get<int64_t>();
    if (number >= std::numeric_limits<T>::min() && number <= std::numeric_limits<T>::max()) {
      value = static_cast<T>(number);
      return;
    }
  }
  MismatchError("number " + json.dump(), type);
}

void GoJsonReader::Integer(const Json& json, int32_t& value) { ReadInteger(json, "int32", value); }

void GoJsonReader::Integer64(const Json& json, int64_t& value) {
  ReadInteger(json, "int64", value);
}

void GoJsonReader::Amount(const Json& json, kube::Quantity& value) {
  if (json.is_null() || !fatal_.empty()) return;
  // As Quantity.UnmarshalJSON: whatever is no text is parsed as it stands.
  const std::string text = json.is_string() ? json.get<std::string>() : json.dump();
  const auto parsed = kube::Quantity::Parse(text);
  if (parsed.ok()) {
    value = *parsed;
  } else {
    fatal_ = std::string(parsed.status().message());
  }
}

void GoJsonReader::Time(const Json& json, std::optional<int64_t>& unix_ns) {
  unix_ns.reset();
  if (!Is(json, json.is_string(), "v1.Time")) return;
  const auto parsed = kube::ParseRfc3339(json.get_ref<const std::string&>());
  if (parsed.ok()) {
    unix_ns = *parsed;
  } else if (fatal_.empty()) {
    fatal_ = std::string(parsed.status().message());
  }
}

bool GoJsonReader::Is(const Json& json, bool right, std::string_view type) {
  if (!fatal_.empty() || json.is_null()) return false;
  if (!right) {
    MismatchError(json.is_number() ? "number" : KindOf(json), type);
  }
  return right;
}

void GoJsonReader::MismatchError(std::string_view what, std::string_view type) {
  if (!type_error_.empty()) return;
  if (path_.empty()) {
    type_error_ = fmt::format("json: cannot unmarshal {} into Go value of type {}", what, type);
  } else {
    type_error_ = fmt::format("json: cannot unmarshal {} into Go struct field {}.{} of type {}",
                              what, struct_name_, fmt::join(path_, "."), type);
  }
}

absl::Status GoJsonReader::status() const {
  const std::string& error = fatal_.empty() ? type_error_ : fatal_;
  return error.empty() ? absl::OkStatus() : absl::InvalidArgumentError(error);
}

}  // namespace kubegauge::autoscaler
