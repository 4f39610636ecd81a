#pragma once

#include <cstdint>
#include <string>

#include "server/standalone/core_objects.h"

namespace kubegauge::server {

// The autoscaling/v1 Scale of a Deployment or ReplicaSet, without kind and apiVersion.
Json ScaleOf(const Json& object);
// `object` with what a Scale asks for.
Json WithScale(Json object, const Json& scale);

// A metav1.LabelSelector as the text of a query; "" for one that selects nothing that can be said.
std::string SelectorText(const Json& selector);

// A number of an object, by its path; `otherwise` where there is none.
int64_t NumberAt(const Json& object, const char* pointer, int64_t otherwise = 0);

}  // namespace kubegauge::server
