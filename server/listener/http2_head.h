#pragma once

#include <nghttp2/nghttp2.h>

#include <array>
#include <list>
#include <string>
#include <string_view>

#include "absl/container/inlined_vector.h"
#include "apiservice/http.h"

namespace kubegauge::server {

// The header of an answer as HTTP/2 has it: what HTTP/1.1 says of the connection is left out, the
// length is said where it is known. Refers to `response` and `date`.
class Http2Head {
 public:
  Http2Head(const apiservice::Response& response, std::string_view date);
  Http2Head(const Http2Head&) = delete;
  Http2Head& operator=(const Http2Head&) = delete;

  const nghttp2_nv* data() const { return fields_.data(); }
  size_t size() const { return fields_.size(); }

 private:
  void Add(std::string_view name, std::string_view value);

  absl::InlinedVector<nghttp2_nv, 16> fields_;
  std::array<char, 3> status_;
  std::array<char, 20> length_;
  std::list<std::string> mended_;  // values that had line breaks
};

}  // namespace kubegauge::server
