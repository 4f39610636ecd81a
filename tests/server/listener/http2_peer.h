#pragma once

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apiservice/http.h"

namespace kubegauge::testing {

struct Http2Answer {
  unsigned status = 0;
  bool was_told_to_continue = false;
  apiservice::Headers headers;
  std::string body;
  bool is_closed = false;
  uint32_t error_code = 0;  // why it was closed
};

struct GoAway {
  int32_t last_stream = 0;
  uint32_t error_code = 0;
};

// One frame as on the wire.
std::string RawFrame(uint8_t type, uint8_t flags, int32_t stream, std::string_view payload);

// A client's end of an HTTP/2 connection without its socket.
class Http2Peer {
 public:
  using Fields = std::vector<std::pair<std::string, std::string>>;

  // `window` of each stream; that of the connection is as large as can be. Unless `reads`, it is as
  // small as it may be, and what arrives is not read, and so not given back.
  explicit Http2Peer(uint32_t window = 1 << 20, bool reads = true);

  // Begins a stream; gives its number. With `body`, more of it may follow unless `ends`.
  int32_t Ask(std::string_view path, std::string_view method = "GET", const Fields& fields = {},
              std::optional<std::string> body = std::nullopt, bool ends = true);
  void SendBody(int32_t stream, std::string_view more, bool ends);
  void Reset(int32_t stream, uint32_t error_code = NGHTTP2_CANCEL);
  void OpenWindow(int32_t stream, int32_t bytes);

  // What is to be sent to the server, and what came from it; false: that was no HTTP/2.
  std::string TakeOutput();
  bool Receive(std::string_view bytes);

  const Http2Answer& answer(int32_t stream) { return answers_[stream]; }
  const std::vector<GoAway>& go_aways() const { return go_aways_; }
  uint32_t setting(nghttp2_settings_id id) const;

 private:
  struct Callbacks;
  struct Deleter {
    void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
  };
  struct Body {
    std::string text;
    bool ends = false;
  };

  std::map<int32_t, Http2Answer> answers_;
  std::map<int32_t, std::unique_ptr<Body>> bodies_;
  std::vector<GoAway> go_aways_;
  std::unique_ptr<nghttp2_session, Deleter> session_;
};

}  // namespace kubegauge::testing
