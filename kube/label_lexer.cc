#include "kube/label_lexer.h"

#include <algorithm>

namespace kubegauge::kube {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool IsSymbol(char c) {
  return c == '=' || c == '!' || c == '(' || c == ')' || c == ',' || c == '>' || c == '<';
}

// A zero byte ends a token, and a text whose next token it would begin, as in upstream's lexer.
bool EndsIdentifier(char c) { return IsSymbol(c) || IsBlank(c) || c == '\0'; }

// How many characters come before the first that is `stop`.
template <class Stop>
size_t LengthUntil(std::string_view text, const Stop& stop) {
  return static_cast<size_t>(std::find_if(text.begin(), text.end(), stop) - text.begin());
}

LabelToken SymbolToken(std::string_view symbol) {
  switch (symbol[0]) {
    case '(':
      return LabelToken::kOpenParenthesis;
    case ')':
      return LabelToken::kClosedParenthesis;
    case ',':
      return LabelToken::kComma;
    case '>':
      return LabelToken::kGreaterThan;
    case '<':
      return LabelToken::kLessThan;
    case '!':
      return symbol.size() == 2 ? LabelToken::kNotEquals : LabelToken::kNot;
    default:
      return symbol.size() == 2 ? LabelToken::kDoubleEquals : LabelToken::kEquals;
  }
}

LabelToken WordToken(std::string_view word) {
  if (word == "in") return LabelToken::kIn;
  if (word == "notin") return LabelToken::kNotIn;
  return LabelToken::kIdentifier;
}

}  // namespace

std::vector<LabelLexeme> LexLabelSelector(std::string_view text) {
  std::vector<LabelLexeme> lexemes;
  constexpr size_t kUsually = 16;
  lexemes.reserve(kUsually);
  const auto take = [&text](size_t size) {
    const std::string_view taken = text.substr(0, size);
    text.remove_prefix(taken.size());
    return taken;
  };
  for (;;) {
    take(LengthUntil(text, [](char c) { return !IsBlank(c); }));
    if (text.empty() || text[0] == '\0') break;
    if (IsSymbol(text[0])) {
      const bool is_pair = text.starts_with("==") || text.starts_with("!=");
      const std::string_view symbol = take(is_pair ? 2 : 1);
      lexemes.push_back({SymbolToken(symbol), symbol});
    } else {
      const std::string_view word = take(LengthUntil(text, EndsIdentifier));
      lexemes.push_back({WordToken(word), word});
    }
    if (text.starts_with('\0')) text.remove_prefix(1);
  }
  lexemes.push_back({LabelToken::kEnd, ""});
  return lexemes;
}

}  // namespace kubegauge::kube
