#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <cstdint>
#include <functional>
#include <limits>

#include "server/listener/http2_body.h"
#include "server/listener/http2_request.h"
#include "server/listener/listener_limits.h"

namespace kubegauge::server {

// One request of an HTTP/2 connection and its answer. It is the session's, which has it from the
// first byte of its header until it is closed and, if it was, no longer in the connection's hands:
//
//   kHeader -> kBody     the request is being received, and the client owes the rest
//   kServed              it is in the connection's hands, which takes the request out
//   kAnswered            the body is being sent, and the client may owe room for it
//
// In each the stream may be closed, by either side. The connection itself writes what is said to be
// its own, and the body's once the stream is closed.
struct Http2Stream {
  enum class Stage { kHeader, kBody, kServed, kAnswered };
  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

  Http2Stream(int32_t stream_id, const ListenerLimits& limits) : id(stream_id), request(limits) {}

  const int32_t id;
  Stage stage = Stage::kHeader;
  bool is_open = true;        // neither side has ended it for good
  bool is_in_hands = false;   // of the connection, which says when it needs it no more
  bool has_all_sent = false;  // the client: END_STREAM has come

  Http2Request request;
  size_t held_bytes = 0;  // by the request, of the memory for all
  Http2Body body;

  // What the client owes: by when, and since when it has owed anything. Never: nothing.
  int64_t deadline_ns = kNever;
  int64_t owed_since_ns = kNever;
  bool is_unread = false;  // no room is left for the body
  void OwesNothing() { deadline_ns = owed_since_ns = kNever; }

  // The connection's own.
  std::function<void()> on_part_sent;       // of events
  boost::asio::cancellation_signal cancel;  // of who serves it
};

}  // namespace kubegauge::server
