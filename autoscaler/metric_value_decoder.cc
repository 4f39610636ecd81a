#include "autoscaler/metric_value_decoder.h"

#include <fmt/format.h>

#include <string>

#include "autoscaler/json_walk.h"
#include "autoscaler/metrics_answer_limits.h"
#include "autoscaler/shorten.h"
#include "kube/go_quote.h"

namespace kubegauge::autoscaler {
namespace {

using simdjson::ondemand::value;

constexpr int64_t kDefaultWindowSeconds = 60;

absl::Status ReadName(value described_object, std::string& name) {
  std::string_view text;
  absl::Status read =
      ForEachMember(described_object, [&](std::string_view key, value member) -> absl::Status {
        return key == "name" ? ReadText(member, text) : absl::OkStatus();
      });
  name = std::string(text);
  return read;
}

absl::Status ReadSeconds(value json, int64_t& duration_ns) {
  int64_t seconds = 0;
  if (json.is_null().value_unsafe()) return absl::OkStatus();
  if (const auto error = json.get_int64().get(seconds)) return JsonError(error);
  duration_ns = DurationOfSeconds(seconds);
  return absl::OkStatus();
}

absl::Status ReadSample(value json, PodMetric& sample) {
  sample.window_ns = DurationOfSeconds(kDefaultWindowSeconds);
  return ForEachMember(json, [&](std::string_view key, value member) -> absl::Status {
    if (key == "describedObject") return ReadName(member, sample.name);
    if (key == "timestamp") return ReadInstant(member, sample.timestamp_ns);
    if (key == "value") return ReadMilli(member, sample.milli);
    // The former is of v1beta1, the latter of v1beta2.
    if (key == "window" || key == "windowSeconds") return ReadSeconds(member, sample.window_ns);
    return absl::OkStatus();
  });
}

absl::Status ReadExternalValue(value json, int64_t& milli) {
  int64_t checked_ns = 0;
  return ForEachMember(json, [&](std::string_view key, value member) -> absl::Status {
    if (key == "timestamp") return ReadInstant(member, checked_ns);
    return key == "value" ? ReadMilli(member, milli) : absl::OkStatus();
  });
}

constexpr std::string_view kParseFault = "couldn't get version/kind; json parse error: ";

absl::Status ParseFault(std::string_view why) {
  return absl::InvalidArgumentError(fmt::format("{}{}", kParseFault, why));
}

absl::Status WrongType(std::string_view type) {
  return ParseFault(
      fmt::format(R"(json: cannot unmarshal {} into Go value of type struct {{ APIVersion string )"
                  R"("json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }})",
                  type));
}

// Of a large answer less than client-go says: an HPA's status with all of it would not be taken.
absl::Status Missing(std::string_view member, std::string_view json) {
  return absl::InvalidArgumentError(
      fmt::format("Object '{}' is missing in '{}'", member, Shorten(json)));
}

// A document that can be walked again: its kind may stand behind its items.
struct ListDocument {
  explicit ListDocument(std::string_view json) : text(json) {}

  // Null has no members. Error where it is neither that nor an object.
  absl::StatusOr<bool> Open() {
    simdjson::ondemand::json_type type;
    if (const auto error = parser.iterate(text).get(document)) {
      return ParseFault(simdjson::error_message(error));
    }
    if (const auto error = document.type().get(type)) {
      return ParseFault(simdjson::error_message(error));
    }
    switch (type) {
      case simdjson::ondemand::json_type::object:
        if (const auto error = document.get_object().get(root)) return JsonError(error);
        return true;
      case simdjson::ondemand::json_type::array:
        return WrongType("array");
      case simdjson::ondemand::json_type::string:
        return WrongType("string");
      case simdjson::ondemand::json_type::boolean:
        return WrongType("bool");
      case simdjson::ondemand::json_type::null:
        return false;
      default:
        return WrongType("number");
    }
  }

  const simdjson::padded_string text;
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document document;
  simdjson::ondemand::object root;
};

template <class Item, class ReadItem>
absl::StatusOr<std::vector<Item>> ReadItems(simdjson::ondemand::object list,
                                            const ReadItem& read_item) {
  std::vector<Item> items;
  const absl::Status read =
      ForEachMember(list, [&](std::string_view key, value member) -> absl::Status {
        if (key != "items") return absl::OkStatus();
        return ForEachElement(member, [&](value item) -> absl::Status {
          if (absl::Status room = CheckRoomForItem("values", items.size()); !room.ok()) return room;
          return read_item(item, items.emplace_back());
        });
      });
  if (!read.ok()) return read;
  return items;
}

// The text of a member that may be missing.
absl::Status FindText(simdjson::ondemand::object& object, std::string_view key, std::string& text) {
  value member;
  const auto error = object.find_field_unordered(key).get(member);
  if (error == simdjson::NO_SUCH_FIELD) return absl::OkStatus();
  if (error) return ParseFault(simdjson::error_message(error));
  std::string_view found;
  const absl::Status read = ReadText(member, found);
  text = std::string(found);
  return read.ok() ? read : ParseFault(std::string(read.message()));
}

// Whether the object is the list of this kind, in client-go's words where it is not.
absl::Status CheckListKind(simdjson::ondemand::object& object, std::string_view json) {
  std::string kind;
  std::string api_version;
  if (absl::Status found = FindText(object, "kind", kind); !found.ok()) return found;
  if (absl::Status found = FindText(object, "apiVersion", api_version); !found.ok()) return found;
  if (kind.empty()) return Missing("Kind", json);
  if (api_version.empty()) return Missing("apiVersion", json);
  if (kind == "Status" && api_version == "v1") {
    return absl::InvalidArgumentError(
        "the custom metrics API server didn't return MetricValueList, the type is *v1.Status");
  }
  const bool is_known = api_version == "custom.metrics.k8s.io/v1beta1" ||
                        api_version == "custom.metrics.k8s.io/v1beta2";
  if (kind == "MetricValueList" && is_known) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("no kind {} is registered for version {} in scheme \"pkg/runtime/scheme.go:111\"",
                  kube::GoQuote(Shorten(kind)), kube::GoQuote(Shorten(api_version))));
}

}  // namespace

// client-go decodes it without a look at its kind, by the type that it has asked for.
absl::StatusOr<std::vector<int64_t>> DecodeExternalMetricValues(std::string_view json) {
  ListDocument list(json);
  const absl::StatusOr<bool> is_object = list.Open();
  if (!is_object.ok()) return is_object.status();
  if (!*is_object) return std::vector<int64_t>();
  return ReadItems<int64_t>(list.root, ReadExternalValue);
}

// client-go takes what does not begin as an object for YAML, in which other text is a string.
absl::StatusOr<std::vector<PodMetric>> DecodeMetricValues(std::string_view json) {
  ListDocument list(json);
  const size_t begin = json.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return Missing("Kind", json);
  const absl::StatusOr<bool> is_object = list.Open();
  if (!is_object.ok()) return json[begin] == '<' ? WrongType("string") : is_object.status();
  if (!*is_object) return Missing("Kind", json);
  if (absl::Status kind = CheckListKind(list.root, json); !kind.ok()) return kind;
  if (const auto error = list.root.reset().error()) return JsonError(error);
  return ReadItems<PodMetric>(list.root, ReadSample);
}

}  // namespace kubegauge::autoscaler
