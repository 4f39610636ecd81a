#include "kube/event_correlator.h"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <algorithm>
#include <utility>

namespace kubegauge::kube {
namespace {

// What a text is remembered by: a message may be of any length.
std::string Digest(std::string_view text) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

std::string SourceAndObject(const Event& event) {
  return fmt::format("{}{}{}{}{}", event.source.component, event.source.host, event.involved.kind,
                     event.involved.namespace_name, event.involved.name);
}

std::string FullKey(const Event& event) {
  return Digest(fmt::format("{}{}{}{}{}{}{}", SourceAndObject(event), event.involved.field_path,
                            event.involved.uid, event.involved.api_version,
                            EventTypeText(event.type), event.reason, event.message));
}

std::string SpamKey(const Event& event) {
  return fmt::format("{}{}{}{}", SourceAndObject(event), event.involved.uid,
                     event.involved.api_version, EventTypeText(event.type));
}

std::string SimilarityKey(const Event& event) {
  return fmt::format("{}{}{}{}", SpamKey(event), event.reason, event.reporting_component,
                     event.reporting_instance);
}

}  // namespace

EventCorrelator::EventCorrelator(const EventCorrelatorOptions& options)
    : options_(options),
      similar_(options.max_objects),
      occurrences_(options.max_objects),
      allowances_(options.max_objects) {}

std::optional<EventCorrelator::Result> EventCorrelator::Correlate(Event event, int64_t wall_ns,
                                                                  int64_t monotonic_ns) {
  const std::string key = Combine(event, wall_ns, monotonic_ns);
  const bool exists = Count(event, key);
  if (!TakeAllowance(event, monotonic_ns)) return std::nullopt;
  return Result{std::move(event), exists};
}

void EventCorrelator::Written(const Event& event) {
  Remember(event, occurrences_.Use(FullKey(event)));
}

std::string EventCorrelator::Combine(Event& event, int64_t wall_ns, int64_t monotonic_ns) {
  std::string similarity_key = SimilarityKey(event);
  SimilarEvents& similar = similar_.Use(similarity_key);
  if (!similar.last_ns || monotonic_ns - *similar.last_ns > options_.similar_interval_ns) {
    similar.messages.clear();
  }
  similar.last_ns = monotonic_ns;
  similar.messages.insert(Digest(event.message));
  if (similar.messages.size() < options_.similar_events) return FullKey(event);
  // Any of them may go, so that there are never more.
  similar.messages.erase(similar.messages.begin());
  event.name = fmt::format("{}.{:x}", event.involved.name, wall_ns);
  event.message.insert(0, "(combined from similar events): ");
  event.count = 1;
  event.first_ns = wall_ns;
  event.last_ns = wall_ns;
  event.reporting_component.clear();
  event.reporting_instance.clear();
  return similarity_key;
}

// Whether an event of this key is there already; `event` then takes its place.
bool EventCorrelator::Count(Event& event, const std::string& key) {
  Occurrences& before = occurrences_.Use(key);
  const bool exists = before.count > 0;
  if (exists) {
    event.name = before.name;
    event.first_ns = before.first_ns;
    event.count =
        before.count == std::numeric_limits<int32_t>::max() ? before.count : before.count + 1;
  }
  Remember(event, before);
  return exists;
}

bool EventCorrelator::TakeAllowance(const Event& event, int64_t monotonic_ns) {
  Allowance& allowance = allowances_.Use(SpamKey(event));
  const int64_t interval = options_.spam_refill_interval_ns;
  const int64_t empty_at =
      std::max(allowance.empty_at_ns, monotonic_ns - options_.spam_burst * interval);
  if (monotonic_ns - empty_at < interval) return false;
  allowance.empty_at_ns = empty_at + interval;
  return true;
}

void EventCorrelator::Remember(const Event& event, Occurrences& occurrences) {
  occurrences.count = event.count;
  occurrences.first_ns = event.first_ns;
  occurrences.name = event.name;
}

}  // namespace kubegauge::kube
