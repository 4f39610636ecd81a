#pragma once

#include <string>

namespace kubegauge::kube {

// What is read of the ListMeta of a list.
struct ListMeta {
  std::string resource_version;
  std::string continue_token;  // of the next page; empty when there is none
};

}  // namespace kubegauge::kube
