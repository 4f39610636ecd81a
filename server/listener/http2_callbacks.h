#pragma once

#include <nghttp2/nghttp2.h>

#include <memory>

#include "server/listener/http2_session.h"

namespace kubegauge::server {

// What nghttp2 calls on behalf of a session. None may throw: the library is C.
struct Http2Session::Callbacks {
  struct Deleter {
    void operator()(nghttp2_session_callbacks* all) const { nghttp2_session_callbacks_del(all); }
  };

  static std::unique_ptr<nghttp2_session_callbacks, Deleter> New();

  static Http2Session& Self(void* user_data);
  // Null for one that was refused.
  static Http2Stream* StreamOf(nghttp2_session* session, int32_t id);
  static int OnFrameBegin(nghttp2_session*, const nghttp2_frame_hd* header, void* user_data);
  static int OnInvalidFrame(nghttp2_session*, const nghttp2_frame*, int, void* user_data);
  static int OnHeadersBegin(nghttp2_session*, const nghttp2_frame* frame, void* user_data);
  static int OnField(nghttp2_session* session, const nghttp2_frame* frame, const uint8_t* name,
                     size_t name_size, const uint8_t* value, size_t value_size, uint8_t,
                     void* user_data);
  static int OnFrame(nghttp2_session* session, const nghttp2_frame* frame, void* user_data);
  static int OnBody(nghttp2_session* session, uint8_t, int32_t id, const uint8_t* data, size_t size,
                    void* user_data);
  static int OnStreamClose(nghttp2_session* session, int32_t id, uint32_t, void* user_data);
  static ssize_t OnSend(nghttp2_session*, const uint8_t* data, size_t size, int, void* user_data);
  static ssize_t MakeBody(nghttp2_session*, int32_t, uint8_t*, size_t room, uint32_t* flags,
                          nghttp2_data_source* source, void* user_data);
  static int OnSendBody(nghttp2_session*, nghttp2_frame*, const uint8_t* frame_header, size_t size,
                        nghttp2_data_source* source, void* user_data);
  static int OnFrameSent(nghttp2_session* session, const nghttp2_frame* frame, void* user_data);

  static constexpr uint8_t kShutDownPing[8] = {'s', 'h', 'u', 't', 'd', 'o', 'w', 'n'};
};

}  // namespace kubegauge::server
