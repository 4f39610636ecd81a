#include "server/standalone/objects/body_text.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <charconv>
#include <optional>
#include <string>

namespace kubegauge::server {
namespace {

// Every node of a document is visited once: an alias may not make it larger than its text.
constexpr size_t kMaxYamlNodes = 200'000;

template <class Number>
std::optional<Number> ParseWhole(std::string_view text) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

Json PlainScalar(const std::string& text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") {
    return nullptr;
  }
  for (const char* yes : {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"}) {
    if (text == yes) return true;
  }
  for (const char* no : {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"}) {
    if (text == no) return false;
  }
  if (const auto integer = ParseWhole<int64_t>(text)) return *integer;
  const bool may_be_number = text.find_first_not_of("+-.0123456789eE") == std::string::npos;
  if (may_be_number) {
    if (const auto number = ParseWhole<double>(text)) return *number;
  }
  return text;
}

class YamlReader {
 public:
  // nullopt: too deep or too large.
  std::optional<Json> Read(const YAML::Node& node, int depth) {
    if (depth > kMaxBodyDepth || ++nodes_ > kMaxYamlNodes) return std::nullopt;
    switch (node.Type()) {
      case YAML::NodeType::Scalar:
        // Quoted and block scalars have the tag "!".
        return node.Tag() == "!" ? Json(node.Scalar()) : PlainScalar(node.Scalar());
      case YAML::NodeType::Sequence:
        return ReadSequence(node, depth);
      case YAML::NodeType::Map:
        return ReadMap(node, depth);
      default:
        return Json(nullptr);
    }
  }

 private:
  std::optional<Json> ReadSequence(const YAML::Node& node, int depth) {
    Json array = Json::array();
    for (const YAML::Node& element : node) {
      std::optional<Json> value = Read(element, depth + 1);
      if (!value) return std::nullopt;
      array.push_back(*std::move(value));
    }
    return array;
  }

  std::optional<Json> ReadMap(const YAML::Node& node, int depth) {
    Json object = Json::object();
    for (const auto& member : node) {
      std::optional<Json> value = Read(member.second, depth + 1);
      if (!value || !member.first.IsScalar()) return std::nullopt;
      object[member.first.Scalar()] = *std::move(value);
    }
    return object;
  }

  size_t nodes_ = 0;
};

}  // namespace

absl::StatusOr<Json> ParseJsonBody(std::string_view text) {
  bool too_deep = false;
  const auto watch_depth = [&](int depth, Json::parse_event_t, Json&) {
    too_deep |= depth > kMaxBodyDepth;
    return !too_deep;
  };
  Json json = Json::parse(text, watch_depth, /*allow_exceptions=*/false);
  if (too_deep) return absl::InvalidArgumentError("json: exceeded max depth");
  if (json.is_discarded()) return absl::InvalidArgumentError("invalid JSON");
  return json;
}

absl::StatusOr<Json> ParseYamlBody(std::string_view text) {
  try {
    const YAML::Node node = YAML::Load(std::string(text));
    std::optional<Json> json = YamlReader().Read(node, 0);
    if (!json) return absl::InvalidArgumentError("yaml: document is too deep or too large");
    return *std::move(json);
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(fmt::format("error parsing YAML: {}", error.what()));
  }
}

}  // namespace kubegauge::server
