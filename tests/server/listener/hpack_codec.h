#pragma once

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kubegauge::testing {

using HpackFields = std::vector<std::pair<std::string, std::string>>;

// An encoder that uses every form HPACK has for a field, and knows what its decoder's table holds.
class HpackEncoder {
 public:
  struct Form {
    uint8_t first = 0x40;  // 0x40: added to the table; 0x00: not; 0x10: never
    bool is_huffman = false;
    bool has_indexed_name = false;  // that of the newest entry, or one of those that all know
  };

  // Of a text of ';' and 'X', which Huffman's code has in 8 bits.
  std::string Literal(std::string_view name, std::string_view value, Form form) {
    std::string bytes;
    if (form.has_indexed_name) {
      AppendNumber(bytes, form.first, form.first == 0x40 ? 0x3f : 0x0f, IndexOfName(name));
    } else {
      bytes.push_back(static_cast<char>(form.first));
      AppendString(bytes, name, form.is_huffman);
    }
    AppendString(bytes, value, form.is_huffman);
    if (form.first == 0x40) Add(name, value);
    return bytes;
  }
  // The one added last but `n`.
  std::string Indexed(size_t n) {
    std::string bytes;
    AppendNumber(bytes, 0x80, 0x7f, kFirstDynamic + n);
    return bytes;
  }
  const std::deque<std::pair<std::string, std::string>>& table() const { return table_; }

 private:
  static constexpr size_t kFirstDynamic = 62;
  static constexpr size_t kUserAgent = 58;
  static constexpr size_t kTableBytes = 4096;

  static void AppendNumber(std::string& bytes, uint8_t first, uint8_t most, size_t number) {
    bytes.push_back(static_cast<char>(first | (number < most ? number : most)));
    if (number < most) return;
    for (number -= most; number >= 0x80; number >>= 7) {
      bytes.push_back(static_cast<char>(0x80 | (number & 0x7f)));
    }
    bytes.push_back(static_cast<char>(number));
  }
  static void AppendString(std::string& bytes, std::string_view text, bool is_huffman) {
    AppendNumber(bytes, is_huffman ? 0x80 : 0, 0x7f, text.size());
    for (char c : text) {
      bytes.push_back(!is_huffman ? c : c == ';' ? '\xfb' : '\xfc');
    }
  }
  size_t IndexOfName(std::string_view name) const {
    return !table_.empty() && table_.front().first == name ? kFirstDynamic : kUserAgent;
  }
  void Add(std::string_view name, std::string_view value) {
    const size_t size = name.size() + value.size() + 32;
    while (!table_.empty() && table_bytes_ + size > kTableBytes) {
      table_bytes_ -= table_.back().first.size() + table_.back().second.size() + 32;
      table_.pop_back();
    }
    if (size > kTableBytes) return;
    table_bytes_ += size;
    table_.emplace_front(name, value);
  }

  std::deque<std::pair<std::string, std::string>> table_;
  size_t table_bytes_ = 0;
};

// nghttp2's. Nothing: it gave up.
class HpackDecoder {
 public:
  HpackDecoder() : inflater_(nullptr, nghttp2_hd_inflate_del) {
    nghttp2_hd_inflater* inflater = nullptr;
    nghttp2_hd_inflate_new(&inflater);
    inflater_.reset(inflater);
  }

  std::optional<HpackFields> Decode(std::string_view block) {
    HpackFields fields;
    int flags = 0;
    while ((flags & NGHTTP2_HD_INFLATE_FINAL) == 0) {
      nghttp2_nv field;
      const ssize_t taken =
          nghttp2_hd_inflate_hd2(inflater_.get(), &field, &flags,
                                 reinterpret_cast<const uint8_t*>(block.data()), block.size(), 1);
      if (taken < 0) return std::nullopt;
      block.remove_prefix(static_cast<size_t>(taken));
      if ((flags & NGHTTP2_HD_INFLATE_EMIT) == 0) continue;
      fields.emplace_back(std::string(reinterpret_cast<char*>(field.name), field.namelen),
                          std::string(reinterpret_cast<char*>(field.value), field.valuelen));
    }
    nghttp2_hd_inflate_end_headers(inflater_.get());
    return fields;
  }

 private:
  std::unique_ptr<nghttp2_hd_inflater, void (*)(nghttp2_hd_inflater*)> inflater_;
};

}  // namespace kubegauge::testing
