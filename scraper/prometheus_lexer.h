#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kubegauge::scraper {

enum class PrometheusToken : uint8_t {
  kInvalid,
  kEnd,
  kLineBreak,
  kHelp,  // "# HELP "
  kType,  // "# TYPE "
  kText,  // of a HELP or TYPE line, with the character that separates it from the name
  kComment,
  kMetricName,
  kQuoted,  // a metric's or a label's name in quotes
  kBraceOpen,
  kBraceClose,
  kLabelName,
  kLabelValue,  // with its quotes
  kComma,
  kEqual,
  kValue,
  kTimestamp,
};

// The tokens of the Prometheus text format as the lexer of Prometheus (model/textparse/promlex.l)
// finds them, byte by byte and with all its whims: text ends at a zero byte where a token could
// begin, zero bytes in label values and comments are passed over, label values may span lines, and
// a line break is taken to follow the last byte of the body. Keeps a view of the body.
class PrometheusLexer {
 public:
  // Begins at `position`, where a line begins.
  PrometheusLexer(std::string_view body, size_t position) : body_(body), position_(position) {}

  // The next token that is not white space.
  PrometheusToken Next();

  // The bytes of the last token.
  std::string_view text() const { return Slice(start_); }
  // All bytes from `start` to the end of the last token.
  std::string_view Slice(size_t start) const;
  // The end of the last token.
  size_t position() const { return position_; }

 private:
  enum class State : uint8_t {
    kInit,
    kComment,
    kMetaName,
    kMetaText,
    kLabels,
    kLabelValue,
    kValue,
    kTimestamp,
  };

  PrometheusToken NextOrWhitespace(bool& is_whitespace);
  PrometheusToken LexLineStart();
  PrometheusToken LexComment();
  PrometheusToken LexMetaName();
  PrometheusToken LexMetaText(bool& is_whitespace);
  PrometheusToken LexLabels();
  PrometheusToken LexQuoted(PrometheusToken token, State next);
  PrometheusToken LexValue();
  PrometheusToken LexTimestamp();
  PrometheusToken RestOfComment();
  PrometheusToken Single(PrometheusToken token, State next);

  char Current() const;
  char Advance();
  bool AdvanceOver(std::string_view keyword);
  void AdvanceOverBlanks();

  std::string_view body_;
  size_t start_ = 0;
  size_t position_;
  State state_ = State::kInit;
};

}  // namespace kubegauge::scraper
