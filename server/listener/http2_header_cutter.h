#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "server/listener/hpack_cutter.h"

namespace kubegauge::server {

// Stands before nghttp2 and lets pass what a client sends, all but the long strings of headers,
// which HpackCutter cuts: so that the stream is refused that sends one, and the others that a proxy
// has on the connection go on. A header that may have one goes on in frames of 16 KiB at most,
// without padding and priorities, whose lengths are known before they have come. Holds back no more
// than the head of a frame.
class Http2HeaderCutter {
 public:
  // Takes some of `bytes`, at least one, and gives what nghttp2 is to read for them, which may be
  // nothing, and is valid until the next call. With the last of a header that was cut it ends.
  std::string_view Next(std::string_view& bytes);
  // Whether a field of the header was cut that the last piece is of.
  bool has_cut() const { return hpack_.has_cut(); }

  // The client is told; more is left to nghttp2 to refuse.
  static constexpr uint32_t kMaxFrameBytes = 256 * 1024;

 private:
  size_t PassOn(std::string_view bytes);
  bool BeginsPlainFrame(std::string_view bytes);
  void TakeHead(std::string_view& bytes);
  void BeginFrame();
  void BeginPiece();
  void TakePiece(std::string_view& bytes);
  void EndFrame();

  size_t passing_ = 24;  // bytes, unseen; first the client's preface
  // Of a frame, as far as it has come: its length, type, flags and stream, and of HEADERS what
  // stands before the block.
  std::string head_;
  // Of a header that may be cut, and its frame.
  bool is_in_header_ = false;
  size_t left_ = 0;        // of the block
  size_t piece_left_ = 0;  // of that, up to where the next head is due
  size_t padding_left_ = 0;
  HpackCutter hpack_;
  std::string rewritten_;
};

}  // namespace kubegauge::server
