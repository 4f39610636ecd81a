#include "apiservice/json_members.h"

namespace kubegauge::apiservice {

std::string StringMember(const nlohmann::json& object, const char* name) {
  const auto member = object.find(name);
  return member != object.end() && member->is_string() ? member->get<std::string>() : std::string();
}

bool BoolMember(const nlohmann::json& object, const char* name) {
  const auto member = object.find(name);
  return member != object.end() && member->is_boolean() && member->get<bool>();
}

std::vector<std::string> StringsMember(const nlohmann::json& object, const char* name) {
  std::vector<std::string> strings;
  const auto member = object.find(name);
  if (member == object.end() || !member->is_array()) return strings;
  for (const nlohmann::json& item : *member) {
    if (item.is_string()) strings.push_back(item.get<std::string>());
  }
  return strings;
}

const nlohmann::json& ObjectMember(const nlohmann::json& object, const char* name) {
  static const nlohmann::json empty = nlohmann::json::object();
  const auto member = object.find(name);
  return member != object.end() && member->is_object() ? *member : empty;
}

}  // namespace kubegauge::apiservice
