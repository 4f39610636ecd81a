#include "tests/server/listener/http2_peer.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace kubegauge::testing {
namespace {

nghttp2_nv FieldOf(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

}  // namespace

std::string RawFrame(uint8_t type, uint8_t flags, int32_t stream, std::string_view payload) {
  std::string frame;
  for (int shift : {16, 8, 0}) frame.push_back(static_cast<char>(payload.size() >> shift));
  frame.push_back(static_cast<char>(type));
  frame.push_back(static_cast<char>(flags));
  for (int shift : {24, 16, 8, 0}) frame.push_back(static_cast<char>(stream >> shift));
  return frame.append(payload);
}

struct Http2Peer::Callbacks {
  static Http2Peer& Self(void* user_data) { return *static_cast<Http2Peer*>(user_data); }

  static int OnField(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name,
                     size_t name_size, const uint8_t* value, size_t value_size, uint8_t,
                     void* user_data) {
    Http2Answer& answer = Self(user_data).answers_[frame->hd.stream_id];
    const std::string key(reinterpret_cast<const char*>(name), name_size);
    std::string text(reinterpret_cast<const char*>(value), value_size);
    if (key == ":status") {
      answer.was_told_to_continue |= text == "100";
      answer.status = static_cast<unsigned>(std::atoi(text.c_str()));
    } else {
      answer.headers.Add(key, std::move(text));
    }
    return 0;
  }

  static int OnBody(nghttp2_session*, uint8_t, int32_t id, const uint8_t* data, size_t size,
                    void* user_data) {
    Self(user_data).answers_[id].body.append(reinterpret_cast<const char*>(data), size);
    return 0;
  }

  static int OnClose(nghttp2_session*, int32_t id, uint32_t error_code, void* user_data) {
    Self(user_data).answers_[id].is_closed = true;
    Self(user_data).answers_[id].error_code = error_code;
    return 0;
  }

  static int OnFrame(nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
    if (frame->hd.type == NGHTTP2_GOAWAY) {
      Self(user_data).go_aways_.push_back({frame->goaway.last_stream_id, frame->goaway.error_code});
    }
    return 0;
  }

  static ssize_t MakeBody(nghttp2_session*, int32_t, uint8_t* out, size_t room, uint32_t* flags,
                          nghttp2_data_source* source, void*) {
    auto& body = *static_cast<Body*>(source->ptr);
    const size_t size = std::min(room, body.text.size());
    std::memcpy(out, body.text.data(), size);
    body.text.erase(0, size);
    if (body.text.empty() && body.ends) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return size == 0 && !body.ends ? ssize_t{NGHTTP2_ERR_DEFERRED} : static_cast<ssize_t>(size);
  }
};

Http2Peer::Http2Peer(uint32_t window, bool reads) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, Callbacks::OnField);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, Callbacks::OnBody);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, Callbacks::OnClose);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, Callbacks::OnFrame);
  nghttp2_option* option = nullptr;
  nghttp2_option_new(&option);
  nghttp2_option_set_no_auto_window_update(option, reads ? 0 : 1);
  nghttp2_option_set_max_send_header_block_length(option, 16 << 20);
  nghttp2_session* session = nullptr;
  nghttp2_session_client_new2(&session, callbacks, this, option);
  nghttp2_option_del(option);
  nghttp2_session_callbacks_del(callbacks);
  session_.reset(session);
  const nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window}};
  nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings, 1);
  if (reads) nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, 1 << 30);
}

int32_t Http2Peer::Ask(std::string_view path, std::string_view method, const Fields& fields,
                       std::optional<std::string> body, bool ends) {
  std::vector<nghttp2_nv> header = {FieldOf(":method", method), FieldOf(":scheme", "https"),
                                    FieldOf(":path", path), FieldOf(":authority", "h")};
  for (const auto& [name, value] : fields) header.push_back(FieldOf(name, value));
  nghttp2_data_provider provider{};
  std::unique_ptr<Body> owned;
  if (body.has_value()) {
    owned = std::make_unique<Body>(Body{.text = *std::move(body), .ends = ends});
    provider = {.source = {.ptr = owned.get()}, .read_callback = Callbacks::MakeBody};
  }
  const int32_t id = nghttp2_submit_request(session_.get(), nullptr, header.data(), header.size(),
                                            owned ? &provider : nullptr, nullptr);
  bodies_[id] = std::move(owned);
  return id;
}

void Http2Peer::SendBody(int32_t stream, std::string_view more, bool ends) {
  bodies_[stream]->text.append(more);
  bodies_[stream]->ends = ends;
  nghttp2_session_resume_data(session_.get(), stream);
}

void Http2Peer::Reset(int32_t stream, uint32_t error_code) {
  nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream, error_code);
}

void Http2Peer::OpenWindow(int32_t stream, int32_t bytes) {
  nghttp2_submit_window_update(session_.get(), NGHTTP2_FLAG_NONE, stream, bytes);
}

std::string Http2Peer::TakeOutput() {
  std::string output;
  const uint8_t* part = nullptr;
  while (const ssize_t size = nghttp2_session_mem_send(session_.get(), &part)) {
    if (size < 0) break;
    output.append(reinterpret_cast<const char*>(part), static_cast<size_t>(size));
  }
  return output;
}

bool Http2Peer::Receive(std::string_view bytes) {
  return nghttp2_session_mem_recv(session_.get(), reinterpret_cast<const uint8_t*>(bytes.data()),
                                  bytes.size()) >= 0;
}

uint32_t Http2Peer::setting(nghttp2_settings_id id) const {
  return nghttp2_session_get_remote_settings(session_.get(), id);
}

}  // namespace kubegauge::testing
