#include "server/documents/yaml_document.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "autoscaler/written_json.h"
#include "kube/go_quote.h"
#include "server/documents/json_document.h"

namespace kubegauge::server {
namespace {

using autoscaler::Json;

// An alias is read where it stands: without a limit a short text could be a very large document.
constexpr size_t kMaxNodes = 200'000;
// As many as strict decoding tells of unknown fields.
constexpr size_t kMaxRepeats = 100;

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

// A float as Go's json.Marshal writes it: the shortest digits, with an exponent if it is far off.
std::string GoJsonFloat(double value) {
  constexpr int kMostDigits = 17;  // that a double needs
  char buffer[64];
  const auto scientific =
      std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::scientific);
  std::string text(buffer, scientific.ptr);
  const size_t mark = text.find('e');
  const int exponent = std::stoi(text.substr(mark + 1));
  if (exponent < -6 || exponent > 20) {
    if (text[mark + 2] == '0') text.erase(mark + 2, 1);
    return text;
  }
  if (exponent < kMostDigits) {
    const auto fixed =
        std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::fixed);
    return {buffer, fixed.ptr};
  }
  text.resize(mark);
  std::erase(text, '.');
  text.resize(static_cast<size_t>(exponent + 1) + (value < 0 ? 1 : 0), '0');
  return text;
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
  return autoscaler::WrittenNumber(GoJsonFloat(value));
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

// A key as a text: of what is no text, the JSON.
std::string KeyOf(const YAML::Node& node) {
  if (!node.IsScalar()) return "";
  const Json scalar = ScalarOf(node);
  if (scalar.is_string()) return scalar.get<std::string>();
  return autoscaler::IsNumber(scalar) ? autoscaler::NumberText(scalar) : scalar.dump();
}

// A key as Go's verb %#v shows it.
std::string GoSyntaxOf(const YAML::Node& key) {
  const std::string text = KeyOf(key);
  if (!key.IsScalar() || ScalarOf(key).is_string()) return kube::GoQuote(text);
  return ScalarOf(key).is_null() ? "<nil>" : text;
}

// Where Go's reader sees a value begin; one that is not there is where its key is.
int LineOf(const YAML::Node& key, const YAML::Node& value) {
  const bool is_absent = value.IsNull() && value.Scalar().empty();
  return (is_absent ? key : value).Mark().line + 1;
}

// The members of an object in the order of their keys' first appearance.
class Members {
 public:
  bool contains(const std::string& key) const { return place_of_.contains(key); }
  // In place of the value that the key has, if it has one.
  void Set(const std::string& key, Json value) {
    if (const auto known = place_of_.find(key); known != place_of_.end()) {
      (members_.begin() + static_cast<ptrdiff_t>(known->second))->second = std::move(value);
    } else {
      Add(key, std::move(value));
    }
  }
  // Unless the key has a value.
  void Add(const std::string& key, Json value) {
    if (!place_of_.try_emplace(key, members_.size()).second) return;
    members_.emplace_back(key, std::move(value));
  }
  Json::object_t& members() { return members_; }

 private:
  Json::object_t members_;
  std::unordered_map<std::string, size_t> place_of_;
};

class YamlReader {
 public:
  absl::StatusOr<Json> Read(const YAML::Node& node, int depth) {
    if (depth > kMaxDocumentDepth || ++nodes_ > kMaxNodes) {
      return absl::InvalidArgumentError("the document is too deep or too large");
    }
    if (node.IsScalar()) return ScalarOf(node);
    if (node.IsSequence()) return ReadSequence(node, depth);
    if (node.IsMap()) return ReadMap(node, depth);
    return Json(nullptr);
  }

  std::vector<std::string> TakeRepeats() { return std::move(repeats_); }

 private:
  absl::StatusOr<Json> ReadSequence(const YAML::Node& node, int depth) {
    Json items = Json::array();
    for (const YAML::Node& item : node) {
      absl::StatusOr<Json> json = Read(item, depth + 1);
      if (!json.ok()) return json;
      items.push_back(*std::move(json));
    }
    return items;
  }

  absl::StatusOr<Json> ReadMap(const YAML::Node& node, int depth) {
    Members object;
    Members merged;
    for (const auto& member : node) {
      absl::StatusOr<Json> json = Read(member.second, depth + 1);
      if (!json.ok()) return json;
      if (member.first.IsScalar() && member.first.Tag() == "?" && member.first.Scalar() == "<<") {
        Merge(*json, merged);
        continue;
      }
      const std::string key = KeyOf(member.first);
      if (object.contains(key) || merged.contains(key)) NoteRepeat(member.first, member.second);
      object.Set(key, *std::move(json));
    }
    for (auto& [key, value] : merged.members()) object.Add(key, std::move(value));
    return Json(std::move(object.members()));
  }

  // What `<<` stands for: a map, or several, of which the first has precedence.
  static void Merge(const Json& source, Members& merged) {
    if (source.is_array()) {
      for (const Json& one : source) Merge(one, merged);
    } else if (source.is_object()) {
      for (const auto& [key, value] : source.items()) merged.Add(key, value);
    }
  }

  void NoteRepeat(const YAML::Node& key, const YAML::Node& value) {
    if (repeats_.size() >= kMaxRepeats) return;
    repeats_.push_back(
        fmt::format("line {}: key {} already set in map", LineOf(key, value), GoSyntaxOf(key)));
  }

  size_t nodes_ = 0;
  std::vector<std::string> repeats_;
};

}  // namespace

absl::StatusOr<std::vector<YamlDocument>> ParseYamlDocuments(std::string_view text) {
  std::vector<YamlDocument> documents;
  try {
    for (const YAML::Node& node : YAML::LoadAll(std::string(text))) {
      if (!node || node.IsNull()) continue;
      YamlReader reader;
      absl::StatusOr<Json> json = reader.Read(node, 0);
      if (!json.ok()) return json.status();
      documents.push_back({*std::move(json), reader.TakeRepeats()});
    }
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(fmt::format("line {}: {}", error.mark.line + 1, error.msg));
  }
  return documents;
}

}  // namespace kubegauge::server
