#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace kubegauge::testing {

// Where a value is not what a schema of an OpenAPI 2.0 document says: other types, members that it
// does not name and members that it requires and that are missing.
class SchemaCheck {
 public:
  explicit SchemaCheck(const nlohmann::json& definitions) : definitions_(definitions) {}

  std::vector<std::string> Violations(const nlohmann::json& value, const std::string& definition) {
    violations_.clear();
    Visit(value, definitions_.at(definition), definition);
    return violations_;
  }

 private:
  void Visit(const nlohmann::json& value, const nlohmann::json& schema, const std::string& at) {
    if (schema.contains("$ref")) {
      const std::string reference = schema["$ref"];
      return Visit(value, definitions_.at(reference.substr(reference.rfind('/') + 1)), at);
    }
    const std::string type = schema.at("type");
    const bool fits = type == "string"    ? value.is_string()
                      : type == "boolean" ? value.is_boolean()
                      : type == "integer" ? value.is_number_integer()
                      : type == "array"   ? value.is_array()
                                          : value.is_object();
    if (!fits) violations_.push_back(at + " is no " + type);
    if (fits && value.is_object()) VisitMembers(value, schema, at);
    if (!fits || !value.is_array()) return;
    for (const auto& item : value) Visit(item, schema.at("items"), at + "[]");
  }

  void VisitMembers(const nlohmann::json& value, const nlohmann::json& schema,
                    const std::string& at) {
    const nlohmann::json none = nlohmann::json::object();
    const nlohmann::json& properties = schema.contains("properties") ? schema["properties"] : none;
    for (const auto& [name, member] : value.items()) {
      const bool is_named = properties.contains(name);
      if (!is_named && !schema.contains("additionalProperties")) {
        violations_.push_back(at + " has no " + name);
        continue;
      }
      Visit(member, is_named ? properties[name] : schema["additionalProperties"], at + "." + name);
    }
    for (const auto& name : schema.value("required", nlohmann::json::array())) {
      if (!value.contains(name)) violations_.push_back(at + " lacks " + name.get<std::string>());
    }
  }

  const nlohmann::json& definitions_;
  std::vector<std::string> violations_;
};

}  // namespace kubegauge::testing
