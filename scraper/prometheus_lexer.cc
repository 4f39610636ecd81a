#include "scraper/prometheus_lexer.h"

#include <algorithm>

#include "scraper/prometheus_characters.h"

namespace kubegauge::scraper {

std::string_view PrometheusLexer::Slice(size_t start) const {
  const size_t end = std::min(position_, body_.size());
  return body_.substr(std::min(start, end), end - std::min(start, end));
}

char PrometheusLexer::Current() const {
  if (position_ < body_.size()) return body_[position_];
  return position_ == body_.size() ? '\n' : '\0';
}

char PrometheusLexer::Advance() {
  ++position_;
  if (state_ == State::kLabelValue || state_ == State::kMetaText || state_ == State::kComment) {
    while (position_ < body_.size() && body_[position_] == '\0') ++position_;
  }
  return Current();
}

void PrometheusLexer::AdvanceOverBlanks() {
  while (IsBlank(Current())) Advance();
}

// Stops at the first character that differs.
bool PrometheusLexer::AdvanceOver(std::string_view keyword) {
  for (const char c : keyword) {
    if (Current() != c) return false;
    Advance();
  }
  return true;
}

PrometheusToken PrometheusLexer::Single(PrometheusToken token, State next) {
  Advance();
  state_ = next;
  return token;
}

PrometheusToken PrometheusLexer::Next() {
  bool is_whitespace;
  PrometheusToken token;
  do {
    is_whitespace = false;
    token = NextOrWhitespace(is_whitespace);
  } while (is_whitespace);
  return token;
}

PrometheusToken PrometheusLexer::NextOrWhitespace(bool& is_whitespace) {
  start_ = position_;
  if (position_ > body_.size()) return PrometheusToken::kEnd;
  if (state_ == State::kMetaText) return LexMetaText(is_whitespace);
  if (IsBlank(Current())) {
    AdvanceOverBlanks();
    is_whitespace = true;
    return PrometheusToken::kInvalid;
  }
  switch (state_) {
    case State::kInit:
      return LexLineStart();
    case State::kMetaName:
      return LexMetaName();
    case State::kLabels:
      return LexLabels();
    case State::kLabelValue:
      return Current() == '"' ? LexQuoted(PrometheusToken::kLabelValue, State::kLabels)
                              : PrometheusToken::kInvalid;
    case State::kValue:
      return LexValue();
    case State::kTimestamp:
      return LexTimestamp();
    case State::kComment:
    case State::kMetaText:
      break;
  }
  return PrometheusToken::kInvalid;
}

PrometheusToken PrometheusLexer::LexLineStart() {
  const char c = Current();
  if (c == '#') return LexComment();
  if (c == '\n') return Single(PrometheusToken::kLineBreak, State::kInit);
  if (c == '\0') return PrometheusToken::kEnd;
  if (c == '{') return Single(PrometheusToken::kBraceOpen, State::kLabels);
  if (!IsMetricNameStart(c)) return PrometheusToken::kInvalid;
  while (IsMetricNameCharacter(Advance())) {
  }
  state_ = State::kValue;
  return PrometheusToken::kMetricName;
}

PrometheusToken PrometheusLexer::LexComment() {
  if (!IsBlank(Advance())) return RestOfComment();
  AdvanceOverBlanks();
  state_ = State::kComment;
  const bool is_help = Current() == 'H';
  if (!AdvanceOver(is_help ? "HELP" : "TYPE") || !IsBlank(Current())) return RestOfComment();
  AdvanceOverBlanks();
  state_ = State::kMetaName;
  return is_help ? PrometheusToken::kHelp : PrometheusToken::kType;
}

PrometheusToken PrometheusLexer::RestOfComment() {
  char c = Current();
  while (c != '\n') {
    if (c == '\0') return PrometheusToken::kEnd;
    c = Advance();
  }
  state_ = State::kInit;
  return PrometheusToken::kComment;
}

PrometheusToken PrometheusLexer::LexMetaName() {
  if (Current() == '"') return LexQuoted(PrometheusToken::kMetricName, State::kMetaText);
  if (!IsMetricNameStart(Current())) return PrometheusToken::kInvalid;
  while (IsMetricNameCharacter(Advance())) {
  }
  state_ = State::kMetaText;
  return PrometheusToken::kMetricName;
}

PrometheusToken PrometheusLexer::LexMetaText(bool& is_whitespace) {
  const auto at_end = [this] { return Current() == '\0' || Current() == '\n'; };
  if (IsBlank(Current())) {
    AdvanceOverBlanks();
    is_whitespace = at_end();
    if (is_whitespace) return PrometheusToken::kInvalid;
  }
  while (!at_end()) Advance();
  state_ = State::kInit;
  return PrometheusToken::kText;
}

PrometheusToken PrometheusLexer::LexLabels() {
  switch (const char c = Current()) {
    case '"':
      return LexQuoted(PrometheusToken::kQuoted, State::kLabels);
    case ',':
      return Single(PrometheusToken::kComma, State::kLabels);
    case '=':
      return Single(PrometheusToken::kEqual, State::kLabelValue);
    case '}':
      return Single(PrometheusToken::kBraceClose, State::kValue);
    default:
      if (!IsLabelNameStart(c)) return PrometheusToken::kInvalid;
      while (IsLabelNameCharacter(Advance())) {
      }
      return PrometheusToken::kLabelName;
  }
}

PrometheusToken PrometheusLexer::LexQuoted(PrometheusToken token, State next) {
  for (;;) {
    char c = Advance();
    if (c == '"') return Single(token, next);
    if (c == '\\') {
      c = Advance();
      if (c == '\n') return PrometheusToken::kInvalid;
    }
    if (c == '\0') return PrometheusToken::kInvalid;
  }
}

PrometheusToken PrometheusLexer::LexValue() {
  if (Current() == '{') return Single(PrometheusToken::kBraceOpen, State::kLabels);
  if (!IsValueCharacter(Current())) return PrometheusToken::kInvalid;
  while (IsValueCharacter(Advance())) {
  }
  state_ = State::kTimestamp;
  return PrometheusToken::kValue;
}

PrometheusToken PrometheusLexer::LexTimestamp() {
  if (Current() == '\n') return Single(PrometheusToken::kLineBreak, State::kInit);
  if (!IsDigit(Current())) return PrometheusToken::kInvalid;
  while (IsDigit(Advance())) {
  }
  return PrometheusToken::kTimestamp;
}

}  // namespace kubegauge::scraper
