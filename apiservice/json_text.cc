#include "apiservice/json_text.h"

#include <array>
#include <cstdint>

#include "kube/utf8.h"

namespace kubegauge::apiservice {
namespace {

constexpr char32_t kLineSeparator = 0x2028;
constexpr char32_t kParagraphSeparator = 0x2029;

char* WriteEscapedAscii(char c, char* out) {
  constexpr char kHex[] = "0123456789abcdef";
  switch (c) {
    case '"':
      return PutText("\\\"", out);
    case '\\':
      return PutText("\\\\", out);
    case '\b':
      return PutText("\\b", out);
    case '\f':
      return PutText("\\f", out);
    case '\n':
      return PutText("\\n", out);
    case '\r':
      return PutText("\\r", out);
    case '\t':
      return PutText("\\t", out);
    default:
      out = PutText("\\u00", out);
      *out++ = kHex[static_cast<uint8_t>(c) >> 4];
      *out++ = kHex[c & 0xf];
      return out;
  }
}

// Of each byte, whether it stands for itself, whatever is around it.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (size_t c = 0x20; c < 0x80; ++c) plain[c] = true;
  for (const unsigned char c : {'"', '\\', '<', '>', '&'}) plain[c] = false;
  return plain;
}();

size_t PlainBytes(std::string_view text) {
  size_t count = 0;
  while (count < text.size() && kPlain[static_cast<uint8_t>(text[count])]) ++count;
  return count;
}

}  // namespace

char* WriteJsonEscaped(std::string_view text, char* out) {
  while (true) {
    const size_t plain = PlainBytes(text);
    out = PutText(text.substr(0, plain), out);
    text.remove_prefix(plain);
    if (text.empty()) return out;
    const kube::Rune rune = kube::FirstRune(text);
    if (rune.size == 1 && rune.value == kube::kReplacementRune) {
      out = PutText("\\ufffd", out);
    } else if (rune.size == 1) {
      out = WriteEscapedAscii(text[0], out);
    } else if (rune.value == kLineSeparator || rune.value == kParagraphSeparator) {
      out = PutText(rune.value == kLineSeparator ? "\\u2028" : "\\u2029", out);
    } else {
      out = PutText(text.substr(0, rune.size), out);
    }
    text.remove_prefix(rune.size);
  }
}

void AppendJsonString(std::string_view text, std::string& out) {
  if (PlainBytes(text) == text.size()) {
    out.push_back('"');
    out.append(text).push_back('"');
    return;
  }
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
