#include "scraper/prometheus_labels.h"

#include <algorithm>

#include "scraper/prometheus_characters.h"

namespace kubegauge::scraper {

bool PrometheusLabels::Next(std::string_view& name, std::string_view& value) {
  bool after_equal = false;
  while (position_ < labels_.size()) {
    const char c = labels_[position_];
    if (c == '"') {
      // A name can stand in quotes too.
      (after_equal ? value : name) = ReadQuoted();
      if (after_equal) return true;
    } else if (IsLabelNameStart(c)) {
      name = ReadName();
    } else {
      after_equal = after_equal || c == '=';
      ++position_;
    }
  }
  return false;
}

std::string_view PrometheusLabels::ReadName() {
  const size_t begin = position_;
  while (position_ < labels_.size() && IsLabelNameCharacter(labels_[position_])) ++position_;
  return labels_.substr(begin, position_ - begin);
}

// Reads from a quote to past the one that closes it.
std::string_view PrometheusLabels::ReadQuoted() {
  const size_t begin = ++position_;
  while (position_ < labels_.size() && labels_[position_] != '"') {
    position_ += labels_[position_] == '\\' ? 2 : 1;
  }
  const size_t end = std::min(position_, labels_.size());
  position_ = end + 1;
  return labels_.substr(begin, end - begin);
}

}  // namespace kubegauge::scraper
