#include "kube/label_selector.h"

#include <fmt/format.h>

#include <span>

#include "absl/status/status.h"
#include "kube/go_quote.h"
#include "kube/label_lexer.h"
#include "kube/label_validation.h"

namespace kubegauge::kube {
namespace {

template <typename... Args>
absl::Status SyntaxError(fmt::format_string<Args...> format, Args&&... args) {
  return absl::InvalidArgumentError(fmt::format(format, std::forward<Args>(args)...));
}

// A recursive-descent parser that reads, and complains, in the order of upstream's.
class Parser {
 public:
  explicit Parser(std::span<const LabelLexeme> lexemes) : lexemes_(lexemes) {}

  absl::StatusOr<std::vector<Requirement>> ParseAll();

 private:
  absl::StatusOr<Requirement> ParseRequirement();
  absl::StatusOr<std::string> ParseKey();
  absl::StatusOr<LabelOperator> ParseOperator();
  absl::StatusOr<std::vector<std::string>> ParseValueSet();
  absl::StatusOr<std::vector<std::string>> ParseSetMembers();
  absl::StatusOr<std::vector<std::string>> ParseExactValue();

  // kEnd is never consumed by those who go on reading, so there is always a next lexeme.
  const LabelLexeme& Next() const { return lexemes_[position_]; }
  const LabelLexeme& Consume() { return lexemes_[position_++]; }

  // Words that are operators are identifiers wherever no operator is expected.
  static LabelToken AsValue(const LabelLexeme& lexeme) {
    const bool is_word = lexeme.token == LabelToken::kIn || lexeme.token == LabelToken::kNotIn;
    return is_word ? LabelToken::kIdentifier : lexeme.token;
  }
  bool NextBeginsRequirement() const {
    return AsValue(Next()) == LabelToken::kIdentifier || Next().token == LabelToken::kNot;
  }
  bool NextEndsRequirement() const {
    return Next().token == LabelToken::kEnd || Next().token == LabelToken::kComma;
  }

