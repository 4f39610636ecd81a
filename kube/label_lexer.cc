#include "kube/label_lexer.h"

namespace kubegauge::kube {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kSymbols = "=!(),><";
// A zero byte ends a token, and a text whose next token it would begin, as in upstream's lexer.
constexpr std::string_view kEndsOfIdentifier{"=!(),>< \t\r\n\0", 12};

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
  const auto take = [&text](size_t size) {
    std::string taken(text.substr(0, size));
    text.remove_prefix(taken.size());
    return taken;
  };
  for (;;) {
    take(text.find_first_not_of(kBlanks));
    if (text.empty() || text[0] == '\0') break;
    if (kSymbols.find(text[0]) != std::string_view::npos) {
      const bool is_pair = text.starts_with("==") || text.starts_with("!=");
      std::string symbol = take(is_pair ? 2 : 1);
      const LabelToken token = SymbolToken(symbol);
      lexemes.push_back({token, std::move(symbol)});
    } else {
      std::string word = take(text.find_first_of(kEndsOfIdentifier));
      const LabelToken token = WordToken(word);
      lexemes.push_back({token, std::move(word)});
    }
    if (text.starts_with('\0')) text.remove_prefix(1);
  }
  lexemes.push_back({LabelToken::kEnd, ""});
  return lexemes;
}

}  // namespace kubegauge::kube
