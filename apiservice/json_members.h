#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace kubegauge::apiservice {

// Reading JSON whose shape nobody vouches for: members of another type are as if absent.

std::string StringMember(const nlohmann::json& object, const char* name);
bool BoolMember(const nlohmann::json& object, const char* name);
// Items that are no strings are left out.
std::vector<std::string> StringsMember(const nlohmann::json& object, const char* name);
// `object[name]`, or an empty object.
const nlohmann::json& ObjectMember(const nlohmann::json& object, const char* name);

}  // namespace kubegauge::apiservice
