#include <algorithm>

#include "apiservice/http.h"

namespace kubegauge::apiservice {
namespace {

constexpr size_t kUsualFields = 16;  // those that a front proxy adds among them

char LowerAscii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool SameName(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return LowerAscii(a) == LowerAscii(b); });
}

}  // namespace

void Headers::Add(std::string_view name, std::string_view value) {
  if (fields_.empty()) fields_.reserve(kUsualFields);
  fields_.emplace_back(name, value);
}

std::string_view Headers::Find(std::string_view name) const {
  for (const auto& [field_name, value] : fields_) {
    if (SameName(field_name, name)) return value;
  }
  return {};
}

std::string Headers::Joined(std::string_view name) const {
  std::string joined;
  bool found = false;
  for (const auto& [field_name, value] : fields_) {
    if (!SameName(field_name, name)) continue;
    if (found) joined.append(", ");
    joined.append(value);
    found = true;
  }
  return joined;
}

}  // namespace kubegauge::apiservice
