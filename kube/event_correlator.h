#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>

#include "kube/event.h"
#include "kube/lru_map.h"

namespace kubegauge::kube {

// The settings of client-go's EventCorrelator.
struct EventCorrelatorOptions {
  size_t max_objects = 4096;                          // that are remembered, of each kind of record
  size_t similar_events = 10;                         // from this many on they are combined
  int64_t similar_interval_ns = 600'000'000'000;      // those that follow each other within it
  int64_t spam_burst = 25;                            // events of a source about an object
  int64_t spam_refill_interval_ns = 300'000'000'000;  // one more each
};

// Keeps a source from flooding the API server with events, exactly as client-go's EventCorrelator:
// events that differ in their message alone are combined, equal ones counted, and what is left
// limited per object. Pure; not thread-safe.
class EventCorrelator {
 public:
  explicit EventCorrelator(const EventCorrelatorOptions& options = {});

  struct Result {
    Event event;
    bool exists = false;  // the event is there already under this name: patch it
  };
  // What becomes of `event`; nullopt when it is to be left out.
  std::optional<Result> Correlate(Event event, int64_t wall_ns, int64_t monotonic_ns);

  // `event` has been written.
  void Written(const Event& event);

 private:
  // Messages of events that are the same otherwise, by their digests.
  struct SimilarEvents {
    std::set<std::string> messages;
    std::optional<int64_t> last_ns;
  };
  struct Occurrences {
    int32_t count = 0;
    int64_t first_ns = 0;
    std::string name;
  };
  // A token bucket; a new one is full.
  struct Allowance {
    int64_t empty_at_ns = std::numeric_limits<int64_t>::min();
  };

  // Combines `event` with similar ones if there are many; returns the key to count it by.
  std::string Combine(Event& event, int64_t wall_ns, int64_t monotonic_ns);
  bool Count(Event& event, const std::string& key);
  bool TakeAllowance(const Event& event, int64_t monotonic_ns);
  void Remember(const Event& event, Occurrences& occurrences);

  const EventCorrelatorOptions options_;
  LruMap<SimilarEvents> similar_;
  LruMap<Occurrences> occurrences_;
  LruMap<Allowance> allowances_;
};

}  // namespace kubegauge::kube