  std::span<const LabelLexeme> lexemes_;
  size_t position_ = 0;
};

absl::StatusOr<std::vector<Requirement>> Parser::ParseAll() {
  std::vector<Requirement> requirements;
  if (Next().token == LabelToken::kEnd) return requirements;
  if (!NextBeginsRequirement()) {
    return SyntaxError("found '{}', expected: !, identifier, or 'end of string'", Next().text);
  }
  for (;;) {
    absl::StatusOr<Requirement> requirement = ParseRequirement();
    if (!requirement.ok()) {
      return SyntaxError("unable to parse requirement: {}",
                         std::string(requirement.status().message()));
    }
    requirements.push_back(*std::move(requirement));
    const LabelLexeme& separator = Consume();
    if (separator.token == LabelToken::kEnd) return requirements;
    if (separator.token != LabelToken::kComma) {
      return SyntaxError("found '{}', expected: ',' or 'end of string'", separator.text);
    }
    if (!NextBeginsRequirement()) {
      return SyntaxError("found '{}', expected: identifier after ','", Next().text);
    }
  }
}

absl::StatusOr<Requirement> Parser::ParseRequirement() {
  const bool negated = Next().token == LabelToken::kNot;
  if (negated) Consume();
  absl::StatusOr<std::string> key = ParseKey();
  if (!key.ok()) return key.status();
  if (negated) return Requirement::Create(*std::move(key), LabelOperator::kDoesNotExist, {});
  if (NextEndsRequirement()) {
    return Requirement::Create(*std::move(key), LabelOperator::kExists, {});
  }
  const absl::StatusOr<LabelOperator> op = ParseOperator();
  if (!op.ok()) return op.status();
  const bool is_set = *op == LabelOperator::kIn || *op == LabelOperator::kNotIn;
  absl::StatusOr<std::vector<std::string>> values = is_set ? ParseValueSet() : ParseExactValue();
  if (!values.ok()) return values.status();
  std::sort(values->begin(), values->end());
  values->erase(std::unique(values->begin(), values->end()), values->end());
  return Requirement::Create(*std::move(key), *op, *std::move(values));
}

absl::StatusOr<std::string> Parser::ParseKey() {
  const LabelLexeme& lexeme = Next();
  if (AsValue(lexeme) != LabelToken::kIdentifier) {
    return SyntaxError("found '{}', expected: identifier", lexeme.text);
  }
  Consume();
  const std::vector<std::string> faults = LabelKeyFaults(lexeme.text);
  if (!faults.empty()) {
    // Upstream has no field path here, and prints that.
    return SyntaxError("<nil>: Invalid value: {}: {}", GoQuote(lexeme.text),
                       fmt::join(faults, "; "));
  }
  return std::string(lexeme.text);
}

absl::StatusOr<LabelOperator> Parser::ParseOperator() {
  const LabelLexeme& lexeme = Consume();
  switch (lexeme.token) {
    case LabelToken::kIn:
      return LabelOperator::kIn;
    case LabelToken::kNotIn:
      return LabelOperator::kNotIn;
    case LabelToken::kEquals:
      return LabelOperator::kEquals;
    case LabelToken::kDoubleEquals:
      return LabelOperator::kDoubleEquals;
    case LabelToken::kNotEquals:
      return LabelOperator::kNotEquals;
    case LabelToken::kGreaterThan:
      return LabelOperator::kGreaterThan;
    case LabelToken::kLessThan:
      return LabelOperator::kLessThan;
    default:
      return SyntaxError("found '{}', expected: in, notin, =, ==, !=, gt, lt", lexeme.text);
  }
}

absl::StatusOr<std::vector<std::string>> Parser::ParseValueSet() {
  if (Next().token != LabelToken::kOpenParenthesis) {
    return SyntaxError("found '{}' expected: '('", Next().text);
  }
  Consume();
  if (Next().token == LabelToken::kClosedParenthesis) {
    Consume();
    return std::vector<std::string>{""};
  }
  if (AsValue(Next()) != LabelToken::kIdentifier && Next().token != LabelToken::kComma) {
    return SyntaxError("found '{}', expected: ',', ')' or identifier", Next().text);
  }
  return ParseSetMembers();
}

// Up to and with the closing parenthesis. Nothing before, between or behind commas is the empty
// value.
absl::StatusOr<std::vector<std::string>> Parser::ParseSetMembers() {
  std::vector<std::string> members;
  for (;;) {
    const LabelLexeme& lexeme = Next();
    if (AsValue(lexeme) == LabelToken::kIdentifier) {
      Consume();
      members.emplace_back(lexeme.text);
      if (Next().token == LabelToken::kClosedParenthesis) break;
      if (Next().token != LabelToken::kComma) {
        return SyntaxError("found '{}', expected: ',' or ')'", Next().text);
      }
    } else if (lexeme.token == LabelToken::kComma) {
      Consume();
      if (members.empty() || Next().token == LabelToken::kComma) members.emplace_back();
      if (Next().token == LabelToken::kClosedParenthesis) {
        members.emplace_back();
        break;
      }
    } else {
      return SyntaxError("found '{}', expected: ',', or identifier", lexeme.text);
    }
  }
  Consume();
  return members;
}

absl::StatusOr<std::vector<std::string>> Parser::ParseExactValue() {
  if (NextEndsRequirement()) return std::vector<std::string>{""};
  if (AsValue(Next()) != LabelToken::kIdentifier) {
    return SyntaxError("found '{}', expected: identifier", Next().text);
  }
  return std::vector<std::string>{std::string(Consume().text)};
}

}  // namespace

LabelSelector::LabelSelector(std::vector<Requirement> requirements)
    : requirements_(std::move(requirements)) {
  const auto by_key = [](const Requirement& a, const Requirement& b) { return a.key() < b.key(); };
  // Sorting takes memory, and most selectors have one requirement.
  if (std::ranges::is_sorted(requirements_, by_key)) return;
  std::stable_sort(requirements_.begin(), requirements_.end(), by_key);
}

absl::StatusOr<LabelSelector> LabelSelector::Parse(std::string_view text) {
  const std::vector<LabelLexeme> lexemes = LexLabelSelector(text);
  absl::StatusOr<std::vector<Requirement>> requirements = Parser(lexemes).ParseAll();
  if (!requirements.ok()) return requirements.status();
  return LabelSelector(*std::move(requirements));
}

std::string LabelSelector::ToString() const {
  std::string text;
  for (const Requirement& requirement : requirements_) {
    if (!text.empty()) text += ',';
    text += requirement.ToString();
  }
  return text;
}

}  // namespace kubegauge::kube
