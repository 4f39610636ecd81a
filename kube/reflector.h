#pragma once

#include <spdlog/logger.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>

#include "kube/api_client.h"
#include "kube/clock.h"
#include "kube/object_sink.h"
#include "kube/random_source.h"
#include "kube/reconnect_backoff.h"
#include "kube/reflector_log.h"
#include "kube/sleeper.h"
#include "kube/watch_failure.h"
#include "kube/watch_frames.h"
#include "kube/watched_resource.h"

namespace kubegauge::kube {

// What a reflector works with; all of it must outlive the reflector.
struct ReflectorEnvironment {
  ApiClient& client;
  const Clock& clock;
  Sleeper& sleeper;
  RandomSource& random;
  spdlog::logger& logger;
};

// Keeps an ObjectSink equal to a collection of the API server, as client-go's Reflector does: lists
// it, then watches it from the list's version on. A watch that ends, breaks or falls silent goes on
// from the last version that was seen, bookmarks included; only when the server has forgotten that
// version is the collection listed again, and the list is then applied as one change. Whatever
// fails is tried again after a growing wait, and meanwhile the contents stay.
class Reflector {
 public:
  // Keeps a reference to `sink`.
  Reflector(WatchedResource resource, ObjectSink& sink, const ReflectorEnvironment& environment);
  Reflector(const Reflector&) = delete;
  Reflector& operator=(const Reflector&) = delete;

  // Runs until its coroutine is cancelled; to be started once. The sink is called in it, so on the
  // executor that it was spawned on, which has to be a strand where a context has many threads.
  boost::asio::awaitable<void> Run();

  // Asks the server anew, now: a pause after a failure ends, and so does a watch, which may be dead
  // without knowing, and begins again from the last version that was seen. A list under way goes
  // on. For the executor of Run.
  void Renew();
  // Whether the contents are what the server said after the last Renew, or at all without one: a
  // list has come that was asked for since, or all that a watch has to tell that was accepted since
  // (as far as can be known: it has fallen quiet, or goes on for long). For the executor of Run.
  bool renewed() const;

  struct OpenWatch {
    uint64_t number = 0;       // each has its own, from 1 on
    uint64_t renewal = 0;      // that in whose time it was begun
    int64_t opened_at_ns = 0;  // when the server accepted it
    int64_t heard_at_ns = 0;   // when the server last said something in it, a bookmark at least
  };
  // nullopt while none is open. For the executor of Run.
  const std::optional<OpenWatch>& open_watch() const { return open_watch_; }

 private:
  using Failure = std::optional<WatchFailure>;

  struct WatchProgress {
    bool began = false;  // the server accepted the watch
    size_t events = 0;
  };

  // One list or one watch, and the pause after it; what it threw.
  boost::asio::awaitable<std::exception_ptr> Step();
  boost::asio::awaitable<Failure> List();
  std::string ListVersion() const;

  boost::asio::awaitable<Failure> Watch();
  boost::asio::awaitable<Failure> FollowWatch(WatchProgress& progress);
  boost::asio::awaitable<Failure> ReadEvents(ApiStream& stream, int64_t deadline_ns,
                                             WatchProgress& progress);
  Failure TakeEvents(WatchFrames& frames, WatchProgress& progress);
  Failure TakeEvent(const WatchEvent& event);
  void JudgeWatch(const WatchFailure& failure, const WatchProgress& progress);

  boost::asio::awaitable<void> WaitAfter(const WatchFailure& failure);

  const WatchedResource resource_;
  ObjectSink& sink_;
  const ReflectorEnvironment environment_;
  ReflectorLog log_;
  ReconnectBackoff backoff_;
  std::string resource_version_;  // the last that was seen; empty before the first list
  bool list_due_ = true;
  bool version_unavailable_ = false;  // the server could not list at resource_version_
  bool pages_lists_ = false;          // the server pages lists even from its watch cache
  int fruitless_watches_ = 0;         // in a row
  uint64_t watches_ = 0;              // that were begun
  std::optional<OpenWatch> open_watch_;
  std::weak_ptr<boost::asio::steady_timer> interrupt_;  // while Run goes on; expires to end a Step
  bool listing_ = false;
  uint64_t renewals_ = 1;       // that were asked for, the start being one
  uint64_t heard_renewal_ = 0;  // the last in whose time all came that the server had to say
};

}  // namespace kubegauge::kube
