#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "apiservice/http.h"
#include "apiservice/list_options.h"
#include "apiservice/snapshot_feed.h"
#include "apiservice/watch_events.h"
#include "kube/clock.h"
#include "kube/sleeper.h"

namespace kubegauge::apiservice {

// What all watches share. Keeps references.
struct WatchEnvironment {
  SnapshotFeed& feed;
  const kube::Clock& clock;
  kube::Sleeper& sleeper;
};

// The body of one watch (beyond upstream, which serves none): the state at its beginning as ADDED
// events where the client asks for that, then what each newer snapshot changes, until its time is
// up. An object changes when it was measured again. A client that reads slowly gets the newest
// state next, never the states between; nothing is queued for it.
class WatchStream final : public EventStream {
 public:
  // `lasts` is how long the watch goes on.
  WatchStream(const WatchEnvironment& environment, const WatchOptions& options,
              std::unique_ptr<WatchEvents> events, Encoding encoding,
              std::chrono::nanoseconds lasts);

  boost::asio::awaitable<bool> Next(std::string& out) override;

 private:
  // Takes the newest state; false when it is the one that is known.
  bool Advance();
  // Sets out as the options say; false when that cannot be, with the error in `out`.
  bool Begin(std::string& out);
  std::chrono::nanoseconds Pause(int64_t now_ns) const;

  const WatchEnvironment environment_;
  const WatchOptions options_;
  const std::unique_ptr<WatchEvents> events_;
  const Encoding encoding_;
  const int64_t end_ns_;  // monotonic, as all times here
  int64_t bookmark_ns_;
  bool begun_ = false;
  bool owes_initial_end_ = false;
  uint64_t version_ = 0;
};

}  // namespace kubegauge::apiservice
