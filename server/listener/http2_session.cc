#include "server/listener/http2_session.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <limits>

#include "server/listener/http2_callbacks.h"
#include "server/listener/http2_head.h"
#include "server/listener/request_checks.h"
#include "server/listener/response_head.h"

namespace kubegauge::server {
using Stage = Http2Stream::Stage;

namespace {

// As upstream's server says them.
constexpr uint32_t kStreamWindowBytes = 256 * 1024;
constexpr int32_t kMaxWindowBytes = std::numeric_limits<int32_t>::max();
// A header of the greatest length in frames of the least, or of somewhat more, each of which goes
// on in two: more of them are a flood.
constexpr size_t kLeastFrameBytes = 16 * 1024;

int32_t ConnectionWindowBytes(const ListenerLimits& limits) {
  return static_cast<int32_t>(
      std::min<uint64_t>(uint64_t{kStreamWindowBytes} * limits.max_streams, kMaxWindowBytes));
}

struct OptionDeleter {
  void operator()(nghttp2_option* option) const { nghttp2_option_del(option); }
};

std::unique_ptr<nghttp2_option, OptionDeleter> NewOption(const ListenerLimits& limits) {
  nghttp2_option* option = nullptr;
  nghttp2_option_new(&option);
  nghttp2_option_set_no_closed_streams(option, 1);
  nghttp2_option_set_max_continuations(option, 2 * (limits.header_bytes / kLeastFrameBytes + 1));
  // Http2Patience is the limit: beyond it, streams that are being served are still answered.
  constexpr uint64_t kUnlimited = 1'000'000'000;
  nghttp2_option_set_stream_reset_rate_limit(option, kUnlimited, kUnlimited);
  // Http2Request takes the spaces off, as Go does.
  nghttp2_option_set_no_rfc9113_leading_and_trailing_ws_validation(option, 1);
  return std::unique_ptr<nghttp2_option, OptionDeleter>(option);
}

}  // namespace

Http2Session::Http2Session(const ListenerLimits& limits, apiservice::ByteBudget& budget,
                           int64_t now_ns)
    : limits_(limits),
      memory_(budget),
      patience_(now_ns),
      now_ns_(now_ns),
      session_(nullptr, nghttp2_session_del) {
  nghttp2_session* session = nullptr;
  nghttp2_session_server_new2(&session, Callbacks::New().get(), this, NewOption(limits).get());
  session_.reset(session);
  const nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_MAX_FRAME_SIZE, Http2HeaderCutter::kMaxFrameBytes},
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.max_streams},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE,
       static_cast<uint32_t>(Http2Request::MaxListBytes(limits))},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamWindowBytes},
      {NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
  };
  nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings, std::size(settings));
  nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0,
                                        ConnectionWindowBytes(limits));
}

Http2Session::~Http2Session() = default;

bool Http2Session::Receive(std::string_view bytes, int64_t now_ns) {
  now_ns_ = now_ns;
  patience_.FillUntil(now_ns);
  bool is_fine = true;
  while (is_fine && !bytes.empty()) {
    const std::string_view piece = cutter_.Next(bytes);
    is_fine =
        nghttp2_session_mem_recv(session_.get(), reinterpret_cast<const uint8_t*>(piece.data()),
                                 piece.size()) >= 0;
  }
  if (patience_.is_worn()) CalmDown();
  return is_fine && !patience_.is_over();
}

bool Http2Session::Send(int64_t now_ns, std::string& out) {
  now_ns_ = now_ns;
  out_ = &out;
  has_searched_in_vain_ = false;
  const bool is_fine = nghttp2_session_send(session_.get()) == 0;
  out_ = nullptr;
  if (answered_ > 0) NoteUnread();
  return is_fine;
}

// nghttp2 does not tell which streams it leaves out because their client has no room.
void Http2Session::NoteUnread() {
  const bool is_room = nghttp2_session_get_remote_window_size(session_.get()) > 0;
  for (const auto& [id, stream] : streams_) {
    if (!stream->is_open || stream->stage != Stage::kAnswered) continue;
    const bool has_room =
        is_room && nghttp2_session_get_stream_remote_window_size(session_.get(), id) > 0;
    SetUnread(*stream, !has_room && !stream->body.awaits_events());
  }
}

