#include "server/standalone/objects/label_selection.h"

#include <utility>

#include "kube/selector_object.h"

namespace kubegauge::server {

absl::StatusOr<kube::LabelSelector> SelectorOf(const Json& selector) {
  kube::SelectorObject object;
  const Json labels = selector.value("matchLabels", Json::object());
  for (const auto& [key, value] : labels.items()) {
    object.match_labels.emplace(key, value.get<std::string>());
  }
  const Json expressions = selector.value("matchExpressions", Json::array());
  for (const Json& expression : expressions) {
    kube::SelectorObject::Expression parsed{
        .key = expression.value("key", ""), .op = expression.value("operator", ""), .values = {}};
    const Json values = expression.value("values", Json::array());
    for (const Json& value : values) parsed.values.push_back(value.get<std::string>());
    object.match_expressions.push_back(std::move(parsed));
  }
  return kube::ToLabelSelector(object);
}

bool Selects(const kube::LabelSelector& selector, const Json& labels) {
  return selector.MatchesLabels([&](std::string_view key) -> std::string_view {
    if (!labels.is_object()) return {};
    const auto label = labels.find(key);
    if (label == labels.end() || !label->is_string()) return {};
    const std::string& value = label->get_ref<const std::string&>();
    return {value.data(), value.size()};
  });
}

bool SelectsObject(const kube::LabelSelector& labels, const kube::FieldSelector& fields,
                   const Json& object) {
  const Json& metadata = object.at("metadata");
  const auto own = metadata.find("labels");
  return Selects(labels, own == metadata.end() ? Json() : *own) &&
         fields.Matches([&](std::string_view field) { return FieldText(object, field); });
}

std::string FieldText(const Json& object, std::string_view field) {
  // Absent fields whose zero value is not an empty text.
  const bool is_flag = field == "spec.unschedulable" || field == "spec.hostNetwork";
  const Json* place = &object;
  while (!field.empty()) {
    const std::string_view step = field.substr(0, field.find('.'));
    field.remove_prefix(std::min(field.size(), step.size() + 1));
    if (!place->is_object()) return "";
    const auto next = place->find(step);
    if (next == place->end()) return is_flag ? "false" : "";
    place = &*next;
  }
  if (place->is_string()) return place->get<std::string>();
  // An Event's source is selected by its component.
  if (place->is_object()) return FieldText(*place, "component");
  return place->is_null() ? "" : place->dump();
}

}  // namespace kubegauge::server
