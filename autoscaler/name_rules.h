#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kubegauge::autoscaler {

// What is wrong with a name, in apimachinery's words; empty where nothing is. `minor` is of the
// Kubernetes version: 1.27 tells of dots in labels, and 1.35 has new words for qualified names and
// label values.
std::vector<std::string> SubdomainFaults(std::string_view name);                 // DNS-1123
std::vector<std::string> DnsLabelFaults(std::string_view name, int minor);       // DNS-1123
std::vector<std::string> QualifiedNameFaults(std::string_view name, int minor);  // as label keys
std::vector<std::string> LabelValueFaultsOf(std::string_view value, int minor);
std::vector<std::string> PathSegmentFaults(std::string_view segment);
// A resource that containers can ask for: cpu, hugepages-2Mi, example.com/gpu.
std::vector<std::string> ContainerResourceFaults(std::string_view name, int minor);

}  // namespace kubegauge::autoscaler