void Http2Session::SetUnread(Http2Stream& stream, bool is_unread) {
  // A little room does not end what it owes: OnPartSent does.
  if (is_unread) stream.owed_since_ns = std::min(stream.owed_since_ns, now_ns_);
  if (is_unread == stream.is_unread) return;
  stream.is_unread = is_unread;
  is_unread ? ++unread_ : --unread_;
}

int64_t Http2Session::owed_since_ns() const {
  int64_t since_ns = Http2Stream::kNever;
  for (const auto& [id, stream] : streams_) since_ns = std::min(since_ns, stream->owed_since_ns);
  return since_ns;
}

bool Http2Session::wants_to_send() const { return nghttp2_session_want_write(session_.get()) != 0; }

bool Http2Session::has_said_all() const {
  return nghttp2_session_want_read(session_.get()) == 0 && !wants_to_send();
}

void Http2Session::Open(int32_t id) {
  has_begun_ = true;
  // Streams that are closed but still being served count, too.
  if (streams_.size() >= limits_.max_streams) {
    patience_.OnFruitlessFrame();
    nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, id, NGHTTP2_REFUSED_STREAM);
    return;
  }
  auto stream = std::make_unique<Http2Stream>(id, limits_);
  nghttp2_session_set_stream_user_data(session_.get(), id, stream.get());
  // Bodies take turns, whatever order the client would like best.
  nghttp2_extpri fair{.urgency = NGHTTP2_EXTPRI_DEFAULT_URGENCY, .inc = 1};
  nghttp2_session_change_extpri_stream_priority(session_.get(), id, &fair, 1);
  SetDeadline(*stream, limits_.header_timeout);
  stream->owed_since_ns = now_ns_;
  ++receiving_;
  streams_.emplace(id, std::move(stream));
}

void Http2Session::OnHeaderEnd(Http2Stream& stream, bool is_end) {
  stream.stage = Stage::kBody;
  stream.request.EndHeader();
  if (is_end || stream.request.refusal().has_value()) return Complete(stream);
  SetDeadline(stream, limits_.body_timeout);
  if (!stream.request.expects_continue()) return;
  uint8_t name[] = ":status";
  uint8_t value[] = "100";
  const nghttp2_nv status{name, value, sizeof(name) - 1, sizeof(value) - 1, NGHTTP2_NV_FLAG_NONE};
  nghttp2_submit_headers(session_.get(), NGHTTP2_FLAG_NONE, stream.id, nullptr, &status, 1,
                         nullptr);
}

void Http2Session::Complete(Http2Stream& stream) {
  if (stream.stage != Stage::kBody) return;
  stream.stage = Stage::kServed;
  stream.OwesNothing();
  stream.is_in_hands = true;
  --receiving_;
  requests_.push_back(&stream);
}

void Http2Session::Close(Http2Stream& stream) {
  stream.is_open = false;
  stream.OwesNothing();
  if (stream.stage < Stage::kServed) --receiving_;
  if (stream.stage == Stage::kAnswered) --answered_;
  SetUnread(stream, false);
  if (stream.is_in_hands) {
    closed_.push_back(&stream);
  } else {
    Hold(stream, 0);
    streams_.erase(stream.id);
  }
}

void Http2Session::Release(Http2Stream& stream) {
  stream.is_in_hands = false;
  std::erase(closed_, &stream);
  if (stream.is_open) return;
  Hold(stream, 0);
  streams_.erase(stream.id);
}

void Http2Session::Abandon() {
  std::vector<Http2Stream*> open;
  for (const auto& [id, stream] : streams_) {
    if (stream->is_open) open.push_back(stream.get());
  }
  for (Http2Stream* stream : open) Close(*stream);
}

bool Http2Session::Hold(Http2Stream& stream, size_t bytes) {
  const size_t held = held_bytes_ - stream.held_bytes + bytes;
  if (!memory_.Resize(held > kFreeRequestBytes ? held - kFreeRequestBytes : 0)) return false;
  held_bytes_ = held;
  stream.held_bytes = bytes;
  return true;
}

void Http2Session::HoldRequest(Http2Stream& stream) {
  if (Hold(stream, stream.request.held_bytes())) return;
  stream.request.Refuse(TooBusy());
  Hold(stream, 0);
}

void Http2Session::SetDeadline(Http2Stream& stream, std::chrono::milliseconds allowed) {
  stream.deadline_ns = now_ns_ + std::chrono::nanoseconds(allowed).count();
  earliest_deadline_ns_ = std::min(earliest_deadline_ns_, stream.deadline_ns);
}

