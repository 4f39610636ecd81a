#include "server/validate/manifests.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

namespace kubegauge::server {
namespace {

using autoscaler::Json;

constexpr int kMaxDepth = 64;

template <class T, class... Base>
std::optional<T> Number(std::string_view text, Base... base) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base...);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

template <size_t kSize>
bool IsOneOf(std::string_view text, const std::string_view (&texts)[kSize]) {
  return std::find(std::begin(texts), std::end(texts), text) != std::end(texts);
}

// Takes the prefix of a number's base away: 0x, 0o, 0b, or the 0 of old octal numbers.
int TakeBase(std::string_view& digits) {
  if (digits.size() < 2 || digits.front() != '0') return 10;
  const std::string_view mark = digits.substr(1, 1);
  const int base = mark == "x" || mark == "X" ? 16 : mark == "b" || mark == "B" ? 2 : 8;
  digits.remove_prefix(base != 8 || mark == "o" || mark == "O" ? 2 : 1);
  return base;
}

// `digits` without a sign.
std::optional<Json> IntegerOf(std::string_view digits, bool negative) {
  const int base = TakeBase(digits);
  const auto magnitude = Number<uint64_t>(digits, base);
  if (!magnitude) return std::nullopt;
  if (!negative) return Json(*magnitude);
  constexpr uint64_t kMost = uint64_t{1} << 63;
  if (*magnitude > kMost) return std::nullopt;
  return Json(static_cast<int64_t>(-*magnitude));
}

// A whole number is an integer in JSON, however it was written.
std::optional<Json> FloatOf(std::string_view digits, bool negative) {
  constexpr double kIntegers = 9e18;
  if (!digits.starts_with('.') && (digits.empty() || digits[0] < '0' || digits[0] > '9')) {
    return std::nullopt;
  }
  const auto magnitude = Number<double>(digits);
  if (!magnitude) return std::nullopt;
  const double value = negative ? -*magnitude : *magnitude;
  if (*magnitude < kIntegers && std::trunc(value) == value) {
    return Json(static_cast<int64_t>(value));
  }
  return Json(value);
}

// A plain scalar as kubectl's YAML 1.1 (sigs.k8s.io/yaml) reads it; what is quoted is text.
Json ScalarOf(const YAML::Node& node) {
  constexpr std::string_view kNull[] = {"", "~", "null", "Null", "NULL"};
  constexpr std::string_view kTrue[] = {"true", "True", "TRUE", "y",  "Y", "yes",
                                        "Yes",  "YES",  "on",   "On", "ON"};
  constexpr std::string_view kFalse[] = {"false", "False", "FALSE", "n",   "N",  "no",
                                         "No",    "NO",    "off",   "Off", "OFF"};
  const std::string& text = node.Scalar();
  if (node.Tag() == "!" || node.Tag() == "tag:yaml.org,2002:str") return text;
  if (IsOneOf(text, kNull)) return nullptr;
  if (IsOneOf(text, kTrue)) return true;
  if (IsOneOf(text, kFalse)) return false;
  const bool negative = text.starts_with('-');
  std::string digits = text.substr(negative || text.starts_with('+') ? 1 : 0);
  if (digits.starts_with('_')) return text;
  std::erase(digits, '_');
  if (const auto integer = IntegerOf(digits, negative)) return *integer;
  return FloatOf(digits, negative).value_or(text);
}

absl::StatusOr<Json> JsonOf(const YAML::Node& node, int depth) {
  if (depth > kMaxDepth) return absl::InvalidArgumentError("nested too deeply");
  if (node.IsScalar()) return ScalarOf(node);
  if (node.IsSequence()) {
    Json items = Json::array();
    for (const YAML::Node& item : node) {
      absl::StatusOr<Json> json = JsonOf(item, depth + 1);
      if (!json.ok()) return json.status();
      items.push_back(*std::move(json));
    }
    return items;
  }
  if (!node.IsMap()) return Json(nullptr);
  Json object = Json::object();
  for (const auto& member : node) {
    absl::StatusOr<Json> json = JsonOf(member.second, depth + 1);
    if (!json.ok()) return json.status();
    object[member.first.Scalar()] = *std::move(json);
  }
  return object;
}

}  // namespace

absl::StatusOr<std::vector<Json>> ReadManifests(const std::string& text) {
  std::vector<Json> documents;
  // JSON is YAML too, but YAML would read 1e3 and the like its own way.
  if (Json json = Json::parse(text, nullptr, false); !json.is_discarded()) {
    documents.push_back(std::move(json));
    return documents;
  }
  try {
    for (const YAML::Node& node : YAML::LoadAll(text)) {
      if (!node || node.IsNull()) continue;
      absl::StatusOr<Json> json = JsonOf(node, 0);
      if (!json.ok()) return json.status();
      documents.push_back(*std::move(json));
    }
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(fmt::format("line {}: {}", error.mark.line + 1, error.msg));
  }
  return documents;
}

}  // namespace kubegauge::server
