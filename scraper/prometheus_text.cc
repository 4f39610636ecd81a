#include "scraper/prometheus_text.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>

#include "scraper/prometheus_characters.h"
#include "scraper/prometheus_digits.h"
#include "scraper/prometheus_number.h"

namespace kubegauge::scraper {
namespace {

// A label set that the metric before had and this one lacks is passed over, up to so many.
constexpr uint32_t kMaxMissingSets = 3;
// Digits of a timestamp that surely fits.
constexpr ptrdiff_t kMaxTimestampDigits = 18;

bool StartsWith(const char* text, const char* end, std::string_view prefix) {
  return static_cast<size_t>(end - text) >= prefix.size() &&
         std::memcmp(text, prefix.data(), prefix.size()) == 0;
}

// The first '"', '\\' or byte outside ASCII.
const char* FindEndOfPlainValue(const char* text, const char* end) {
  for (; end - text >= 8; text += 8) {
    const uint64_t word = LoadEight(text);
    const uint64_t found =
        ZeroBytes(word ^ EachByte('"')) | ZeroBytes(word ^ EachByte('\\')) | (word & kHighBits);
    if (found != 0) return text + BytesBefore(found);
  }
  while (text != end && *text != '"' && *text != '\\' && static_cast<signed char>(*text) >= 0) {
    ++text;
  }
  return text;
}

// How many bytes two texts have in common before they differ, or fewer by up to seven.
size_t CommonPrefix(const char* a, const char* b, size_t size) {
  size_t common = 0;
  for (; size - common >= 8; common += 8) {
    const uint64_t difference = LoadEight(a + common) ^ LoadEight(b + common);
    if (difference != 0) return common + static_cast<size_t>(std::countr_zero(difference)) / 8;
  }
  return common;
}

// Reads `name="` and returns where the value begins, or null.
const char* ReadLabelName(const char* text, const char* end) {
  if (text == end || !IsLabelNameStart(*text)) return nullptr;
  while (text != end && IsLabelNameCharacter(*text)) ++text;
  return end - text >= 2 && text[0] == '=' && text[1] == '"' ? text + 2 : nullptr;
}

// Reads a value up to the blank or line break that must follow it.
const char* ReadValue(const char* text, const char* end, double& value) {
  const char* stop = ReadShortDecimal(text, end, value);
  if (stop == nullptr) {
    stop = text;
    while (stop != end && IsValueCharacter(*stop)) ++stop;
    const auto parsed = ParsePrometheusFloat(std::string_view(text, stop - text));
    if (!parsed) return nullptr;
    value = *parsed;
  }
  return stop != end && (*stop == ' ' || *stop == '\n') ? stop : nullptr;
}

const char* ReadTimestamp(const char* text, const char* end, int64_t& timestamp_ms) {
  const char* const digits = text;
  uint64_t number = 0;
  text = ReadDigits(text, end, number);
  timestamp_ms = static_cast<int64_t>(number);
  const bool fits = text != digits && text - digits <= kMaxTimestampDigits;
  return fits && text != end && *text == '\n' ? text : nullptr;
}

// The line break of a HELP or TYPE line as kubelets write them. Null for what needs a closer look.
const char* FindEndOfComment(const char* line, const char* end) {
  const auto* const line_break = static_cast<const char*>(std::memchr(line, '\n', end - line));
  if (line_break == nullptr) return nullptr;
  const bool is_help = StartsWith(line, line_break, "# HELP ");
  if (!is_help && !StartsWith(line, line_break, "# TYPE ")) return nullptr;

  const char* text = line + 7;
  if (!IsMetricNameStart(*text)) return nullptr;
  while (IsMetricNameCharacter(*text)) ++text;
  if (*text != ' ') return nullptr;
  const std::string_view rest(text + 1, line_break - text - 1);
  if (!is_help) return rest == "counter" || rest == "gauge" ? line_break : nullptr;
  uint8_t all_bits = 0;
  for (const char c : rest) all_bits |= static_cast<uint8_t>(c);
  return all_bits < 0x80 ? line_break : nullptr;
}

}  // namespace

void PrometheusText::Begin(std::string_view body, const LikelyLabelSets* likely) {
  body_ = body;
  position_ = 0;
  name_ = {};
  label_sets_.clear();
  likely_ = likely;
  likely_sets_ = 0;
  plain_labels_ = {};
  label_set_ = expected_set_ = first_set_before_ = first_set_ = sets_before_ = 0;
}

absl::StatusOr<bool> PrometheusText::Next(PrometheusSample& sample) {
  const char* const end = body_.data() + body_.size();
  for (;;) {
    const char* const line = body_.data() + std::min(position_, body_.size());
    const char* line_break = nullptr;
    if (line != end) {
      const bool is_comment = *line == '#';
      line_break = is_comment ? FindEndOfComment(line, end) : ReadSample(line, sample);
      if (line_break != nullptr) {
        position_ = line_break + 1 - body_.data();
        if (is_comment) continue;
        return true;
      }
    }
    const auto entry = ReadPrometheusEntry(body_, position_, sample);
    if (!entry.ok()) return entry.status();
    if (*entry == PrometheusEntry::kEnd) return false;
    if (*entry == PrometheusEntry::kOther) continue;
    // Without a name before them, labels must hold one, and may not be repeated after a name.
    const bool has_name = !sample.name.empty() && IsMetricNameStart(sample.name[0]);
    if (has_name && !sample.labels.empty()) AddLabelSet(sample.labels);
    return true;
  }
}

// Reads a line with a sample and returns its line break, or null when it is not of the plain form.
inline const char* PrometheusText::ReadSample(const char* line, PrometheusSample& sample) {
  const char* const end = body_.data() + body_.size();
  const char* text = ReadName(line, sample.name);
  if (text == nullptr) return nullptr;
  sample.labels = {};
  if (*text == '{') {
    const bool same_metric = sample.name.data() == name_.data();
    name_ = sample.name;
    text = ReadLabels(text, same_metric, sample.labels);
    if (text == nullptr || text == end) return nullptr;
  }
  if (*text != ' ') return nullptr;
  text = ReadValue(text + 1, end, sample.value);
  sample.timestamp_ms.reset();
  if (text == nullptr || *text == '\n') return text;
  int64_t timestamp_ms;
  text = ReadTimestamp(text + 1, end, timestamp_ms);
  sample.timestamp_ms = timestamp_ms;
  return text;
}

// Reads a metric's name that something follows. The name of the last sample again is given as the
// same bytes of the body.
inline const char* PrometheusText::ReadName(const char* line, std::string_view& name) {
  const char* const end = body_.data() + body_.size();
  if (!name_.empty() && StartsWith(line, end, name_)) {
    const char* const stop = line + name_.size();
    if (stop != end && !IsMetricNameCharacter(*stop)) {
      name = name_;
      return stop;
    }
  }
  if (!IsMetricNameStart(*line)) return nullptr;
  const char* stop = line + 1;
  while (stop != end && IsMetricNameCharacter(*stop)) ++stop;
  name = std::string_view(line, stop - line);
  return stop != end ? stop : nullptr;
}

inline const char* PrometheusText::ReadLabels(const char* brace, bool same_metric,
                                              std::string_view& labels) {
  if (!same_metric) {
    first_set_before_ = first_set_;
    expected_set_ = first_set_before_;
    sets_before_ = label_set_count();
  }
  const char* stop = RepeatedLabels(brace);
  if (stop == nullptr) {
    stop = ReadLikelyLabels(brace);
    if (stop == nullptr) stop = ReadNewLabels(brace);
    if (stop == nullptr) return nullptr;
    AddLabelSet(std::string_view(brace, stop - brace));
  }
  if (!same_metric) first_set_ = label_set_;
  labels = label_sets_[label_set_];
  return stop;
}

// The end of the labels when they are the expected set or one soon after it.
inline const char* PrometheusText::RepeatedLabels(const char* brace) {
  const char* const end = body_.data() + body_.size();
  const uint32_t last = std::min(expected_set_ + kMaxMissingSets + 1, sets_before_);
  for (uint32_t set = expected_set_; set < last; ++set) {
    if (!StartsWith(brace, end, label_sets_[set])) continue;
    label_set_ = set;
    expected_set_ = set + 1;
    return brace + label_sets_[set].size();
  }
  return nullptr;
}

inline const char* PrometheusText::ReadLikelyLabels(const char* brace) {
  if (likely_ == nullptr || likely_sets_ != label_set_count()) return nullptr;
  const char* const end = body_.data() + body_.size();
  const char* const stop = likely_->FindEnd(likely_sets_, brace, end);
  if (stop != nullptr) ++likely_sets_;
  return stop;
}

// Reads `{name="value",…}` where no value has escapes or is more than ASCII. Null for all else.
// What such sets have in common with the one before need not be read again.
const char* PrometheusText::ReadNewLabels(const char* brace) {
  const char* const end = body_.data() + body_.size();
  // Up to the quote that ends the last value.
  const size_t comparable = plain_labels_.empty() ? 0 : plain_labels_.size() - 2;
  const size_t shared =
      CommonPrefix(brace, plain_labels_.data(), std::min<size_t>(comparable, end - brace));
  const char* value;
  const char* text;
  if (shared > plain_value_begin_) {
    value = brace + plain_value_begin_;
    text = brace + shared;
  } else {
    text = value = ReadLabelName(brace + 1, end);
  }
  while (text != nullptr) {
    text = FindEndOfPlainValue(text, end);
    if (end - text < 2 || *text != '"') return nullptr;
    if (text[1] == '}') {
      plain_labels_ = std::string_view(brace, text + 2 - brace);
      plain_value_begin_ = value - brace;
      return text + 2;
    }
    text = value = text[1] == ',' ? ReadLabelName(text + 2, end) : nullptr;
  }
  return nullptr;
}

inline void PrometheusText::AddLabelSet(std::string_view labels) {
  label_set_ = label_set_count();
  label_sets_.push_back(labels);
}

}  // namespace kubegauge::scraper
