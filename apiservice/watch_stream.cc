#include "apiservice/watch_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "apiservice/watch_frame.h"

namespace kubegauge::apiservice {
namespace {

constexpr int64_t kBookmarkIntervalNs = 60'000'000'000;

}  // namespace

WatchStream::WatchStream(const WatchEnvironment& environment, const WatchOptions& options,
                         std::unique_ptr<WatchEvents> events, Encoding encoding,
                         std::chrono::nanoseconds lasts)
    : environment_(environment),
      options_(options),
      events_(std::move(events)),
      encoding_(encoding),
      end_ns_(environment.clock.MonotonicNs() + lasts.count()),
      bookmark_ns_(environment.clock.MonotonicNs() + kBookmarkIntervalNs) {}

bool WatchStream::Advance() {
  const SnapshotFeed::State state = environment_.feed.Current();
  if (state.version == version_) return false;
  version_ = state.version;
  events_->MoveTo(state, environment_.clock.WallNs());
  return true;
}

bool WatchStream::Begin(std::string& out) {
  begun_ = true;
  if (options_.sends_initial_events) {
    owes_initial_end_ = options_.marks_initial_end && options_.allows_bookmarks;
    return true;
  }
  const SnapshotFeed::State state = environment_.feed.Current();
  if (options_.resource_version && *options_.resource_version != state.version) {
    AppendWatchError(Expired(fmt::format("too old resource version: {} ({})",
                                         *options_.resource_version, state.version)),
                     encoding_, out);
    return false;
  }
  version_ = state.version;
  events_->StartFrom(state);
  return true;
}

std::chrono::nanoseconds WatchStream::Pause(int64_t now_ns) const {
  int64_t until_ns = end_ns_;
  if (options_.allows_bookmarks) until_ns = std::min(until_ns, bookmark_ns_);
  const std::chrono::nanoseconds rest(std::max<int64_t>(until_ns - now_ns, 0));
  return std::min<std::chrono::nanoseconds>(rest, kSnapshotPollInterval);
}

boost::asio::awaitable<bool> WatchStream::Next(std::string& out) {
  if (!begun_ && !Begin(out)) co_return false;
  const size_t begin = out.size();
  while (true) {
    if (events_->Append(out)) {
      if (out.size() > begin) co_return true;
      // A costly filter passed over many objects: it is others' turn, who may end this, too.
      co_await boost::asio::post(co_await boost::asio::this_coro::executor,
                                 boost::asio::use_awaitable);
      continue;
    }
    if (owes_initial_end_ && version_ != 0) {
      owes_initial_end_ = false;
      events_->AppendBookmark(/*initial_end=*/true, out);
    }
    if (out.size() > begin) co_return true;
    const int64_t now_ns = environment_.clock.MonotonicNs();
    if (now_ns >= end_ns_) co_return false;
    if (Advance()) continue;
    if (options_.allows_bookmarks && now_ns >= bookmark_ns_) {
      bookmark_ns_ = now_ns + kBookmarkIntervalNs;
      events_->AppendBookmark(/*initial_end=*/false, out);
      co_return true;
    }
    co_await environment_.sleeper.SleepFor(Pause(now_ns));
  }
}

}  // namespace kubegauge::apiservice
