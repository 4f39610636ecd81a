#pragma once

#include <spdlog/logger.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

#include "kube/api_client.h"
#include "kube/clock.h"
#include "kube/event.h"
#include "kube/event_correlator.h"
#include "kube/random_source.h"
#include "kube/sleeper.h"

namespace kubegauge::kube {

// Where events go. Thread-safe; never waits.
class EventRecorder {
 public:
  virtual ~EventRecorder() = default;
  virtual void Record(ObjectReference involved, EventType type, std::string reason,
                      std::string message) = 0;
};

struct EventRecorderOptions {
  EventCorrelatorOptions correlator;
  size_t max_queued = 1000;  // beyond that, new events are dropped
  // Total message bytes queued; beyond that, new events are dropped, but an empty queue takes any.
  size_t max_queued_bytes = size_t{16} << 20;
  int max_tries = 12;
  std::chrono::nanoseconds retry_interval = std::chrono::seconds(10);
};

// Counts since the start.
struct EventRecorderCounts {
  uint64_t written = 0;
  uint64_t filtered = 0;  // left out, there were too many about that object
  uint64_t dropped = 0;   // the queue was full
  uint64_t failed = 0;    // the API server refused them, or could not be reached
};

// Writes the events of one source to an API server, as client-go's recorder: in their order, one at
// a time, new ones by POST, repeated ones by PATCH. What the server refuses is given up, and what
// `client` does not send at all (kCancelled); while the server cannot be reached, an event is tried
// again, and the others wait. Keeps references to all arguments but `executor`, `source` and
// `options`.
class ApiEventRecorder final : public EventRecorder {
 public:
  ApiEventRecorder(boost::asio::any_io_executor executor, ApiClient& client, const Clock& clock,
                   Sleeper& sleeper, RandomSource& random, spdlog::logger& logger,
                   EventSource source, const EventRecorderOptions& options = {});

  void Record(ObjectReference involved, EventType type, std::string reason,
              std::string message) override;

  // Writes what is recorded, until it is cancelled. To be run once.
  boost::asio::awaitable<void> Run();

  EventRecorderCounts Counts() const;

 private:
  enum class Outcome { kWritten, kRefused, kUnreachable };

  bool HasRoomFor(const Event& event) const;
  std::optional<Event> TakeQueued();
  boost::asio::awaitable<void> Write(Event event);
  boost::asio::awaitable<Outcome> TryWrite(const Event& event, bool exists, bool is_last_try);
  void AddTo(uint64_t EventRecorderCounts::*count);

  ApiClient& client_;
  const Clock& clock_;
  Sleeper& sleeper_;
  RandomSource& random_;
  spdlog::logger& logger_;
  const EventSource source_;
  const EventRecorderOptions options_;
  EventCorrelator correlator_;
  boost::asio::experimental::concurrent_channel<void(boost::system::error_code)> queued_;
  mutable std::mutex mutex_;
  std::deque<Event> queue_;     // guarded by mutex_
  size_t queued_bytes_ = 0;     // guarded by mutex_; of their messages
  bool is_dropping_ = false;    // guarded by mutex_; since the queue was empty last
  EventRecorderCounts counts_;  // guarded by mutex_
};

}  // namespace kubegauge::kube
