#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apiservice/byte_budget.h"
#include "apiservice/http.h"
#include "server/listener/http2_header_cutter.h"
#include "server/listener/http2_patience.h"
#include "server/listener/http2_stream.h"
#include "server/listener/listener_limits.h"

struct nghttp2_session;

namespace kubegauge::server {

// The server's end of one HTTP/2 connection without its socket: bytes in, requests out; answers in,
// bytes out. What one stream does costs that stream; what only the peer itself can do wrong, such
// as a flood, costs the connection. Not thread-safe. Times: kube::Clock::MonotonicNs.
class Http2Session {
 public:
  // Keeps references.
  Http2Session(const ListenerLimits& limits, apiservice::ByteBudget& budget, int64_t now_ns);
  ~Http2Session();
  Http2Session(const Http2Session&) = delete;

  // Takes what the client has sent. False: it is not worth an answer.
  bool Receive(std::string_view bytes, int64_t now_ns);
  // Appends what is to be sent to `out`, up to about kSendBytes, and makes parts of streamed bodies
  // when the client has room for them. False: it cannot go on.
  bool Send(int64_t now_ns, std::string& out);
  static constexpr size_t kSendBytes = 64 * 1024;
  bool wants_to_send() const;
  // Neither side has anything more to say; what Send gave last may still have to be written.
  bool has_said_all() const;

  // Streams whose request is complete or refused, since the last call: in the caller's hands until
  // Release, to be answered. Some may be closed already.
  std::vector<Http2Stream*> TakeRequests() { return std::exchange(requests_, {}); }
  // Those in the caller's hands that closed since the last call.
  std::vector<Http2Stream*> TakeClosed() { return std::exchange(closed_, {}); }
  std::vector<std::string> TakeFailures() { return std::exchange(failures_, {}); }  // of bodies

  void Respond(Http2Stream& stream, apiservice::Response response, std::string_view date,
               int64_t now_ns);
  // Of a body of events; on_part_sent is called when it has been sent.
  void SendPart(Http2Stream& stream, std::string_view part, bool is_last, int64_t now_ns);
  void Reset(Http2Stream& stream, uint32_t error_code);
  void ForgetRequest(Http2Stream& stream) { Hold(stream, 0); }  // it is needed no more
  void Release(Http2Stream& stream);
  void Abandon();  // the connection is gone: closes all streams

  // Bodies wait because one had nothing to send when it was its turn: the next has its own.
  bool has_starved() const { return !starved_.empty(); }
  void ResumeStarved();

  // Tells the client to go elsewhere with what it has not yet asked for: once it must have read
  // that, which a ping shows, the streams that it has begun are the last.
  void BeginShutDown();
  void FinishShutDown();  // without waiting for the ping
  bool is_shutting_down() const { return shut_down_ != ShutDown::kNo; }
  bool is_flooded() const { return patience_.is_worn(); }  // and the client told to go elsewhere
  void Terminate(uint32_t error_code);                     // one of RFC 9113, 7
  // Resets the streams whose time is up. False: what is late is the client's own, the rest of a
  // header, and it cannot say anything else before that.
  bool Expire(int64_t now_ns);
  int64_t earliest_deadline_ns() const { return earliest_deadline_ns_; }  // or before it
  size_t streams() const { return streams_.size(); }
  // Those whose client owes the rest of the request, or room for the answer; since when the first.
  size_t owed() const { return receiving_ + unread_; }
  int64_t owed_since_ns() const;
  bool has_begun() const { return has_begun_; }  // any stream

 private:
  struct Callbacks;
  enum class ShutDown { kNo, kAnnounced, kFinal };

  void Open(int32_t id);
  void OnHeaderEnd(Http2Stream& stream, bool is_end);
  void Complete(Http2Stream& stream);
  void Close(Http2Stream& stream);
  // What the request holds is `bytes` now; false when there is no room for that.
  bool Hold(Http2Stream& stream, size_t bytes);
  void HoldRequest(Http2Stream& stream);
  void SetDeadline(Http2Stream& stream, std::chrono::milliseconds allowed);
  bool MakePart(Http2Stream& stream);
  void OnPartSent(Http2Stream& stream, size_t bytes);
  void NoteUnread();
  void SetUnread(Http2Stream& stream, bool is_unread);
  void CalmDown();

  const ListenerLimits& limits_;
  apiservice::BudgetShare memory_;
  size_t held_bytes_ = 0;  // by all requests
  boost::unordered_flat_map<int32_t, std::unique_ptr<Http2Stream>> streams_;
  std::vector<Http2Stream*> requests_;
  std::vector<Http2Stream*> closed_;
  std::vector<std::string> failures_;
  std::vector<int32_t> starved_;       // the first has waited the longest
  bool has_searched_in_vain_ = false;  // for a part, in this Send
  size_t receiving_ = 0;
  size_t answered_ = 0;
  size_t unread_ = 0;
  bool has_begun_ = false;
  ShutDown shut_down_ = ShutDown::kNo;
  Http2Patience patience_;
  int64_t now_ns_;
  int64_t earliest_deadline_ns_ = Http2Stream::kNever;
  std::string* out_ = nullptr;  // during Send
  Http2HeaderCutter cutter_;
  std::unique_ptr<nghttp2_session, void (*)(nghttp2_session*)> session_;
};

}  // namespace kubegauge::server
