#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "apiservice/metrics_items.h"
#include "apiservice/request_info.h"
#include "apiservice/status.h"

namespace kubegauge::apiservice {

// What a watch asks for besides its objects. Lists say no resourceVersion (their metadata is `{}`,
// as upstream's), only the events of watches do.
struct WatchOptions {
  // The state that the client knows: only what happens since is told, and a state that is not the
  // newest has expired. Absent: any state, which is told as ADDED events first.
  std::optional<uint64_t> resource_version;
  bool sends_initial_events = true;
  bool marks_initial_end = false;  // by a bookmark, for who takes bookmarks
  bool allows_bookmarks = false;
  std::optional<std::chrono::seconds> timeout;
};

// The query options of a list or watch that matter here (wire.md A.9). limit and continue are
// checked and have no effect: a list is always whole. So is resourceVersion of a list.
struct ListOptions {
  // What the label and field selectors leave; null when they leave everything.
  std::shared_ptr<const MetaFilter> filter;
  WatchOptions watch;  // of a watch
};

// Reads them from a request's query. Gives the Status of the first rule that it breaks, with
// upstream's text, or nullopt and fills `options`.
std::optional<Status> ParseListOptions(const Request& request, const RequestInfo& info,
                                       ListOptions& options);

// Longer selectors, which may cost anybody's request much, are not looked at before it is known
// that the request may be made. Those that people and controllers write have some hundred bytes.
inline constexpr size_t kMaxReviewedSelectorBytes = 16 * 1024;

// The name that a query's field selector asks for by metadata.name=x, else "". As upstream, where
// one of the options cannot be decoded none of them counts; nor where a selector is too long.
std::string NameInListOptions(std::string_view query);

}  // namespace kubegauge::apiservice
