#include "kube/label_validation.h"

#include <fmt/format.h>

#include <algorithm>

namespace kubegauge::kube {
namespace {

constexpr size_t kMaxNameSize = 63;
constexpr size_t kMaxSubdomainSize = 253;

constexpr std::string_view kEmptyFault = "must be non-empty";
constexpr std::string_view kNameFault =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
    "validation "
    "is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
constexpr std::string_view kValueFault =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
    "and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or "
    "'12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
constexpr std::string_view kSubdomainFault =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', "
    "and must start and end with an alphanumeric character (e.g. 'example.com', regex used for "
    "validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

std::string TooLong(size_t limit) { return fmt::format("must be no more than {} bytes", limit); }

bool IsLowerOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool IsAlphanumeric(char c) { return IsLowerOrDigit(c) || (c >= 'A' && c <= 'Z'); }

bool IsName(std::string_view text) {
  return !text.empty() && IsAlphanumeric(text.front()) && IsAlphanumeric(text.back()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return IsAlphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

bool IsSubdomain(std::string_view text) {
  bool at_label_edge = true;  // behind the start or a dot: only a letter or digit may follow
  char previous = '.';
  for (const char c : text) {
    if (!IsLowerOrDigit(c)) {
      if (c != '-' && c != '.') return false;
      if (at_label_edge || (c == '.' && !IsLowerOrDigit(previous))) return false;
    }
    at_label_edge = c == '.';
    previous = c;
  }
  return IsLowerOrDigit(previous);
}

}  // namespace

std::vector<std::string> LabelKeyFaults(std::string_view key) {
  std::vector<std::string> faults;
  std::string_view name = key;
  if (const size_t slash = key.find('/'); slash != std::string_view::npos) {
    const std::string_view prefix = key.substr(0, slash);
    name = key.substr(slash + 1);
    if (name.find('/') != std::string_view::npos) {
      return {
          fmt::format("a valid label key {} with an optional DNS subdomain prefix and '/' (e.g. "
                      "'example.com/MyName')",
                      kNameFault)};
    }
    if (prefix.empty()) {
      faults.push_back(fmt::format("prefix part {}", kEmptyFault));
    } else {
      if (prefix.size() > kMaxSubdomainSize) {
        faults.push_back(fmt::format("prefix part {}", TooLong(kMaxSubdomainSize)));
      }
      if (!IsSubdomain(prefix)) faults.push_back(fmt::format("prefix part {}", kSubdomainFault));
    }
  }
  if (name.empty()) {
    faults.push_back(fmt::format("name part {}", kEmptyFault));
  } else if (name.size() > kMaxNameSize) {
    faults.push_back(fmt::format("name part {}", TooLong(kMaxNameSize)));
  }
  if (!IsName(name)) faults.push_back(fmt::format("name part {}", kNameFault));
  return faults;
}

std::vector<std::string> LabelValueFaults(std::string_view value) {
  std::vector<std::string> faults;
  if (value.size() > kMaxNameSize) faults.push_back(TooLong(kMaxNameSize));
  if (!value.empty() && !IsName(value)) faults.emplace_back(kValueFault);
  return faults;
}

}  // namespace kubegauge::kube
