#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apiservice/request_info.h"

namespace kubegauge::apiservice {

// What a request to a kubelet, or to who answers in its place, asks of whom (wire.md C.9): a
// subresource of the node, found by the path, as attributes for an Authorizer. More than one where
// any of them will do, the narrowest first.
std::vector<RequestInfo> KubeletAttributes(std::string_view method, std::string_view path,
                                           const std::string& node_name);

}  // namespace kubegauge::apiservice
