#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "apiservice/metrics_list.h"
#include "apiservice/negotiation.h"
#include "apiservice/snapshot_feed.h"

namespace kubegauge::apiservice {

// Which objects a watch is of, and how they are shown.
struct WatchTarget {
  bool nodes = false;
  std::string api_version;     // "v1beta1" or "v1"
  std::string namespace_name;  // empty: all
  std::string name;            // empty: any
  std::shared_ptr<const MetaFilter> filter;
  Negotiated negotiated;
  IncludeObject include_object = IncludeObject::kMetadata;
};

// The events of one watch. Not thread-safe.
class WatchEvents {
 public:
  virtual ~WatchEvents() = default;

  // Takes `state` as what the client knows.
  virtual void StartFrom(const SnapshotFeed::State& state) = 0;
  // Makes the events that lead from the state before (nothing, at first) to `state`; `now_ns` is
  // the wall clock. Only the last of them says the state's version, the others VersionOnTheWayTo:
  // a client that was cut off among them lacks the rest, and must not seem to know it. Only when
  // Append has given all of those before.
  virtual void MoveTo(const SnapshotFeed::State& state, int64_t now_ns) = 0;
  // Appends events up to about kBodyPartBytes, none when a filter has cost enough for now. False:
  // there are no more.
  virtual bool Append(std::string& out) = 0;
  // Appends an event that only says how far the client is; `initial_end` marks that the state at
  // the beginning of the watch was told.
  virtual void AppendBookmark(bool initial_end, std::string& out) = 0;
};

std::unique_ptr<WatchEvents> MakeWatchEvents(WatchTarget target);

}  // namespace kubegauge::apiservice
