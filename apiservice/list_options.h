#pragma once

#include <memory>
#include <optional>

#include "apiservice/metrics_items.h"
#include "apiservice/request_info.h"
#include "apiservice/status.h"

namespace kubegauge::apiservice {

// The query options of a list or watch that matter here (wire.md A.9). limit, continue,
// resourceVersion and timeoutSeconds are checked and have no effect: a list is always whole.
struct ListOptions {
  bool watch = false;
  // What the label and field selectors leave; null when they leave everything.
  std::shared_ptr<const MetaFilter> filter;
};

// Reads them from a request's query. Gives the Status of the first rule that it breaks, with
// upstream's text, or nullopt and fills `options`.
std::optional<Status> ParseListOptions(const Request& request, const RequestInfo& info,
                                       ListOptions& options);

}  // namespace kubegauge::apiservice
