#pragma once

#include <string>

namespace kubegauge::kube {

// What is read of a list beside its items: its kind, and of its ListMeta.
struct ListMeta {
  std::string kind;  // "PodList"
  std::string resource_version;
  std::string continue_token;  // of the next page; empty when there is none
};

}  // namespace kubegauge::kube
