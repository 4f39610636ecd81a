#include "apiservice/yaml_scalar.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "apiservice/yaml_resolve.h"
#include "kube/utf8.h"

namespace kubegauge::apiservice {
namespace {

constexpr size_t kWidth = 80;
constexpr size_t kMaxSimpleKeyBytes = 128;
constexpr int kIndent = 2;

enum class Style { kPlain, kSingleQuoted, kDoubleQuoted, kLiteral };

bool IsBreak(char32_t c) {
  return c == '\r' || c == '\n' || c == 0x85 || c == 0x2028 || c == 0x2029;
}

bool IsBlank(char32_t c) { return c == ' ' || c == '\t' || c == 0 || IsBreak(c); }

// What go-yaml writes as it is. Nothing beyond the basic plane, such as emoji.
bool IsPrintable(char32_t c) {
  return c == '\n' || (c >= 0x20 && c <= 0x7e) || (c >= 0xa0 && c < 0xd800) ||
         (c >= 0xe000 && c <= 0xfffd && c != 0xfeff);
}

// What of a text decides which styles can show it.
struct Traits {
  bool indicators = false;  // characters that mean something else in a plain scalar
  bool special = false;     // characters that have to be escaped
  bool lines = false;
  bool outer_space = false;  // a space or break at either end
  bool trailing_space = false;
  bool break_space = false;  // a space behind a break
  bool space_break = false;  // a break behind a space
};

bool IsIndicator(char32_t c, bool first, char32_t before, char32_t after) {
  if (first) {
    if (std::u32string_view(U"#,[]{}&*!|>'\"%@`").find(c) != std::u32string_view::npos) return true;
    return (c == '?' || c == ':' || c == '-') && IsBlank(after);
  }
  return (c == ':' && IsBlank(after)) || (c == '#' && IsBlank(before));
}

Traits TraitsOf(std::string_view text) {
  Traits traits;
  traits.indicators = text.starts_with("---") || text.starts_with("...");
  traits.trailing_space = text.ends_with(' ');
  char32_t before = 0;
  for (bool first = true; !text.empty(); first = false) {
    const kube::Rune rune = kube::FirstRune(text);
    const char32_t c = rune.value;
    text.remove_prefix(rune.size);
    const char32_t after = text.empty() ? U'\0' : kube::FirstRune(text).value;
    const bool last = text.empty();
    traits.indicators |= IsIndicator(c, first, before, after);
    traits.special |= !IsPrintable(c);
    traits.lines |= IsBreak(c);
    traits.outer_space |= (c == ' ' || IsBreak(c)) && (first || last);
    traits.break_space |= c == ' ' && !first && IsBreak(before);
    traits.space_break |= IsBreak(c) && !first && before == ' ';
    before = c;
  }
  return traits;
}

Style StyleOf(std::string_view text, bool is_key) {
  const Traits traits = TraitsOf(text);
  const bool only_double = traits.special || traits.space_break;
  if (text.find('\n') != std::string_view::npos) {
    return only_double || traits.trailing_space || is_key ? Style::kDoubleQuoted : Style::kLiteral;
  }
  if (YamlReadsAsOther(text) || only_double || (is_key && traits.lines)) {
    return Style::kDoubleQuoted;
  }
  if (!traits.indicators && !traits.lines && !traits.outer_space) return Style::kPlain;
  return traits.break_space ? Style::kDoubleQuoted : Style::kSingleQuoted;
}

// Counts characters, as the line's width is meant.
size_t ColumnOf(std::string_view out) {
  const size_t line = out.rfind('\n') + 1;
  return static_cast<size_t>(
      std::count_if(out.begin() + static_cast<ptrdiff_t>(line), out.end(),
                    [](char c) { return (static_cast<uint8_t>(c) & 0xc0) != 0x80; }));
}

// Writes the characters of a scalar and breaks the line at single spaces beyond the width.
class Folder {
 public:
  Folder(int indent, bool folds, std::string& out)
      : indent_(indent), folds_(folds), column_(ColumnOf(out)), out_(out) {}

  void Put(std::string_view character) {
    out_.append(character);
    ++column_;
  }
  // Writes a character that breaks the line by itself.
  void Break(std::string_view character) {
    out_.append(character);
    column_ = 0;
  }
  void Indent() {
    out_.append(static_cast<size_t>(indent_), ' ');
    column_ = static_cast<size_t>(indent_);
  }
  // Whether a space was made a break of the line.
  bool FoldAt(bool may_fold, bool after_space) {
    if (!folds_ || !may_fold || after_space || column_ <= kWidth) return false;
    out_.push_back('\n');
    Indent();
    return true;
  }

