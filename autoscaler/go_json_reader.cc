#include "autoscaler/go_json_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "autoscaler/written_json.h"
#include "kube/go_quote.h"
#include "kube/rfc3339.h"

namespace kubegauge::autoscaler {
namespace {

constexpr size_t kMaxStrictErrors = 100;

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

bool EqualsFolded(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

// What Quantity.UnmarshalJSON parses: a text without the space around it, whatever else as it
// stands.
std::string AmountText(const Json& json) {
  std::string text = json.is_string() ? json.get<std::string>()
                     : IsNumber(json) ? NumberText(json)
                                      : json.dump(-1, ' ', false, Json::error_handler_t::replace);
  constexpr std::string_view kSpace = " \t\n\v\f\r";
  text.erase(text.find_last_not_of(kSpace) + 1);
  text.erase(0, text.find_first_not_of(kSpace));
  return text;
}

}  // namespace

void GoJsonReader::Struct(const Json& json, std::string_view type,
                          std::initializer_list<Field> fields) {
  if (!Is(json, json.is_object(), type)) return;
  const std::string outer =
      std::exchange(struct_name_, std::string(type.substr(type.find('.') + 1)));
  const size_t place_size = place_.size();
  std::set<std::string_view> seen;
  for (const auto& [key, value] : json.items()) {
    if (!fatal_.empty()) break;
    const Field* const field = FindField(fields, key);
    if (field == nullptr) {
      NoteStrictError("unknown", key);
      continue;
    }
    if (!seen.insert(field->name).second) NoteStrictError("duplicate", key);
    if (!place_.empty()) place_ += '.';
    place_ += field->name;
    path_.push_back(field->name);
    field->read(value);
    path_.pop_back();
    place_.resize(place_size);
  }
  struct_name_ = outer;
}

const GoJsonReader::Field* GoJsonReader::FindField(std::initializer_list<Field> fields,
                                                   std::string_view key) const {
  if (key.empty()) return nullptr;
  const auto exact =
      std::find_if(fields.begin(), fields.end(), [&](const Field& f) { return f.name == key; });
  if (exact != fields.end()) return exact;
  if (key_case_ == KeyCase::kSensitive) return nullptr;
  const auto folded = std::find_if(fields.begin(), fields.end(),
                                   [&](const Field& f) { return EqualsFolded(f.name, key); });
  return folded == fields.end() ? nullptr : folded;
}

void GoJsonReader::NoteStrictError(std::string_view what, std::string_view key) {
  if (strict_errors_.size() >= kMaxStrictErrors) return;
  const std::string path = fmt::format("{}{}{}", place_, place_.empty() ? "" : ".", key);
  std::string error = fmt::format("{} field {}", what, kube::GoQuote(path));
  if (std::find(strict_errors_.begin(), strict_errors_.end(), error) == strict_errors_.end()) {
    strict_errors_.push_back(std::move(error));
  }
}

void GoJsonReader::List(const Json& json, std::string_view type,
                        const std::function<void(const Json& item)>& read_item) {
  if (!Is(json, json.is_array(), type)) return;
  const size_t place_size = place_.size();
  size_t index = 0;
  for (const Json& item : json) {
    if (!fatal_.empty()) break;
    place_ += fmt::format("[{}]", index++);
    read_item(item);
    place_.resize(place_size);
  }
}

void GoJsonReader::StringMap(
    const Json& json,
    const std::function<void(const std::string& key, const std::string& value)>& take) {
  if (!Is(json, json.is_object(), "map[string]string")) return;
  std::set<std::string_view> seen;
  for (const auto& [key, value] : json.items()) {
    if (!seen.insert(key).second) NoteStrictError("duplicate", key);
    std::string text;
    Text(value, text);
    take(key, text);
  }
}

void GoJsonReader::Text(const Json& json, std::string& value, std::string_view type) {
  if (Is(json, json.is_string(), type)) value = json.get_ref<const std::string&>();
}

void GoJsonReader::Text(const Json& json, SharedText& value, std::string_view type) {
  if (Is(json, json.is_string(), type)) value = json.get_ref<const std::string&>();
}

void GoJsonReader::Boolean(const Json& json, bool& value) {
  if (Is(json, json.is_boolean(), "bool")) value = json.get<bool>();
}

template <class T>
void GoJsonReader::ReadInteger(const Json& json, std::string_view type, T& value) {
  if (!Is(json, IsNumber(json), type)) return;
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
  MismatchError("number " + NumberText(json), type);
}

void GoJsonReader::Integer(const Json& json, int32_t& value) { ReadInteger(json, "int32", value); }

void GoJsonReader::Integer64(const Json& json, int64_t& value) {
  ReadInteger(json, "int64", value);
}

void GoJsonReader::Amount(const Json& json, kube::Quantity& value) {
  WrittenAmount written = value;
  Amount(json, written);
  value = written;
}

void GoJsonReader::Amount(const Json& json, WrittenAmount& value) {
  if (json.is_null() || !fatal_.empty()) return;
  auto parsed = WrittenAmount::Parse(AmountText(json));
  if (parsed.ok()) {
    value = *std::move(parsed);
  } else {
    fatal_ = std::string(parsed.status().message());
  }
}

void GoJsonReader::Time(const Json& json, std::optional<int64_t>& unix_ns) {
  unix_ns.reset();
  if (!fatal_.empty() || json.is_null()) return;
  if (!json.is_string()) {
    fatal_ = MismatchText(KindOf(json), "string");
    return;
  }
  const auto parsed = kube::ParseRfc3339(json.get_ref<const std::string&>());
  if (parsed.ok()) {
    unix_ns = *parsed;
  } else if (!absl::IsOutOfRange(parsed.status())) {
    fatal_ = std::string(parsed.status().message());
  }
}

bool GoJsonReader::Is(const Json& json, bool right, std::string_view type) {
  if (!fatal_.empty() || json.is_null()) return false;
  if (!right) {
    MismatchError(KindOf(json), type);
  }
  return right;
}

void GoJsonReader::MismatchError(std::string_view what, std::string_view type) {
  if (type_error_.empty()) type_error_ = MismatchText(what, type);
}

std::string GoJsonReader::MismatchText(std::string_view what, std::string_view type) const {
  std::string go_type(type);
  if (const size_t at = go_type.find('@'); at != std::string::npos) {
    go_type.replace(at, 1, package_);
  }
  if (path_.empty()) {
    return fmt::format("json: cannot unmarshal {} into Go value of type {}", what, go_type);
  }
  return fmt::format("json: cannot unmarshal {} into Go struct field {}.{} of type {}", what,
                     struct_name_, fmt::join(path_, "."), go_type);
}

absl::Status GoJsonReader::status() const {
  const std::string& error = fatal_.empty() ? type_error_ : fatal_;
  return error.empty() ? absl::OkStatus() : absl::InvalidArgumentError(error);
}

}  // namespace kubegauge::autoscaler
