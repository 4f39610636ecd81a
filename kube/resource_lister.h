#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "kube/api_client.h"
#include "kube/object_sink.h"
#include "kube/watch_failure.h"
#include "kube/watched_resource.h"

namespace kubegauge::kube {

struct Listing {
  std::optional<WatchFailure> failure;
  std::string resource_version;  // from where to watch
  bool paged = false;            // the server gave more than one page
  size_t unreadable_objects = 0;
  absl::Status first_unreadable;
};

// What a response that is no success says; not more than the beginning of its body is read.
boost::asio::awaitable<WatchFailure> ReadFailure(ApiStream& stream);

// Reads all pages of a list into `sink`, up to but without CommitList, as client-go's pager does:
// when the server forgets the list between two pages, the list begins again in one piece, but not
// a second time. `limit` is of a page, 0 for none. The arguments must outlive the coroutine.
boost::asio::awaitable<Listing> ListResource(ApiClient& client, const WatchedResource& resource,
                                             ObjectSink& sink, std::string resource_version,
                                             int limit);

}  // namespace kubegauge::kube
