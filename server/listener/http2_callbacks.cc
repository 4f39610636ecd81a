#include "server/listener/http2_callbacks.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

namespace kubegauge::server {
using Stage = Http2Stream::Stage;

namespace {

bool IsOfRequest(const nghttp2_frame* frame) {
  return frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST;
}

bool EndsStream(const nghttp2_frame* frame) {
  return (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0 &&
         (frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA);
}

bool IsAckOf(const uint8_t (&ping)[8], const nghttp2_frame* frame) {
  return frame->hd.type == NGHTTP2_PING && (frame->hd.flags & NGHTTP2_FLAG_ACK) != 0 &&
         std::equal(std::begin(ping), std::end(ping), frame->ping.opaque_data);
}

bool BringsSomething(const nghttp2_frame_hd& header) {
  const bool has_end = (header.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  return header.type == NGHTTP2_HEADERS || header.type == NGHTTP2_CONTINUATION ||
         (header.type == NGHTTP2_DATA && (header.length > 0 || has_end));
}

std::string_view ViewOf(const uint8_t* bytes, size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

Http2Session& Http2Session::Callbacks::Self(void* user_data) {
  return *static_cast<Http2Session*>(user_data);
}

Http2Stream* Http2Session::Callbacks::StreamOf(nghttp2_session* session, int32_t id) {
  return static_cast<Http2Stream*>(nghttp2_session_get_stream_user_data(session, id));
}

int Http2Session::Callbacks::OnFrameBegin(nghttp2_session*, const nghttp2_frame_hd* header,
                                          void* user_data) {
  if (!BringsSomething(*header)) Self(user_data).patience_.OnFruitlessFrame();
  return 0;
}

int Http2Session::Callbacks::OnInvalidFrame(nghttp2_session*, const nghttp2_frame*, int,
                                            void* user_data) {
  Self(user_data).patience_.OnFruitlessFrame();
  return 0;
}

int Http2Session::Callbacks::OnHeadersBegin(nghttp2_session*, const nghttp2_frame* frame,
                                            void* user_data) {
  if (IsOfRequest(frame)) Self(user_data).Open(frame->hd.stream_id);
  return 0;
}

int Http2Session::Callbacks::OnField(nghttp2_session* session, const nghttp2_frame* frame,
                                     const uint8_t* name, size_t name_size, const uint8_t* value,
                                     size_t value_size, uint8_t, void* user_data) {
  Http2Stream* stream = StreamOf(session, frame->hd.stream_id);
  if (stream == nullptr) return 0;
  if (!IsOfRequest(frame)) {
    stream->request.AddTrailerField(ViewOf(name, name_size), ViewOf(value, value_size));
  } else {
    stream->request.AddField(ViewOf(name, name_size), ViewOf(value, value_size));
    Self(user_data).HoldRequest(*stream);
  }
  if (stream->request.is_hopeless()) Self(user_data).Terminate(NGHTTP2_ENHANCE_YOUR_CALM);
  return 0;
}

int Http2Session::Callbacks::OnFrame(nghttp2_session* session, const nghttp2_frame* frame,
                                     void* user_data) {
  Http2Session& self = Self(user_data);
  if (self.is_shutting_down() && IsAckOf(kShutDownPing, frame)) self.FinishShutDown();
  Http2Stream* stream = frame->hd.stream_id > 0 ? StreamOf(session, frame->hd.stream_id) : nullptr;
  if (stream == nullptr) return 0;
  if (EndsStream(frame)) stream->has_all_sent = true;
  if (frame->hd.type == NGHTTP2_HEADERS && self.cutter_.has_cut()) stream->request.RefuseField();
  if (IsOfRequest(frame)) {
    self.OnHeaderEnd(*stream, EndsStream(frame));
  } else if (EndsStream(frame)) {
    self.Complete(*stream);
  }
  return 0;
}

int Http2Session::Callbacks::OnBody(nghttp2_session* session, uint8_t, int32_t id,
                                    const uint8_t* data, size_t size, void* user_data) {
  Http2Stream* stream = StreamOf(session, id);
  if (stream == nullptr || stream->stage != Stage::kBody) return 0;
  stream->request.AddBody(ViewOf(data, size));
  Self(user_data).HoldRequest(*stream);
  if (stream->request.refusal().has_value()) Self(user_data).Complete(*stream);
  return 0;
}

int Http2Session::Callbacks::OnStreamClose(nghttp2_session* session, int32_t id, uint32_t,
                                           void* user_data) {
  if (Http2Stream* stream = StreamOf(session, id)) Self(user_data).Close(*stream);
  return 0;
}

ssize_t Http2Session::Callbacks::OnSend(nghttp2_session*, const uint8_t* data, size_t size, int,
                                        void* user_data) {
  std::string& out = *Self(user_data).out_;
  if (out.size() >= kSendBytes) return NGHTTP2_ERR_WOULDBLOCK;
  out.append(ViewOf(data, size));
  return static_cast<ssize_t>(size);
}

ssize_t Http2Session::Callbacks::MakeBody(nghttp2_session*, int32_t, uint8_t*, size_t room,
                                          uint32_t* flags, nghttp2_data_source* source,
                                          void* user_data) {
  Http2Session& self = Self(user_data);
  auto& stream = *static_cast<Http2Stream*>(source->ptr);
  const Http2Body& body = stream.body;
  if (body.unsent().empty() && !body.is_last()) {
    if (!body.makes_parts()) return NGHTTP2_ERR_DEFERRED;  // until SendPart
    // One that looked for long and found nothing is enough for one turn of the thread.
    if (!self.has_searched_in_vain_ && !self.MakePart(stream)) {
      return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
  }
  const size_t left = body.unsent().size();
  if (left == 0 && !body.is_last()) {
    self.has_searched_in_vain_ = true;
    self.starved_.push_back(stream.id);
    return NGHTTP2_ERR_DEFERRED;
  }
  *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
  if (left <= room && body.is_last()) *flags |= NGHTTP2_DATA_FLAG_EOF;
  return static_cast<ssize_t>(std::min(left, room));
}

int Http2Session::Callbacks::OnSendBody(nghttp2_session*, nghttp2_frame*,
                                        const uint8_t* frame_header, size_t size,
                                        nghttp2_data_source* source, void* user_data) {
  std::string& out = *Self(user_data).out_;
  if (out.size() >= kSendBytes) return NGHTTP2_ERR_WOULDBLOCK;
  auto& stream = *static_cast<Http2Stream*>(source->ptr);
  constexpr size_t kFrameHeaderBytes = 9;
  out.append(ViewOf(frame_header, kFrameHeaderBytes));
  out.append(stream.body.unsent().substr(0, size));
  Self(user_data).OnPartSent(stream, size);
  return 0;
}

int Http2Session::Callbacks::OnFrameSent(nghttp2_session* session, const nghttp2_frame* frame,
                                         void* user_data) {
  if (frame->hd.type == NGHTTP2_HEADERS) Self(user_data).patience_.OnAnswer();
  if (!EndsStream(frame)) return 0;
  // The rest of a request that is answered already is of no use.
  const Http2Stream* stream = StreamOf(session, frame->hd.stream_id);
  if (stream != nullptr && !stream->has_all_sent) {
    nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, stream->id, NGHTTP2_NO_ERROR);
  }
  return 0;
}

std::unique_ptr<nghttp2_session_callbacks, Http2Session::Callbacks::Deleter>
Http2Session::Callbacks::New() {
  nghttp2_session_callbacks* all = nullptr;
  nghttp2_session_callbacks_new(&all);
  std::unique_ptr<nghttp2_session_callbacks, Deleter> owner(all);
  nghttp2_session_callbacks_set_on_begin_frame_callback(all, OnFrameBegin);
  nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(all, OnInvalidFrame);
  nghttp2_session_callbacks_set_on_begin_headers_callback(all, OnHeadersBegin);
  nghttp2_session_callbacks_set_on_header_callback(all, OnField);
  nghttp2_session_callbacks_set_on_frame_recv_callback(all, OnFrame);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(all, OnBody);
  nghttp2_session_callbacks_set_on_stream_close_callback(all, OnStreamClose);
  nghttp2_session_callbacks_set_send_callback(all, OnSend);
  nghttp2_session_callbacks_set_send_data_callback(all, OnSendBody);
  nghttp2_session_callbacks_set_on_frame_send_callback(all, OnFrameSent);
  return owner;
}

}  // namespace kubegauge::server
