#include "server/standalone/objects/object_watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "apiservice/watch_frame.h"

namespace kubegauge::server {
namespace {

constexpr int64_t kBookmarkIntervalNs = 60'000'000'000;
// How often a watch looks for changes: one atomic load each.
constexpr std::chrono::milliseconds kPollInterval(20);

}  // namespace

ObjectWatch::ObjectWatch(const ObjectWatchEnvironment& environment, const ObjectView& view,
                         ObjectQuery query, std::chrono::nanoseconds lasts)
    : environment_(environment),
      view_(view),
      query_(std::move(query)),
      end_ns_(environment.clock.MonotonicNs() + lasts.count()),
      bookmark_ns_(environment.clock.MonotonicNs() + kBookmarkIntervalNs) {}

void ObjectWatch::Append(std::string_view type, const Json& object, std::string& out) {
  view_.now_ns = environment_.clock.WallNs();
  const bool shows_columns = !std::exchange(has_shown_columns_, true);
  apiservice::AppendWatchEvent(type, JsonText(ViewObject(view_, object, shows_columns)),
                               apiservice::Encoding::kJson, out);
}

void ObjectWatch::AppendBookmark(bool ends_initial_events, std::string& out) {
  apiservice::AppendWatchEvent("BOOKMARK",
                               JsonText(ViewBookmark(view_, version_, ends_initial_events)),
                               apiservice::Encoding::kJson, out);
}

void ObjectWatch::AppendChange(const Change& change, std::string& out) {
  const auto matches = [&](const Json& state) {
    return query_.Matches(view_.resource, view_.version, change.object, state);
  };
  const bool is = change.type != ChangeType::kDeleted && matches(*change.object.json);
  const bool was = change.previous != nullptr && matches(*change.previous);
  if (is && was) {
    Append("MODIFIED", *change.object.json, out);
  } else if (is) {
    Append("ADDED", *change.object.json, out);
  } else if (was) {
    // The last state that was selected, with the version of the change.
    Json last = *change.previous;
    last["metadata"]["resourceVersion"] = fmt::format("{}", change.object.version);
    Append("DELETED", last, out);
  }
}

void ObjectWatch::Begin(std::string& out) {
  begun_ = true;
  if (!query_.watch.sends_initial_events) {
    version_ = query_.watch.resource_version.value_or(environment_.store.version());
    return;
  }
  const ObjectStore::Listing listing =
      environment_.store.List(view_.resource, query_.namespace_name);
  version_ = listing.version;
  for (const StoredObject& object : listing.objects) {
    if (query_.Matches(view_.resource, view_.version, object, *object.json)) {
      Append("ADDED", *object.json, out);
    }
  }
  if (query_.watch.marks_initial_end && query_.watch.allows_bookmarks) {
    AppendBookmark(/*ends_initial_events=*/true, out);
  }
}

bool ObjectWatch::Advance(std::string& out) {
  if (environment_.store.version() == version_) return true;
  const auto changes = environment_.store.ChangesSince(version_, view_.resource);
  if (!changes) {
    const std::string message =
        fmt::format("too old resource version: {} ({})", version_, environment_.store.version());
    apiservice::AppendWatchError(apiservice::Expired(message), apiservice::Encoding::kJson, out);
    return false;
  }
  version_ = changes->version;
  for (const Change& change : changes->changes) AppendChange(change, out);
  return true;
}

boost::asio::awaitable<bool> ObjectWatch::Next(std::string& out) {
  const size_t begin = out.size();
  if (!begun_) Begin(out);
  while (true) {
    if (!Advance(out)) co_return false;
    if (out.size() > begin) co_return true;
    const int64_t now_ns = environment_.clock.MonotonicNs();
    if (now_ns >= end_ns_) co_return false;
    if (query_.watch.allows_bookmarks && now_ns >= bookmark_ns_) {
      bookmark_ns_ = now_ns + kBookmarkIntervalNs;
      AppendBookmark(/*ends_initial_events=*/false, out);
      co_return true;
    }
    co_await environment_.sleeper.SleepFor(std::min<std::chrono::nanoseconds>(
        kPollInterval, std::chrono::nanoseconds(end_ns_ - now_ns)));
  }
}

}  // namespace kubegauge::server
