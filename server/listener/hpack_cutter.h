#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kubegauge::server {

// Rewrites a header block of HTTP/2 (RFC 7541) on its way to nghttp2, whose decoder gives up at a
// string of more than 64 KiB: of such a one some bytes without meaning are left. The decoder's
// table stays what the client takes it for: a field with such a string is larger than the whole
// table before and after, so that adding it empties the table either way. Pure; holds nothing back.
class HpackCutter {
 public:
  // Appends what stands for `fragment`, the next of the block.
  void Cut(std::string_view fragment, std::string& out);
  // How many bytes will stand for the next `size`, which are kMaxKnown at most.
  size_t KeptOf(size_t size) const;
  static constexpr size_t kMaxKnown = 16 * 1024;
  bool has_cut() const { return has_cut_; }

  static constexpr size_t kMaxStringBytes = 64 * 1024;

 private:
  enum class Part { kField, kIndex, kNameLength, kValueLength, kLengthDigits, kString };

  char Step(uint8_t byte);
  void BeginField(uint8_t byte);
  void BeginLength(uint8_t byte);
  uint8_t AddLengthDigit(uint8_t byte);
  void EndLength() { next_ = kept_ > 0 ? Part::kString : after_; }
  void TakeString(std::string_view& fragment, std::string& out);
  void Fill(size_t size, std::string& out);

  Part next_ = Part::kField;
  Part after_ = Part::kField;  // the index or the string
  // Of a string.
  bool is_huffman_ = false;
  unsigned shift_ = 0;        // of the next digit of its length
  size_t kept_ = 0;           // bytes still to come, or to stand for some
  size_t left_out_ = 0;       // those after them
  std::string_view opening_;  // of what stands for it
  bool has_cut_ = false;
};

}  // namespace kubegauge::server
