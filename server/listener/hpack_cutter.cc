#include "server/listener/hpack_cutter.h"

#include <algorithm>

namespace kubegauge::server {
namespace {

constexpr uint8_t kMoreDigits = 0x80;
constexpr unsigned kDigitBits = 7;
// The digit of a length at which it exceeds 64 KiB, and what is made of it then: more than a table
// holds, and than KeptOf is asked about, whatever the digits before it.
constexpr unsigned kCutShift = 14;
constexpr size_t kCutDigit = 1;
static_assert(kCutDigit << kCutShift >= HpackCutter::kMaxKnown);
// A length of more digits is none that a decoder takes.
constexpr unsigned kMaxShift = 28;

// What stands for a string has any length and is fine as a name, "***", or as a value, "/***", be
// it a path; in Huffman's code, where these would not end with a byte, "/00***".
constexpr std::string_view kOpening = "/";
constexpr std::string_view kHuffmanOpening("\x60\x00", 2);
constexpr char kHuffmanStar = '\xf9';

}  // namespace

void HpackCutter::Cut(std::string_view fragment, std::string& out) {
  while (!fragment.empty()) {
    if (next_ == Part::kString) {
      TakeString(fragment, out);
    } else {
      out.push_back(Step(static_cast<uint8_t>(fragment.front())));
      fragment.remove_prefix(1);
    }
  }
}

size_t HpackCutter::KeptOf(size_t size) const {
  return size <= kept_ ? size : size - std::min(size - kept_, left_out_);
}

char HpackCutter::Step(uint8_t byte) {
  switch (next_) {
    case Part::kField:
      BeginField(byte);
      break;
    case Part::kIndex:
      if ((byte & kMoreDigits) == 0) next_ = after_;
      break;
    case Part::kLengthDigits:
      byte = AddLengthDigit(byte);
      break;
    default:
      BeginLength(byte);
  }
  return static_cast<char>(byte);
}

// RFC 7541, 6.
void HpackCutter::BeginField(uint8_t byte) {
  const bool is_indexed = (byte & 0x80) != 0;
  const bool is_added = !is_indexed && (byte & 0x40) != 0;
  const bool is_table_size = !is_indexed && !is_added && (byte & 0x20) != 0;
  const unsigned max_index = is_indexed ? 0x7f : is_added ? 0x3f : is_table_size ? 0x1f : 0x0f;
  const unsigned index = byte & max_index;
  after_ = is_indexed || is_table_size ? Part::kField
           : index == 0                ? Part::kNameLength
                                       : Part::kValueLength;
  next_ = index == max_index ? Part::kIndex : after_;
}

void HpackCutter::BeginLength(uint8_t byte) {
  constexpr uint8_t kMaxLength = 0x7f;
  const bool is_name = next_ == Part::kNameLength;
  after_ = is_name ? Part::kValueLength : Part::kField;
  is_huffman_ = (byte & 0x80) != 0;
  opening_ = is_name ? std::string_view() : is_huffman_ ? kHuffmanOpening : kOpening;
  shift_ = 0;
  kept_ = byte & kMaxLength;
  left_out_ = 0;
  if (kept_ == kMaxLength) {
    next_ = Part::kLengthDigits;
  } else {
    EndLength();
  }
}

uint8_t HpackCutter::AddLengthDigit(uint8_t byte) {
  const uint8_t more = byte & kMoreDigits;
  size_t digit = byte & ~kMoreDigits;
  if (shift_ == kCutShift && kept_ + (digit << shift_) > kMaxStringBytes) {
    left_out_ = (digit - kCutDigit) << shift_;
    digit = kCutDigit;
    has_cut_ = true;
  }
  if (shift_ <= kMaxShift) kept_ += digit << shift_;
  shift_ += kDigitBits;
  if (more == 0) EndLength();
  return static_cast<uint8_t>(more | digit);
}

void HpackCutter::TakeString(std::string_view& fragment, std::string& out) {
  const size_t kept = std::min(kept_, fragment.size());
  if (left_out_ > 0) {
    Fill(kept, out);
  } else {
    out.append(fragment, 0, kept);
  }
  kept_ -= kept;
  const size_t left_out = kept_ > 0 ? 0 : std::min(left_out_, fragment.size() - kept);
  left_out_ -= left_out;
  fragment.remove_prefix(kept + left_out);
  if (kept_ + left_out_ == 0) next_ = after_;
}

void HpackCutter::Fill(size_t size, std::string& out) {
  const size_t opening = std::min(size, opening_.size());
  out.append(opening_, 0, opening);
  opening_.remove_prefix(opening);
  out.append(size - opening, is_huffman_ ? kHuffmanStar : '*');
}

}  // namespace kubegauge::server
