#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>

#include "apiservice/http.h"
#include "server/http2_request.h"
#include "server/listener_limits.h"

namespace kubegauge::server {

// One request of an HTTP/2 connection and its answer. All of it is the session's to write but
// on_part_sent and cancel, which are the connection's; between Complete and Respond, and once it is
// closed, the connection takes the request out and the answer back.
struct Http2Stream {
  enum class Stage {
    kHeader,    // of the request, in part
    kBody,      // the same
    kServed,    // the answer is being made
    kAnswered,  // it is being sent
  };
  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

  Http2Stream(int32_t stream_id, const ListenerLimits& limits) : id(stream_id), request(limits) {}

  const int32_t id;
  Stage stage = Stage::kHeader;
  bool is_open = true;        // neither side has ended it for good
  bool is_in_hands = false;   // of the connection, which says when it needs it no more
  bool has_all_sent = false;  // the client: END_STREAM has come
  int64_t deadline_ns = kNever;
  // Since when the client has owed the rest of the request, or room for what is to be sent next.
  int64_t owed_since_ns = kNever;
  bool is_unread = false;  // no room is left

  Http2Request request;
  size_t held_bytes = 0;  // of the memory for requests

  apiservice::Response response;
  std::string part;  // of the body, to be sent next
  size_t part_sent = 0;
  bool is_last_part = false;
  std::function<void()> on_part_sent;  // when set, parts come by Http2Session::SendPart

  boost::asio::cancellation_signal cancel;  // of who serves it
};

}  // namespace kubegauge::server
