#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "apiservice/http.h"

namespace kubegauge::server {

// The body of an answer on its way, part by part: all of it, what its stream makes when the client
// has room (MakePart), or events as they come (Add).
class Http2Body {
 public:
  Http2Body() = default;
  explicit Http2Body(apiservice::Response response)
      : response_(std::move(response)), is_last_(!makes_parts() && events() == nullptr) {}

  const apiservice::Response& response() const { return response_; }
  bool makes_parts() const { return response_.stream != nullptr; }
  apiservice::EventStream* events() const { return response_.events.get(); }

  // What is left of the part; it is the last when no other follows.
  std::string_view unsent() const { return std::string_view(response_.body).substr(sent_); }
  bool is_last() const { return is_last_; }
  bool is_done() const { return is_last_ && unsent().empty(); }
  bool awaits_events() const { return events() != nullptr && !is_last_ && unsent().empty(); }

  // Throws what the stream throws.
  void MakePart() {
    response_.body.clear();
    sent_ = 0;
    is_last_ = !response_.stream->Next(response_.body);
  }
  void Add(std::string_view events, bool is_last) {
    response_.body.erase(0, sent_).append(events);
    sent_ = 0;
    is_last_ = is_last;
  }
  // Whether the client has read on with these so far that it has earned more time.
  bool OnSent(size_t bytes) {
    const size_t progress_before = sent_ / kProgressBytes;
    sent_ += bytes;
    return unsent().empty() || sent_ / kProgressBytes != progress_before;
  }

  static constexpr size_t kProgressBytes = 64 * 1024;

 private:
  apiservice::Response response_;  // its body is the part
  size_t sent_ = 0;                // of that
  bool is_last_ = false;
};

}  // namespace kubegauge::server
