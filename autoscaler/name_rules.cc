#include "autoscaler/name_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "kube/dns_name.h"
#include "kube/label_validation.h"

namespace kubegauge::autoscaler {
namespace {

constexpr std::string_view kLabelRule =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
    "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used "
    "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

std::string TooLong(size_t limit) {
  return fmt::format("must be no more than {} characters", limit);
}

// The faults that kube:: tells in the words of the newest version.
std::vector<std::string> InWordsOf(int minor, std::vector<std::string> faults) {
  constexpr int kFirstWithNewestWords = 35;
  constexpr std::string_view kNewestUnit = " bytes";
  constexpr std::string_view kNewestName = "a valid label key ";
  if (minor >= kFirstWithNewestWords) return faults;
  for (std::string& fault : faults) {
    if (fault.ends_with(kNewestUnit)) {
      fault.replace(fault.size() - kNewestUnit.size(), kNewestUnit.size(), " characters");
    }
    if (fault.starts_with(kNewestName)) fault.replace(0, kNewestName.size(), "a qualified name ");
  }
  return faults;
}

// core.IsStandardResourceName.
bool IsStandardResource(std::string_view name) {
  constexpr std::string_view kStandard[] = {"cpu",
                                            "memory",
                                            "ephemeral-storage",
                                            "requests.cpu",
                                            "requests.memory",
                                            "requests.ephemeral-storage",
                                            "limits.cpu",
                                            "limits.memory",
                                            "limits.ephemeral-storage",
                                            "pods",
                                            "resourcequotas",
                                            "services",
                                            "replicationcontrollers",
                                            "secrets",
                                            "configmaps",
                                            "persistentvolumeclaims",
                                            "storage",
                                            "requests.storage",
                                            "services.nodeports",
                                            "services.loadbalancers"};
  return name.starts_with("hugepages-") || name.starts_with("requests.hugepages-") ||
         std::find(std::begin(kStandard), std::end(kStandard), name) != std::end(kStandard);
}

bool IsContainerResource(std::string_view name) {
  return name == "cpu" || name == "memory" || name == "ephemeral-storage" ||
         name.starts_with("hugepages-");
}

// A name with a slash that is neither Kubernetes' own nor that of a quota.
bool IsExtendedResource(std::string_view name) {
  return !name.starts_with("requests.") &&
         kube::LabelKeyFaults(fmt::format("requests.{}", name)).empty();
}

}  // namespace

std::vector<std::string> SubdomainFaults(std::string_view name) {
  std::vector<std::string> faults;
  if (name.size() > kube::kMaxDnsSubdomainBytes) {
    faults.push_back(TooLong(kube::kMaxDnsSubdomainBytes));
  }
  if (!kube::IsDnsSubdomain(name)) faults.emplace_back(kube::kDnsSubdomainRule);
  return faults;
}

std::vector<std::string> DnsLabelFaults(std::string_view name, int minor) {
  constexpr int kFirstTellingOfDots = 27;
  std::vector<std::string> faults;
  if (name.size() > kube::kMaxDnsLabelBytes) faults.push_back(TooLong(kube::kMaxDnsLabelBytes));
  if (!kube::IsDnsLabel(name)) {
    const bool only_dots = minor >= kFirstTellingOfDots && kube::IsDnsSubdomain(name);
    faults.emplace_back(only_dots ? "must not contain dots" : kLabelRule);
  }
  return faults;
}

std::vector<std::string> QualifiedNameFaults(std::string_view name, int minor) {
  return InWordsOf(minor, kube::LabelKeyFaults(name));
}

std::vector<std::string> LabelValueFaultsOf(std::string_view value, int minor) {
  return InWordsOf(minor, kube::LabelValueFaults(value));
}

std::vector<std::string> PathSegmentFaults(std::string_view segment) {
  if (segment == "." || segment == "..") return {fmt::format("may not be '{}'", segment)};
  std::vector<std::string> faults;
  for (const char illegal : {'/', '%'}) {
    if (segment.find(illegal) != std::string_view::npos) {
      faults.push_back(fmt::format("may not contain '{}'", illegal));
    }
  }
  return faults;
}

std::vector<std::string> ContainerResourceFaults(std::string_view name, int minor) {
  std::vector<std::string> faults = QualifiedNameFaults(name, minor);
  const bool is_plain = name.find('/') == std::string_view::npos;
  if (faults.empty() && is_plain && !IsStandardResource(name)) {
    faults.emplace_back("must be a standard resource type or fully qualified");
  }
  if (is_plain) {
    if (!IsContainerResource(name)) {
      faults.emplace_back("must be a standard resource for containers");
    }
  } else if (name.find("kubernetes.io/") == std::string_view::npos && !IsExtendedResource(name)) {
    faults.emplace_back("doesn't follow extended resource name standard");
  }
  return faults;
}

}  // namespace kubegauge::autoscaler
