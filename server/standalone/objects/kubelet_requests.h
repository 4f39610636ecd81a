#pragma once

#include "apiservice/request_info.h"
#include "apiservice/status.h"
#include "server/standalone/objects/object_store.h"

namespace kubegauge::server {

// Whether it is a request to a pod's containers, which an API server hands to the kubelet of the
// pod's node: /log, /exec, /attach, /portforward. No node here has one.
bool AsksKubelet(const apiservice::RequestInfo& info);

// What an API server says then.
apiservice::Status RefusalForKubelet(const ObjectStore& store, const apiservice::RequestInfo& info);

}  // namespace kubegauge::server