 private:
  const int indent_;
  const bool folds_;
  size_t column_;
  std::string& out_;
};

void PutPlain(std::string_view text, Folder& folder) {
  bool after_space = false;
  for (size_t i = 0; i < text.size();) {
    const size_t size = kube::FirstRune(text.substr(i)).size;
    const bool space = text[i] == ' ';
    const bool may_fold = space && text.substr(i + 1, 1) != " ";
    if (!space || !folder.FoldAt(may_fold, after_space)) folder.Put(text.substr(i, size));
    after_space = space;
    i += size;
  }
}

void PutSingleQuoted(std::string_view text, Folder& folder) {
  folder.Put("'");
  bool after_space = false;
  bool after_break = false;
  for (size_t i = 0; i < text.size();) {
    const auto [rune, size] = kube::FirstRune(text.substr(i));
    const bool space = rune == ' ';
    const bool may_fold = space && i > 0 && i + 1 < text.size() && text.substr(i + 1, 1) != " ";
    if (after_break && !IsBreak(rune)) folder.Indent();
    if (rune == '\'') folder.Put("'");
    if (IsBreak(rune)) {
      folder.Break(text.substr(i, size));
    } else if (!space || !folder.FoldAt(may_fold, after_space)) {
      folder.Put(text.substr(i, size));
    }
    after_space = space;
    after_break = IsBreak(rune);
    i += size;
  }
  folder.Put("'");
}

std::string Escape(char32_t c) {
  constexpr std::string_view kFrom("\0\a\b\t\n\v\f\r\x1b\"\\", 11);
  constexpr std::string_view kTo = "0abtnvfre\"\\";
  const size_t at = c < 0x80 ? kFrom.find(static_cast<char>(c)) : std::string_view::npos;
  if (at != std::string_view::npos) return {'\\', kTo[at]};
  if (c == 0x85) return "\\N";
  if (c == 0xa0) return "\\_";
  if (c == 0x2028) return "\\L";
  if (c == 0x2029) return "\\P";
  const auto code = static_cast<uint32_t>(c);
  if (code <= 0xff) return fmt::format("\\x{:02X}", code);
  return code <= 0xffff ? fmt::format("\\u{:04X}", code) : fmt::format("\\U{:08X}", code);
}

void PutDoubleQuoted(std::string_view text, Folder& folder) {
  folder.Put("\"");
  bool after_space = false;
  for (size_t i = 0; i < text.size();) {
    const kube::Rune rune = kube::FirstRune(text.substr(i));
    const char32_t c = rune.value;
    const bool space = c == ' ';
    if (!IsPrintable(c) || IsBreak(c) || c == '"' || c == '\\') {
      for (const char part : Escape(c)) folder.Put({&part, 1});
    } else if (space && folder.FoldAt(i > 0 && i + 1 < text.size(), after_space)) {
      if (text[i + 1] == ' ') folder.Put("\\");
    } else {
      folder.Put(text.substr(i, rune.size));
    }
    after_space = space;
    i += rune.size;
  }
  folder.Put("\"");
}

// Leaves out the end of the last line, which the caller writes behind each scalar.
void AppendLiteral(std::string_view text, int indent, std::string& out) {
  out.push_back('|');
  if (text.starts_with(' ') || text.starts_with('\n')) out.push_back('0' + kIndent);
  if (!text.ends_with('\n')) {
    out.push_back('-');
  } else {
    text.remove_suffix(1);
    if (text.empty() || text.ends_with('\n')) out.push_back('+');
  }
  while (true) {
    const size_t end = std::min(text.find('\n'), text.size());
    out.push_back('\n');
    if (end > 0) out.append(static_cast<size_t>(indent), ' ').append(text.substr(0, end));
    if (end == text.size()) return;
    text.remove_prefix(end + 1);
  }
}

// Names, quantities and the like, which need no closer look at their characters: nearly all
// scalars of a list.
bool IsSimple(std::string_view text) {
  constexpr std::string_view kHarmless = "-_./";
  return !text.empty() && absl::ascii_isalnum(text[0]) &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return absl::ascii_isalnum(c) || kHarmless.find(c) != std::string_view::npos;
         });
}

void Append(std::string_view text, int indent, bool is_key, std::string& out) {
  if (IsSimple(text) && !YamlReadsAsOther(text)) {
    out.append(text);
    return;
  }
  const Style style = StyleOf(text, is_key);
  if (style == Style::kLiteral) return AppendLiteral(text, indent, out);
  Folder folder(indent, !is_key, out);
  if (style == Style::kPlain) return PutPlain(text, folder);
  if (style == Style::kSingleQuoted) return PutSingleQuoted(text, folder);
  PutDoubleQuoted(text, folder);
}

}  // namespace

void AppendYamlScalar(std::string_view text, int indent, std::string& out) {
  Append(text, indent, /*is_key=*/false, out);
}

void AppendYamlKey(std::string_view text, int indent, std::string& out) {
  const bool is_simple = text.size() <= kMaxSimpleKeyBytes;
  if (!is_simple) out.append("? ");
  Append(text, indent, /*is_key=*/true, out);
  if (!is_simple) {
    out.push_back('\n');
    out.append(static_cast<size_t>(indent), ' ');
  }
}

}  // namespace kubegauge::apiservice