void Http2Session::Respond(Http2Stream& stream, apiservice::Response response,
                           std::string_view date, int64_t now_ns) {
  if (!stream.is_open) return;
  now_ns_ = now_ns;
  stream.stage = Stage::kAnswered;
  ++answered_;
  stream.body = Http2Body(std::move(response));
  const apiservice::Response& answer = stream.body.response();
  const Http2Head head(answer, date);
  const bool has_body =
      MayHaveBody(answer.status) && !stream.request.is_head() && !stream.body.is_done();
  nghttp2_data_provider body{.source = {.ptr = &stream}, .read_callback = Callbacks::MakeBody};
  nghttp2_submit_response(session_.get(), stream.id, head.data(), head.size(),
                          has_body ? &body : nullptr);
  if (stream.body.events() == nullptr) SetDeadline(stream, limits_.write_timeout);
}

// The deadline stays that of what was sent last: a body whose next part is long in coming, turn by
// turn, ends halfway.
bool Http2Session::MakePart(Http2Stream& stream) {
  try {
    stream.body.MakePart();
  } catch (const std::exception& e) {
    failures_.push_back(e.what());
    return false;
  }
  return true;
}

void Http2Session::OnPartSent(Http2Stream& stream, size_t bytes) {
  patience_.OnBodySent(bytes);
  if (!stream.body.OnSent(bytes)) return;
  SetDeadline(stream, limits_.write_timeout);
  stream.owed_since_ns = Http2Stream::kNever;
  if (!stream.body.unsent().empty() || !stream.on_part_sent) return;
  stream.deadline_ns = Http2Stream::kNever;  // what comes next is not the client's to speed up
  stream.on_part_sent();
}

void Http2Session::SendPart(Http2Stream& stream, std::string_view part, bool is_last,
                            int64_t now_ns) {
  if (!stream.is_open) return;
  now_ns_ = now_ns;
  stream.body.Add(part, is_last);
  SetDeadline(stream, limits_.write_timeout);
  nghttp2_session_resume_data(session_.get(), stream.id);
}

void Http2Session::ResumeStarved() {
  if (starved_.empty()) return;
  nghttp2_session_resume_data(session_.get(), starved_.front());
  starved_.erase(starved_.begin());
}

void Http2Session::Reset(Http2Stream& stream, uint32_t error_code) {
  if (!stream.is_open) return;
  stream.deadline_ns = Http2Stream::kNever;
  nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream.id, error_code);
}

void Http2Session::BeginShutDown() {
  if (is_shutting_down()) return;
  shut_down_ = ShutDown::kAnnounced;
  nghttp2_submit_shutdown_notice(session_.get());
  nghttp2_submit_ping(session_.get(), NGHTTP2_FLAG_NONE, Callbacks::kShutDownPing);
}

void Http2Session::FinishShutDown() {
  if (shut_down_ == ShutDown::kFinal) return;
  shut_down_ = ShutDown::kFinal;
  nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE,
                        nghttp2_session_get_last_proc_stream_id(session_.get()), NGHTTP2_NO_ERROR,
                        nullptr, 0);
}

void Http2Session::CalmDown() {
  if (shut_down_ == ShutDown::kFinal) return;
  shut_down_ = ShutDown::kFinal;
  nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE,
                        nghttp2_session_get_last_proc_stream_id(session_.get()),
                        NGHTTP2_ENHANCE_YOUR_CALM, nullptr, 0);
}

void Http2Session::Terminate(uint32_t error_code) {
  nghttp2_session_terminate_session(session_.get(), error_code);
}

bool Http2Session::Expire(int64_t now_ns) {
  now_ns_ = now_ns;
  earliest_deadline_ns_ = Http2Stream::kNever;
  for (const auto& [id, stream] : streams_) {
    if (stream->deadline_ns > now_ns) {
      earliest_deadline_ns_ = std::min(earliest_deadline_ns_, stream->deadline_ns);
    } else if (stream->stage == Stage::kHeader) {
      return false;
    } else {
      const bool is_answered = stream->stage == Stage::kAnswered;
      Reset(*stream, is_answered ? NGHTTP2_INTERNAL_ERROR : NGHTTP2_CANCEL);
    }
  }
  return true;
}

}  // namespace kubegauge::server
