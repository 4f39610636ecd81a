#include "kube/event_recorder.h"

#include <fmt/format.h>

#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "kube/api_error.h"
#include "kube/path_segment.h"

namespace kubegauge::kube {
namespace {

using boost::asio::awaitable;

constexpr unsigned kNotFound = 404;
constexpr unsigned kConflict = 409;

std::string EventsPath(const Event& event) {
  return fmt::format("/api/v1/namespaces/{}/events", EncodePathSegment(event.namespace_name));
}

ApiRequest CreateRequest(const Event& event) {
  return {.method = "POST",
          .target = EventsPath(event),
          .content_type = "application/json",
          .body = EncodeEvent(event)};
}

ApiRequest PatchRequest(const Event& event) {
  return {.method = "PATCH",
          .target = fmt::format("{}/{}", EventsPath(event), EncodePathSegment(event.name)),
          .content_type = "application/strategic-merge-patch+json",
          .body = EncodeEventPatch(event)};
}

}  // namespace

ApiEventRecorder::ApiEventRecorder(boost::asio::any_io_executor executor, ApiClient& client,
                                   const Clock& clock, Sleeper& sleeper, RandomSource& random,
                                   spdlog::logger& logger, EventSource source,
                                   const EventRecorderOptions& options)
    : client_(client),
      clock_(clock),
      sleeper_(sleeper),
      random_(random),
      logger_(logger),
      source_(std::move(source)),
      options_(options),
      correlator_(options.correlator),
      queued_(std::move(executor), 1) {}

void ApiEventRecorder::Record(ObjectReference involved, EventType type, std::string reason,
                              std::string message) {
  Event event = MakeEvent(std::move(involved), source_, type, std::move(reason), std::move(message),
                          clock_.WallNs(), random_);
  bool begins_to_drop = false;
  {
    const std::lock_guard lock(mutex_);
    if (HasRoomFor(event)) {
      queued_bytes_ += event.message.size();
      queue_.push_back(std::move(event));
    } else {
      ++counts_.dropped;
      begins_to_drop = !std::exchange(is_dropping_, true);
    }
  }
  if (begins_to_drop) {
    logger_.warn("Events come faster than the API server takes them; some are lost max_queued={}",
                 options_.max_queued);
  }
  queued_.try_send(boost::system::error_code());
}

bool ApiEventRecorder::HasRoomFor(const Event& event) const {
  return queue_.size() < options_.max_queued &&
         (queue_.empty() || queued_bytes_ + event.message.size() <= options_.max_queued_bytes);
}

EventRecorderCounts ApiEventRecorder::Counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void ApiEventRecorder::AddTo(uint64_t EventRecorderCounts::*count) {
  const std::lock_guard lock(mutex_);
  ++(counts_.*count);
}

std::optional<Event> ApiEventRecorder::TakeQueued() {
  const std::lock_guard lock(mutex_);
  if (queue_.empty()) {
    is_dropping_ = false;
    return std::nullopt;
  }
  Event event = std::move(queue_.front());
  queue_.pop_front();
  queued_bytes_ -= event.message.size();
  return event;
}

awaitable<void> ApiEventRecorder::Run() {
  for (;;) {
    co_await queued_.async_receive(boost::asio::use_awaitable);
    for (;;) {
      std::optional<Event> event = TakeQueued();
      if (!event) break;
      co_await Write(*std::move(event));
    }
  }
}

awaitable<void> ApiEventRecorder::Write(Event event) {
  const std::optional<EventCorrelator::Result> result =
      correlator_.Correlate(std::move(event), clock_.WallNs(), clock_.MonotonicNs());
  if (!result) {
    AddTo(&EventRecorderCounts::filtered);
    co_return;
  }
  for (int tries = 1;; ++tries) {
    const bool is_last_try = tries >= options_.max_tries;
    const Outcome outcome = co_await TryWrite(result->event, result->exists, is_last_try);
    if (outcome == Outcome::kWritten) {
      AddTo(&EventRecorderCounts::written);
      correlator_.Written(result->event);
      co_return;
    }
    if (outcome == Outcome::kRefused || is_last_try) {
      AddTo(&EventRecorderCounts::failed);
      co_return;
    }
    // Clients that lost their server together shall not come back together.
    const double share = tries == 1 ? random_.Unit() : 1.0;
    const auto interval = static_cast<double>(options_.retry_interval.count()) * share;
    co_await sleeper_.SleepFor(std::chrono::nanoseconds(static_cast<int64_t>(interval)));
  }
}

awaitable<ApiEventRecorder::Outcome> ApiEventRecorder::TryWrite(const Event& event, bool exists,
                                                                bool is_last_try) {
  ApiRequest request = exists ? PatchRequest(event) : CreateRequest(event);
  absl::StatusOr<ApiResponse> response = co_await client_.Send(std::move(request));
  if (exists && response.ok() && response->head.status == kNotFound) {
    // The server forgets events after a while.
    ApiRequest create = CreateRequest(event);
    response = co_await client_.Send(std::move(create));
  }
  if (absl::IsCancelled(response.status())) co_return Outcome::kRefused;
  if (!response.ok()) {
    logger_.warn(
        "An event cannot be written namespace={} name={} reason={} will_retry={} error=\"{}\"",
        event.namespace_name, event.involved.name, event.reason, !is_last_try,
        std::string(response.status().message()));
    co_return Outcome::kUnreachable;
  }
  if (IsSuccess(*response)) co_return Outcome::kWritten;
  // That it exists means that an earlier try came through.
  const bool is_known = response->head.status == kConflict;
  logger_.log(is_known ? spdlog::level::debug : spdlog::level::warn,
              "An event was refused namespace={} name={} reason={} error=\"{}\"",
              event.namespace_name, event.involved.name, event.reason,
              std::string(ApiErrorOf(*response, {}).message()));
  co_return Outcome::kRefused;
}

}  // namespace kubegauge::kube
