#include "kube/json_split.h"

#include <simdjson.h>

#include <utility>

namespace kubegauge::kube {
namespace {

using simdjson::ondemand::document;
using simdjson::ondemand::object;
using simdjson::ondemand::parser;
using simdjson::ondemand::value;

absl::Status Malformed(std::string_view what, simdjson::error_code error) {
  std::string message(what);
  message += " is malformed JSON: ";
  message += simdjson::error_message(error);
  return absl::InvalidArgumentError(message);
}

// The text of a string, and nothing for a value of another type.
simdjson::error_code TakeText(value& source, std::string& text) {
  std::string_view view;
  const simdjson::error_code error = source.get_string().get(view);
  if (error == simdjson::INCORRECT_TYPE) return simdjson::SUCCESS;
  if (error == simdjson::SUCCESS) text = view;
  return error;
}

// Calls `take(key, value)` for each member of `members` until it gives an error.
template <class Take>
simdjson::error_code ForEachMember(object& members, Take take) {
  for (auto found : members) {
    simdjson::ondemand::field field;
    if (const auto error = std::move(found).get(field)) return error;
    std::string_view key;
    if (const auto error = field.unescaped_key().get(key)) return error;
    value member = field.value();
    if (const auto error = take(key, member)) return error;
  }
  return simdjson::SUCCESS;
}

simdjson::error_code ReadListMeta(value& source, ListMeta& meta) {
  object members;
  if (const auto error = source.get_object().get(members)) return error;
  return ForEachMember(members, [&](std::string_view key, value& member) {
    if (key == "resourceVersion") return TakeText(member, meta.resource_version);
    if (key == "continue") return TakeText(member, meta.continue_token);
    return simdjson::SUCCESS;
  });
}

// Items are null in an empty list of some servers. An error of `on_item` goes into `item_error`.
simdjson::error_code ReadItems(value& source,
                               const std::function<absl::Status(std::string_view)>& on_item,
                               absl::Status& item_error) {
  simdjson::ondemand::json_type type;
  if (const auto error = source.type().get(type)) return error;
  if (type == simdjson::ondemand::json_type::null) return simdjson::SUCCESS;
  simdjson::ondemand::array items;
  if (const auto error = source.get_array().get(items)) return error;
  for (auto found : items) {
    object item;
    std::string_view text;
    if (const auto error = found.get_object().get(item)) return error;
    if (const auto error = item.raw_json().get(text)) return error;
    item_error = on_item(text);
    if (!item_error.ok()) return simdjson::SUCCESS;
  }
  return simdjson::SUCCESS;
}

// Calls `take` with each member of the one object that `text` is.
template <class Take>
simdjson::error_code ForEachMemberOf(std::string& text, parser& json_parser, Take take) {
  text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  document root;
  object members;
  if (const auto error = json_parser.iterate(text).get(root)) return error;
  if (const auto error = root.get_object().get(members)) return error;
  return ForEachMember(members, take);
}

}  // namespace

absl::StatusOr<ListMeta> SplitJsonList(
    std::string& body, const std::function<absl::Status(std::string_view item)>& on_item) {
  ListMeta meta;
  absl::Status item_error;
  parser json_parser;
  const auto error = ForEachMemberOf(body, json_parser, [&](std::string_view key, value& member) {
    if (!item_error.ok()) return simdjson::SUCCESS;
    if (key == "kind") return TakeText(member, meta.kind);
    if (key == "metadata") return ReadListMeta(member, meta);
    if (key == "items") return ReadItems(member, on_item, item_error);
    return simdjson::SUCCESS;
  });
  if (!item_error.ok()) return item_error;
  if (error != simdjson::SUCCESS) return Malformed("a list", error);
  return meta;
}

absl::StatusOr<JsonWatchEvent> SplitJsonWatchEvent(std::string& line) {
  JsonWatchEvent event;
  parser json_parser;
  const auto error = ForEachMemberOf(line, json_parser, [&](std::string_view key, value& member) {
    if (key == "type") return TakeText(member, event.type);
    if (key != "object") return simdjson::SUCCESS;
    object members;
    if (const auto not_object = member.get_object().get(members)) return not_object;
    return members.raw_json().get(event.object);
  });
  if (error != simdjson::SUCCESS) return Malformed("an event of a watch", error);
  if (event.type.empty() || event.object.empty()) {
    return absl::InvalidArgumentError("an event of a watch has no type or no object");
  }
  return event;
}

}  // namespace kubegauge::kube
