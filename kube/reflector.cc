#include "kube/reflector.h"

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <utility>
#include <variant>

#include "kube/partial_metadata_decoder.h"
#include "kube/resource_lister.h"

namespace kubegauge::kube {
namespace {

using boost::asio::awaitable;
using namespace std::chrono_literals;

constexpr int kPageLimit = 500;
constexpr std::chrono::seconds kMinWatchTimeout = 300s;
// A server ends a watch at its timeout; a watch that goes on for longer hangs.
constexpr std::chrono::nanoseconds kWatchSlack = 30s;
// An API server sends a bookmark about each minute. A watch that says nothing for longer may be
// dead, and begins anew where it ended, which costs little. client-go knows by pings, after 45 s.
constexpr std::chrono::nanoseconds kLongestSilence = 150s;
constexpr std::chrono::nanoseconds kVeryShortWatch = 1s;
constexpr std::chrono::nanoseconds kLongestRetryAfter = 10min;
// A server sends what happened since a watch's version right behind its acceptance, without a mark
// where that ends. Where there are always changes, no pause tells.
constexpr std::chrono::nanoseconds kPauseBehindHistory = 250ms;
constexpr std::chrono::nanoseconds kLongestHistory = 2s;
// A server that answers, yet again and again not with a watch, may do so because of the version.
constexpr int kFruitlessWatchesBeforeList = 5;

bool ListsAnew(WatchFailureKind kind) {
  return kind == WatchFailureKind::kExpired || kind == WatchFailureKind::kVersionTooLarge;
}

}  // namespace

Reflector::Reflector(WatchedResource resource, ObjectSink& sink,
                     const ReflectorEnvironment& environment)
    : resource_(std::move(resource)),
      sink_(sink),
      environment_(environment),
      log_(resource_, environment.logger),
      backoff_(environment.clock, environment.random) {}

awaitable<void> Reflector::Run() {
  using boost::asio::experimental::awaitable_operators::operator||;
  using Timer = boost::asio::steady_timer;
  // The coroutine's own, as it may outlive the reflector by a moment.
  const auto interrupt = std::make_shared<Timer>(co_await boost::asio::this_coro::executor);
  interrupt_ = interrupt;
  for (;;) {
    interrupt->expires_at(Timer::time_point::max());
    boost::system::error_code ignored;
    const auto ended = co_await (Step() || interrupt->async_wait(boost::asio::redirect_error(
                                               boost::asio::use_awaitable, ignored)));
    open_watch_.reset();
    const auto* const thrown = std::get_if<std::exception_ptr>(&ended);
    if (thrown != nullptr && *thrown != nullptr) std::rethrow_exception(*thrown);
  }
}

awaitable<std::exception_ptr> Reflector::Step() {
  const uint64_t renewal = renewals_;
  try {
    Failure failure;
    listing_ = list_due_;
    if (listing_) {
      failure = co_await List();
    } else {
      failure = co_await Watch();
    }
    listing_ = false;
    if (failure && renewal == renewals_) co_await WaitAfter(*failure);
  } catch (...) {
    co_return std::current_exception();
  }
  co_return nullptr;
}

void Reflector::Renew() {
  ++renewals_;
  backoff_.Reset();
  if (listing_) return;
  if (const auto interrupt = interrupt_.lock()) {
    interrupt->expires_at(boost::asio::steady_timer::time_point::min());
  }
}

bool Reflector::renewed() const {
  if (heard_renewal_ == renewals_) return true;
  if (!open_watch_ || open_watch_->renewal != renewals_) return false;
  const int64_t now_ns = environment_.clock.MonotonicNs();
  return now_ns - open_watch_->heard_at_ns >= kPauseBehindHistory.count() ||
         now_ns - open_watch_->opened_at_ns >= kLongestHistory.count();
}

// Not older than what was seen; where the server cannot, the latest; at first, what is at hand.
std::string Reflector::ListVersion() const {
  if (version_unavailable_) return "";
  return resource_version_.empty() ? "0" : resource_version_;
}

awaitable<Reflector::Failure> Reflector::List() {
  const uint64_t renewal = renewals_;
  const std::string version = ListVersion();
  // A limit makes the server pass by its watch cache, unless any version will do.
  const bool from_cache = !version.empty() && version != "0" && !pages_lists_;
  Listing listing = co_await ListResource(environment_.client, resource_, sink_, version,
                                          from_cache ? 0 : kPageLimit);
  if (listing.failure && ListsAnew(listing.failure->kind)) {
    version_unavailable_ = true;
    listing = co_await ListResource(environment_.client, resource_, sink_, "", kPageLimit);
  }
  if (listing.failure) {
    sink_.AbandonList();
    log_.Failed("list", *listing.failure);
    co_return std::move(listing.failure);
  }
  if (listing.unreadable_objects > 0) {
    log_.Unreadable(listing.unreadable_objects, listing.first_unreadable);
  }
  if (version == "0" && listing.paged) pages_lists_ = true;
  version_unavailable_ = false;
  list_due_ = false;
  fruitless_watches_ = 0;
  resource_version_ = std::move(listing.resource_version);
  sink_.CommitList();
  heard_renewal_ = renewal;
  log_.Works();
  co_return std::nullopt;
}

awaitable<Reflector::Failure> Reflector::Watch() {
  const int64_t start_ns = environment_.clock.MonotonicNs();
  const std::string start_version = resource_version_;
  const uint64_t renewal = renewals_;
  WatchProgress progress;
  Failure failure = co_await FollowWatch(progress);
  if (renewal != renewals_) co_return std::nullopt;  // however it ended, it was to end
  const int64_t took_ns = environment_.clock.MonotonicNs() - start_ns;
  // Else a proxy that ends each watch after its first bookmark would be asked without a pause.
  if (!failure && resource_version_ == start_version && took_ns < kVeryShortWatch.count()) {
    failure = WatchFailure{
        .kind = progress.events == 0 ? WatchFailureKind::kMalformed : WatchFailureKind::kConnection,
        .message = "a watch ended within a second without a change"};
  }
  // A server without bookmarks is silent on a watch that works.
  const bool worked = progress.began && took_ns >= kVeryShortWatch.count() &&
                      (!failure || failure->kind == WatchFailureKind::kConnection);
  if (worked) log_.Works();
  if (failure) {
    JudgeWatch(*failure, progress);
  } else {
    log_.Works();
  }
  co_return failure;
}

void Reflector::JudgeWatch(const WatchFailure& failure, const WatchProgress& progress) {
  if (ListsAnew(failure.kind)) {
    list_due_ = true;
    log_.WatchBroke(failure);
    return;
  }
  const bool broke_off = failure.kind == WatchFailureKind::kConnection;
  if (progress.events > 0) {
    fruitless_watches_ = 0;
  } else if (!broke_off && ++fruitless_watches_ >= kFruitlessWatchesBeforeList) {
    list_due_ = true;
  }
  if (progress.began && broke_off) {
    log_.WatchBroke(failure);
  } else {
    log_.Failed("watch", failure);
  }
}

awaitable<Reflector::Failure> Reflector::FollowWatch(WatchProgress& progress) {
  const uint64_t renewal = renewals_;
  const auto timeout =
      kMinWatchTimeout +
      std::chrono::seconds(static_cast<int64_t>(environment_.random.Unit() *
                                                static_cast<double>(kMinWatchTimeout.count())));
  const int64_t deadline_ns = environment_.clock.MonotonicNs() +
                              std::chrono::nanoseconds(timeout).count() + kWatchSlack.count();
  absl::StatusOr<std::unique_ptr<ApiStream>> opened =
      co_await environment_.client.Open(MakeWatchRequest(resource_, resource_version_, timeout));
  if (!opened.ok()) co_return FailureOfConnection(opened.status());
  ApiStream& stream = **opened;
  if (stream.head().status != 200) {
    WatchFailure failure = co_await ReadFailure(stream);
    co_return failure;
  }
  progress.began = true;
  open_watch_ = OpenWatch{
      .number = ++watches_, .renewal = renewal, .opened_at_ns = environment_.clock.MonotonicNs()};
  Failure failure = co_await ReadEvents(stream, deadline_ns, progress);
  open_watch_.reset();
  if (!failure) heard_renewal_ = renewal;
  co_return failure;
}

awaitable<Reflector::Failure> Reflector::ReadEvents(ApiStream& stream, int64_t deadline_ns,
                                                    WatchProgress& progress) {
  WatchFrames frames(WireFormatOf(stream.head().Find("content-type")));
  for (;;) {
    open_watch_->heard_at_ns = environment_.clock.MonotonicNs();
    const std::chrono::nanoseconds left(deadline_ns - open_watch_->heard_at_ns);
    if (left <= 0ns) {
      co_return FailureOfConnection(absl::DeadlineExceededError("a watch outlived its timeout"));
    }
    const absl::StatusOr<std::string> chunk = co_await stream.Read(
        std::chrono::ceil<std::chrono::milliseconds>(std::min(left, kLongestSilence)));
    if (!chunk.ok()) co_return FailureOfConnection(chunk.status());
    if (chunk->empty()) break;
    frames.Append(*chunk);
    Failure failure = TakeEvents(frames, progress);
    sink_.EndBatch();
    if (failure) co_return failure;
  }
  if (frames.mid_frame()) {
    co_return FailureOfConnection(absl::DataLossError("a watch was cut off within an event"));
  }
  co_return std::nullopt;
}

Reflector::Failure Reflector::TakeEvents(WatchFrames& frames, WatchProgress& progress) {
  for (;;) {
    const absl::StatusOr<std::optional<WatchEvent>> event = frames.Next();
    if (!event.ok()) return FailureOfBody(event.status());
    if (!event->has_value()) return std::nullopt;
    if (Failure failure = TakeEvent(**event)) return failure;
    if (progress.events++ == 0) log_.Works();
  }
}

Reflector::Failure Reflector::TakeEvent(const WatchEvent& event) {
  if (event.type == WatchEventType::kError) {
    const absl::StatusOr<ApiStatus> status = DecodeApiStatus(event.object);
    return status.ok() ? FailureOfStatus(*status) : FailureOfBody(status.status());
  }
  if (event.type == WatchEventType::kUnknown) return std::nullopt;
  absl::StatusOr<EventPosition> position = DecodeEventPosition(event.object);
  if (!position.ok()) return FailureOfBody(position.status());
  if (event.type != WatchEventType::kBookmark) {
    const absl::Status applied = sink_.Apply(event.type, event.object);
    if (!applied.ok()) log_.Unreadable(1, applied);
  }
  if (!position->resource_version.empty()) {
    resource_version_ = std::move(position->resource_version);
  }
  return std::nullopt;
}

awaitable<void> Reflector::WaitAfter(const WatchFailure& failure) {
  std::chrono::nanoseconds wait = backoff_.Next();
  if (failure.retry_after) {
    const std::chrono::nanoseconds asked =
        std::min<std::chrono::nanoseconds>(*failure.retry_after, kLongestRetryAfter);
    wait = std::max(wait, asked);
  }
  co_await environment_.sleeper.SleepFor(wait);
}

}  // namespace kubegauge::kube
