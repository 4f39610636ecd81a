#pragma once

#include <fmt/format.h>
#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "autoscaler/go_milli.h"
#include "autoscaler/quick_milli.h"
#include "autoscaler/wire_time.h"
#include "kube/quantity.h"

namespace kubegauge::autoscaler {

// Reads JSON as Go's decoder fills structs: null leaves a field as it is, a value of another type
// is an error, and members that are not known are passed over. Errors are kInvalidArgument.

inline absl::Status JsonError(simdjson::error_code error) {
  return absl::InvalidArgumentError(simdjson::error_message(error));
}

// Calls `visit(key, value)`, which gives a Status, for each member.
template <class Visit>
absl::Status ForEachMember(simdjson::ondemand::object object, const Visit& visit) {
  for (auto member : object) {
    std::string_view key;
    simdjson::ondemand::value value;
    if (const auto error = member.unescaped_key().get(key)) return JsonError(error);
    if (const auto error = member.value().get(value)) return JsonError(error);
    if (absl::Status visited = visit(key, value); !visited.ok()) return visited;
  }
  return absl::OkStatus();
}

template <class Visit>
absl::Status ForEachMember(simdjson::ondemand::value value, const Visit& visit) {
  simdjson::ondemand::object object;
  if (value.is_null().value_unsafe()) return absl::OkStatus();
  if (const auto error = value.get_object().get(object)) return JsonError(error);
  return ForEachMember(object, visit);
}

// Calls `visit(value)`, which gives a Status, for each element.
template <class Visit>
absl::Status ForEachElement(simdjson::ondemand::value value, const Visit& visit) {
  simdjson::ondemand::array array;
  if (value.is_null().value_unsafe()) return absl::OkStatus();
  if (const auto error = value.get_array().get(array)) return JsonError(error);
  for (auto element : array) {
    simdjson::ondemand::value item;
    if (const auto error = element.get(item)) return JsonError(error);
    if (absl::Status visited = visit(item); !visited.ok()) return visited;
  }
  return absl::OkStatus();
}

// A view into what the parser holds.
inline absl::Status ReadText(simdjson::ondemand::value value, std::string_view& text) {
  if (value.is_null().value_unsafe()) return absl::OkStatus();
  if (const auto error = value.get_string().get(text)) return JsonError(error);
  return absl::OkStatus();
}

// A metav1.Time.
inline absl::Status ReadInstant(simdjson::ondemand::value value, int64_t& instant_ns) {
  std::string_view text;
  if (absl::Status read = ReadText(value, text); !read.ok() || text.data() == nullptr) return read;
  const absl::StatusOr<int64_t> instant = ParseInstant(text);
  if (!instant.ok()) return instant.status();
  instant_ns = *instant;
  return absl::OkStatus();
}

// A resource.Quantity, which may also be written as a number, in thousandths (hpa.md 10.1).
inline absl::Status ReadMilli(simdjson::ondemand::value value, int64_t& milli) {
  simdjson::ondemand::json_type type;
  if (const auto error = value.type().get(type)) return JsonError(error);
  std::string_view text;
  if (type == simdjson::ondemand::json_type::number) {
    text = value.raw_json_token();
    text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
  } else if (type == simdjson::ondemand::json_type::object ||
             type == simdjson::ondemand::json_type::array ||
             type == simdjson::ondemand::json_type::boolean) {
    return kube::Quantity::Parse("").status();  // as Go's parser says of their text
  } else if (absl::Status read = ReadText(value, text); !read.ok() || text.data() == nullptr) {
    return read;
  }
  if (const std::optional<int64_t> quick = QuickMilli(text)) {
    milli = *quick;
    return absl::OkStatus();
  }
  const absl::StatusOr<int64_t> parsed = ParseGoMilli(text);
  if (!parsed.ok()) return parsed.status();
  milli = *parsed;
  return absl::OkStatus();
}

// Parses `json` with `parser`, and calls `visit(key, value)` for each member of the object that it
// is. Error about `what`.
template <class Visit>
absl::Status ForEachMemberOfDocument(std::string_view what, simdjson::padded_string_view json,
                                     simdjson::ondemand::parser& parser, const Visit& visit) {
  simdjson::ondemand::document document;
  simdjson::ondemand::object root;
  auto error = parser.iterate(json).get(document);
  if (!error) error = document.get_object().get(root);
  const absl::Status read = error ? JsonError(error) : ForEachMember(root, visit);
  if (read.ok()) return read;
  return absl::InvalidArgumentError(
      fmt::format("unable to decode {}: {}", what, std::string(read.message())));
}

}  // namespace kubegauge::autoscaler
