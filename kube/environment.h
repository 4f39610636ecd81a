#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace kubegauge::kube {

// Environment variables by name, passed in wherever they are read.
using Environment = std::map<std::string, std::string, std::less<>>;

// Those of this process. To be called while no other thread changes them, so early in main.
Environment ProcessEnvironment();

// The value of `name`, "" when it is not set. A view into `environment`.
std::string_view Lookup(const Environment& environment, std::string_view name);

}  // namespace kubegauge::kube
