#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace kubegauge::server {

// How many frames that ask for nothing and bring nothing a client may send: pings, settings, tiny
// window updates, resets of what it has just asked for. Each takes from a stock that fills again
// with time and with what the client gets, so that one that lives for long or reads much is not
// taken for one that floods. What bodies add knows no limit: their reader's updates come later,
// many at once.
class Http2Patience {
 public:
  explicit Http2Patience(int64_t now_ns) : filled_ns_(now_ns) {}

  void FillUntil(int64_t now_ns) {
    const int64_t due = (now_ns - filled_ns_) / kNsPerFrame;
    if (due <= 0) return;
    filled_ns_ += due * kNsPerFrame;
    Fill(due);
  }
  void OnFruitlessFrame() { --left_; }
  void OnAnswer() { Fill(kFramesPerAnswer); }
  void OnBodySent(size_t bytes) {
    sent_bytes_ += bytes;
    left_ += static_cast<int64_t>(sent_bytes_ / kBytesPerFrame);
    sent_bytes_ %= kBytesPerFrame;
  }

  // Then the client is to be told to calm down; when it floods on, it is cut off.
  bool is_worn() const { return left_ < 0; }
  bool is_over() const { return left_ < -kFull; }

 private:
  static constexpr int64_t kFull = 1000;
  static constexpr int64_t kNsPerFrame = 10'000'000;  // 100 a second
  static constexpr int64_t kFramesPerAnswer = 4;
  static constexpr size_t kBytesPerFrame = 1024;  // two window updates for each 4 KiB read, twice

  void Fill(int64_t frames) { left_ = std::max(left_, std::min(kFull, left_ + frames)); }

  int64_t left_ = kFull;
  size_t sent_bytes_ = 0;  // that have added nothing yet
  int64_t filled_ns_;
};

}  // namespace kubegauge::server
