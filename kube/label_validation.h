#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kubegauge::kube {

// What is wrong with a label's key or value, in the words of apimachinery's content.IsLabelKey and
// content.IsLabelValue; empty where nothing is.
std::vector<std::string> LabelKeyFaults(std::string_view key);
std::vector<std::string> LabelValueFaults(std::string_view value);

}  // namespace kubegauge::kube
