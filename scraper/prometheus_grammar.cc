#include "scraper/prometheus_grammar.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <system_error>

#include "absl/status/status.h"
#include "kube/go_quote.h"
#include "scraper/prometheus_lexer.h"
#include "scraper/prometheus_number.h"

namespace kubegauge::scraper {
namespace {

using Token = PrometheusToken;

constexpr size_t kMaxExcerpt = 120;
constexpr std::array<std::string_view, 5> kMetricTypes = {"counter", "gauge", "histogram",
                                                          "summary", "untyped"};

bool IsUtf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

class EntryParser {
 public:
  EntryParser(std::string_view body, size_t position, PrometheusSample& sample)
      : body_(body), start_(position), lexer_(body, position), sample_(sample) {}

  absl::StatusOr<PrometheusEntry> Parse();
  size_t position() const { return lexer_.position(); }

 private:
  absl::StatusOr<PrometheusEntry> ParseMeta(bool is_type);
  absl::StatusOr<PrometheusEntry> ParseSample(Token first);
  absl::Status ParseLabels(bool& has_name);
  absl::Status ParseValue(Token token);
  absl::Status Error(std::string_view problem) const;

  std::string_view body_;
  size_t start_;
  PrometheusLexer lexer_;
  PrometheusSample& sample_;
};

absl::Status EntryParser::Error(std::string_view problem) const {
  const auto line = 1 + std::count(body_.begin(), body_.begin() + start_, '\n');
  const std::string_view rest = body_.substr(start_);
  const std::string_view excerpt = rest.substr(0, std::min(rest.find('\n'), kMaxExcerpt));
  return absl::InvalidArgumentError(
      fmt::format("line {}: {}: {}", line, problem, kube::GoQuote(excerpt)));
}

absl::StatusOr<PrometheusEntry> EntryParser::Parse() {
  switch (const Token token = lexer_.Next()) {
    case Token::kEnd:
      return PrometheusEntry::kEnd;
    case Token::kLineBreak:
      return PrometheusEntry::kOther;
    case Token::kHelp:
    case Token::kType:
      return ParseMeta(token == Token::kType);
    case Token::kComment:
      if (lexer_.Next() != Token::kLineBreak) return Error("expected a line break after a comment");
      return PrometheusEntry::kOther;
    case Token::kBraceOpen:
    case Token::kMetricName:
      return ParseSample(token);
    default:
      return Error("expected a metric or a comment");
  }
}

absl::StatusOr<PrometheusEntry> EntryParser::ParseMeta(bool is_type) {
  if (lexer_.Next() != Token::kMetricName)
    return Error("expected a metric name after HELP or TYPE");
  if (lexer_.Next() != Token::kText) return Error("expected a text after the metric name");
  const std::string_view text = lexer_.text().substr(std::min<size_t>(1, lexer_.text().size()));
  if (is_type && std::find(kMetricTypes.begin(), kMetricTypes.end(), text) == kMetricTypes.end()) {
    return Error("unknown metric type");
  }
  if (!is_type && !IsUtf8(text)) return Error("help text is not UTF-8");
  if (lexer_.Next() != Token::kLineBreak) return Error("expected a line break after metadata");
  return PrometheusEntry::kOther;
}

absl::StatusOr<PrometheusEntry> EntryParser::ParseSample(Token first) {
  bool has_name = first == Token::kMetricName;
  std::string_view series = lexer_.Slice(start_);
  Token token = has_name ? lexer_.Next() : first;
  if (token == Token::kBraceOpen) {
    if (absl::Status status = ParseLabels(has_name); !status.ok()) return status;
    series = lexer_.Slice(start_);
    token = lexer_.Next();
  }
  if (!has_name) return Error("no metric name");
  if (absl::Status status = ParseValue(token); !status.ok()) return status;

  const size_t brace = std::min(series.find('{'), series.size());
  sample_.name = series.substr(0, brace);
  sample_.labels = series.substr(brace);
  return PrometheusEntry::kSample;
}

absl::Status EntryParser::ParseLabels(bool& has_name) {
  Token token = lexer_.Next();
  while (token != Token::kBraceClose) {
    const bool quoted = token == Token::kQuoted;
    if (!quoted && token != Token::kLabelName) return Error("expected a label name");
    token = lexer_.Next();
    if (quoted && (token == Token::kComma || token == Token::kBraceClose)) {
      if (has_name) return Error("a second metric name");
      has_name = true;
      if (token == Token::kComma) token = lexer_.Next();
      continue;
    }
    if (token != Token::kEqual) return Error("expected '=' after a label name");
    if (lexer_.Next() != Token::kLabelValue) return Error("expected a label value in quotes");
    if (!IsUtf8(lexer_.text())) return Error("label value is not UTF-8");
    token = lexer_.Next();
    // The comma may be missing, and one may follow the last label.
    if (token == Token::kComma) token = lexer_.Next();
  }
  return absl::OkStatus();
}

absl::Status EntryParser::ParseValue(Token token) {
  if (token != Token::kValue) return Error("expected a value after the metric");
  const std::optional<double> value = ParsePrometheusFloat(lexer_.text());
  if (!value) return Error("the value is not a number");
  sample_.value = *value;
  sample_.timestamp_ms.reset();
  token = lexer_.Next();
  if (token == Token::kTimestamp) {
    const std::string_view digits = lexer_.text();
    int64_t timestamp_ms = 0;
    // Digits are all that the lexer lets through.
    if (std::from_chars(digits.data(), digits.data() + digits.size(), timestamp_ms).ec !=
        std::errc()) {
      return Error("the timestamp is too large");
    }
    sample_.timestamp_ms = timestamp_ms;
    token = lexer_.Next();
  }
  if (token != Token::kLineBreak) return Error("expected a timestamp or the end of the line");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PrometheusEntry> ReadPrometheusEntry(std::string_view body, size_t& position,
                                                    PrometheusSample& sample) {
  EntryParser parser(body, position, sample);
  absl::StatusOr<PrometheusEntry> entry = parser.Parse();
  position = parser.position();
  return entry;
}

}  // namespace kubegauge::scraper
