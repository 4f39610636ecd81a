#include "autoscaler/error_words.h"

#include <algorithm>

namespace kubegauge::autoscaler {
namespace {

constexpr std::string_view kWord = "{}";

// Takes what stands before the next word off `pattern`, and that word's sign.
std::string_view TakeLiteral(std::string_view& pattern) {
  const std::string_view literal = pattern.substr(0, pattern.find(kWord));
  pattern.remove_prefix(std::min(literal.size() + kWord.size(), pattern.size()));
  return literal;
}

// The size of the word that `text` begins with, before `literal`; 0 for none.
size_t WordSize(std::string_view text, std::string_view literal) {
  const size_t blank = std::min(text.find(' '), text.size());
  if (literal.empty()) return blank;
  const size_t end = text.substr(0, blank + literal.size()).find(literal);
  return end == text.npos ? 0 : end;
}

// The words where `text` begins with the first of them, and `pattern` with what follows it.
std::vector<std::string_view> WordsAt(std::string_view text, std::string_view pattern) {
  std::vector<std::string_view> words;
  for (bool more = true; more;) {
    more = pattern.find(kWord) != pattern.npos;
    const std::string_view literal = TakeLiteral(pattern);
    const size_t size = WordSize(text, literal);
    if (size == 0) return {};
    words.push_back(text.substr(0, size));
    text.remove_prefix(size + literal.size());
  }
  return words;
}

}  // namespace

std::vector<std::string_view> WordsOf(std::string_view text, std::string_view pattern) {
  const std::string_view first = TakeLiteral(pattern);
  for (size_t at = text.find(first); at != text.npos; at = text.find(first, at + 1)) {
    std::vector<std::string_view> words = WordsAt(text.substr(at + first.size()), pattern);
    if (!words.empty()) return words;
  }
  return {};
}

}  // namespace kubegauge::autoscaler
