#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <string>

#include "apiservice/http.h"
#include "kube/clock.h"
#include "kube/sleeper.h"
#include "server/standalone/objects/object_query.h"
#include "server/standalone/objects/object_view.h"

namespace kubegauge::server {

// What all watches share. Keeps references.
struct ObjectWatchEnvironment {
  const ObjectStore& store;
  const kube::Clock& clock;
  kube::Sleeper& sleeper;
};

// The body of one watch: the present objects as ADDED events where the client asks for that, then
// every change behind the version it knows, in order, until its time is up. An object that comes to
// be selected or no longer is appears as ADDED or DELETED. A client that is too far behind, or that
// knows a version of before this server's start, gets the ERROR event of a 410.
class ObjectWatch final : public apiservice::EventStream {
 public:
  ObjectWatch(const ObjectWatchEnvironment& environment, const ObjectView& view, ObjectQuery query,
              std::chrono::nanoseconds lasts);

  boost::asio::awaitable<bool> Next(std::string& out) override;

 private:
  // Sets out as the options say.
  void Begin(std::string& out);
  // Takes what is new; false when the client is too far behind, with the error in `out`.
  bool Advance(std::string& out);
  void Append(std::string_view type, const Json& object, std::string& out);
  void AppendChange(const Change& change, std::string& out);
  void AppendBookmark(bool ends_initial_events, std::string& out);

  const ObjectWatchEnvironment environment_;
  ObjectView view_;
  const ObjectQuery query_;
  const int64_t end_ns_;  // monotonic
  int64_t bookmark_ns_;
  bool begun_ = false;
  bool has_shown_columns_ = false;
  uint64_t version_ = 0;  // up to which the client knows everything
};

}  // namespace kubegauge::server
