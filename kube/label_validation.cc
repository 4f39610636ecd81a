#include "kube/label_validation.h"

#include <fmt/format.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "kube/dns_name.h"

namespace kubegauge::kube {
namespace {

constexpr size_t kMaxNameSize = 63;

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

std::string TooLong(size_t limit) { return fmt::format("must be no more than {} bytes", limit); }

bool IsName(std::string_view text) {
  return !text.empty() && absl::ascii_isalnum(text.front()) && absl::ascii_isalnum(text.back()) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.';
         });
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
      if (prefix.size() > kMaxDnsSubdomainBytes) {
        faults.push_back(fmt::format("prefix part {}", TooLong(kMaxDnsSubdomainBytes)));
      }
      if (!IsDnsSubdomain(prefix)) {
        faults.push_back(fmt::format("prefix part {}", kDnsSubdomainRule));
      }
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
