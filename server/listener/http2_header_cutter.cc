#include "server/listener/http2_header_cutter.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>

namespace kubegauge::server {
namespace {

constexpr size_t kFrameHeadBytes = 9;
constexpr size_t kTypeAt = 3;
constexpr size_t kFlagsAt = 4;
constexpr size_t kStreamAt = 5;
constexpr size_t kPaddingAt = kFrameHeadBytes;

uint8_t ByteAt(std::string_view bytes, size_t at) { return static_cast<uint8_t>(bytes[at]); }

// RFC 9113, 4.1; of at least its 9 bytes.
struct Frame {
  explicit Frame(std::string_view head)
      : length(size_t{ByteAt(head, 0)} << 16 | size_t{ByteAt(head, 1)} << 8 | ByteAt(head, 2)),
        type(ByteAt(head, kTypeAt)),
        flags(ByteAt(head, kFlagsAt)) {}

  bool has(uint8_t flag) const { return (flags & flag) != 0; }
  bool is_padded() const { return type == NGHTTP2_HEADERS && has(NGHTTP2_FLAG_PADDED); }
  bool has_priority() const { return type == NGHTTP2_HEADERS && has(NGHTTP2_FLAG_PRIORITY); }
  // What stands before the block: the length of the padding, and a priority.
  size_t block_at() const { return (is_padded() ? 1 : 0) + (has_priority() ? 5 : 0); }
  bool begins_long_header() const {
    return type == NGHTTP2_HEADERS && length <= Http2HeaderCutter::kMaxFrameBytes &&
           (!has(NGHTTP2_FLAG_END_HEADERS) || length > HpackCutter::kMaxStringBytes);
  }

  size_t length;
  uint8_t type;
  uint8_t flags;
};

}  // namespace

std::string_view Http2HeaderCutter::Next(std::string_view& bytes) {
  rewritten_ = {};
  if (const size_t passed = PassOn(bytes); passed > 0) {
    hpack_ = {};
    const std::string_view piece = bytes.substr(0, passed);
    bytes.remove_prefix(passed);
    return piece;
  }
  if (left_ + padding_left_ > 0) {
    TakePiece(bytes);
  } else {
    TakeHead(bytes);
  }
  return rewritten_;
}

size_t Http2HeaderCutter::PassOn(std::string_view bytes) {
  size_t passed = 0;
  while (passed < bytes.size()) {
    if (passing_ == 0 && !BeginsPlainFrame(bytes.substr(passed))) break;
    const size_t part = std::min(passing_, bytes.size() - passed);
    passing_ -= part;
    passed += part;
  }
  return passed;
}

bool Http2HeaderCutter::BeginsPlainFrame(std::string_view bytes) {
  if (is_in_header_ || !head_.empty() || bytes.size() < kFrameHeadBytes) return false;
  const Frame frame(bytes);
  if (frame.begins_long_header()) return false;
  passing_ = kFrameHeadBytes + frame.length;
  return true;
}

void Http2HeaderCutter::TakeHead(std::string_view& bytes) {
  const auto take_until = [&](size_t size) {
    const size_t part = std::min(size - std::min(size, head_.size()), bytes.size());
    head_.append(bytes, 0, part);
    bytes.remove_prefix(part);
    return head_.size() >= size;
  };
  if (!take_until(kFrameHeadBytes)) return;
  const Frame frame(head_);
  if (take_until(kFrameHeadBytes + std::min(frame.block_at(), frame.length))) BeginFrame();
}

void Http2HeaderCutter::BeginFrame() {
  const Frame frame(head_);
  const bool goes_on =
      is_in_header_ && frame.type == NGHTTP2_CONTINUATION && frame.length <= kMaxFrameBytes;
  if (!goes_on) hpack_ = {};
  const size_t seen = head_.size() - kFrameHeadBytes;
  const size_t padding = frame.is_padded() && seen > 0 ? ByteAt(head_, kPaddingAt) : 0;
  const bool is_broken = frame.block_at() + padding > frame.length;
  is_in_header_ = (goes_on || frame.begins_long_header()) && !is_broken;
  if (!is_in_header_) {
    passing_ = frame.length - seen;
    rewritten_.swap(head_);
    return;
  }
  padding_left_ = padding;
  left_ = frame.length - seen - padding;
  BeginPiece();
  if (left_ + padding_left_ == 0) EndFrame();
}

void Http2HeaderCutter::BeginPiece() {
  const Frame frame(head_);
  piece_left_ = std::min(left_, HpackCutter::kMaxKnown);
  const size_t length = hpack_.KeptOf(piece_left_);
  for (int shift : {16, 8, 0}) rewritten_.push_back(static_cast<char>(length >> shift));
  rewritten_.push_back(static_cast<char>(frame.type));
  const uint8_t kept_flags =
      (frame.type == NGHTTP2_HEADERS ? NGHTTP2_FLAG_END_STREAM : NGHTTP2_FLAG_NONE) |
      (piece_left_ == left_ ? NGHTTP2_FLAG_END_HEADERS : NGHTTP2_FLAG_NONE);
  rewritten_.push_back(static_cast<char>(frame.flags & kept_flags));
  rewritten_.append(head_, kStreamAt, kFrameHeadBytes - kStreamAt);
  head_[kTypeAt] = NGHTTP2_CONTINUATION;  // what follows
}

void Http2HeaderCutter::TakePiece(std::string_view& bytes) {
  const size_t part = std::min(piece_left_, bytes.size());
  hpack_.Cut(bytes.substr(0, part), rewritten_);
  piece_left_ -= part;
  left_ -= part;
  const size_t padding = left_ > 0 ? 0 : std::min(padding_left_, bytes.size() - part);
  padding_left_ -= padding;
  bytes.remove_prefix(part + padding);
  if (left_ + padding_left_ == 0) {
    EndFrame();
  } else if (left_ > 0 && piece_left_ == 0) {
    BeginPiece();
  }
}

void Http2HeaderCutter::EndFrame() {
  is_in_header_ = !Frame(head_).has(NGHTTP2_FLAG_END_HEADERS);
  head_.clear();
}

}  // namespace kubegauge::server
