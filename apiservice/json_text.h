#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace kubegauge::apiservice {

// Writes `text` as it is; gives the end.
inline char* PutText(std::string_view text, char* out) {
  return std::copy(text.begin(), text.end(), out);
}

// At most this many bytes of JSON come of one byte of text.
inline constexpr size_t kMaxJsonBytesPerByte = 6;

// Writes `text` as the inside of a JSON string, escaped as Go's encoder does: also <, > and &, and
// U+2028/9; broken UTF-8 becomes U+FFFD. Needs room for kMaxJsonBytesPerByte per byte; gives the
// end.
char* WriteJsonEscaped(std::string_view text, char* out);

// Appends `text` as a JSON string with its quotes.
void AppendJsonString(std::string_view text, std::string& out);

// Indents compact JSON by two spaces as Go's json.Indent, part by part, so that a streamed list can
// be indented while it is sent. Does not check what it indents.
class JsonIndenter {
 public:
  // Appends the indented form of `part`, the next bytes of the document, to `out`.
  void Append(std::string_view part, std::string& out);

 private:
  void AppendOutsideString(char c, std::string& out);
  void NewLine(std::string& out) const;

  int depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
  bool just_opened_ = false;  // the last byte opened an object or array that may yet be empty
};

std::string IndentJson(std::string_view json);

}  // namespace kubegauge::apiservice
