#include "apiservice/json_text.h"

#include <algorithm>
#include <cstdint>

namespace kubegauge::apiservice {
namespace {

constexpr std::string_view kReplacement = "\\ufffd";

// The length of the valid UTF-8 sequence that `text` begins with, 0 when it is broken.
size_t Utf8SequenceLength(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const auto continues = [&](size_t i, uint8_t low, uint8_t high) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return continues(1, 0x80, 0xbf) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const uint8_t low = lead == 0xe0 ? 0xa0 : 0x80;
    const uint8_t high = lead == 0xed ? 0x9f : 0xbf;
    return continues(1, low, high) && continues(2, 0x80, 0xbf) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const uint8_t low = lead == 0xf0 ? 0x90 : 0x80;
    const uint8_t high = lead == 0xf4 ? 0x8f : 0xbf;
    const bool valid =
        continues(1, low, high) && continues(2, 0x80, 0xbf) && continues(3, 0x80, 0xbf);
    return valid ? 4 : 0;
  }
  return 0;
}

char* Put(std::string_view text, char* out) { return std::copy(text.begin(), text.end(), out); }

char* WriteEscapedAscii(char c, char* out) {
  constexpr char kHex[] = "0123456789abcdef";
  switch (c) {
    case '"':
      return Put("\\\"", out);
    case '\\':
      return Put("\\\\", out);
    case '\b':
      return Put("\\b", out);
    case '\f':
      return Put("\\f", out);
    case '\n':
      return Put("\\n", out);
    case '\r':
      return Put("\\r", out);
    case '\t':
      return Put("\\t", out);
    default:
      out = Put("\\u00", out);
      *out++ = kHex[static_cast<uint8_t>(c) >> 4];
      *out++ = kHex[c & 0xf];
      return out;
  }
}

bool NeedsNoEscape(char c) {
  return c >= 0x20 && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&';
}

}  // namespace

char* WriteJsonEscaped(std::string_view text, char* out) {
  while (!text.empty()) {
    const size_t length = Utf8SequenceLength(text);
    const std::string_view sequence = text.substr(0, std::max<size_t>(length, 1));
    if (length == 0) {
      out = Put(kReplacement, out);
    } else if (length == 1 && !NeedsNoEscape(text[0])) {
      out = WriteEscapedAscii(text[0], out);
    } else if (sequence == "\xe2\x80\xa8") {
      out = Put("\\u2028", out);
    } else if (sequence == "\xe2\x80\xa9") {
      out = Put("\\u2029", out);
    } else {
      out = Put(sequence, out);
    }
    text.remove_prefix(sequence.size());
  }
  return out;
}

void AppendJsonString(std::string_view text, std::string& out) {
  const size_t begin = out.size();
  out.resize(begin + text.size() * kMaxJsonBytesPerByte + 2);
  char* end = out.data() + begin;
  *end++ = '"';
  end = WriteJsonEscaped(text, end);
  *end++ = '"';
  out.resize(static_cast<size_t>(end - out.data()));
}

void JsonIndenter::Append(std::string_view part, std::string& out) {
  for (const char c : part) {
    if (!in_string_) {
      AppendOutsideString(c, out);
      continue;
    }
    out.push_back(c);
    if (escaped_) {
      escaped_ = false;
    } else if (c == '\\') {
      escaped_ = true;
    } else if (c == '"') {
      in_string_ = false;
    }
  }
}

void JsonIndenter::AppendOutsideString(char c, std::string& out) {
  if (c == ' ' || c == '\n' || c == '\t' || c == '\r') return;
  const bool closes = c == '}' || c == ']';
  if (closes) {
    --depth_;
    if (!just_opened_) NewLine(out);
  } else if (just_opened_) {
    NewLine(out);
  }
  just_opened_ = c == '{' || c == '[';
  out.push_back(c);
  if (just_opened_) {
    ++depth_;
  } else if (c == ',') {
    NewLine(out);
  } else if (c == ':') {
    out.push_back(' ');
  } else if (c == '"') {
    in_string_ = true;
  }
}

void JsonIndenter::NewLine(std::string& out) const {
  out.push_back('\n');
  out.append(static_cast<size_t>(depth_) * 2, ' ');
}

std::string IndentJson(std::string_view json) {
  std::string indented;
  JsonIndenter().Append(json, indented);
  return indented;
}

}  // namespace kubegauge::apiservice
