#pragma once

#include <cstddef>
#include <string_view>

namespace kubegauge::scraper {

// Walks over the labels of a sample that was read without error. Values are as written: escapes
// stay.
class PrometheusLabels {
 public:
  // `labels` is PrometheusSample::labels.
  explicit PrometheusLabels(std::string_view labels) : labels_(labels) {}

  // False after the last label.
  bool Next(std::string_view& name, std::string_view& value);

 private:
  std::string_view ReadName();
  std::string_view ReadQuoted();

  std::string_view labels_;
  size_t position_ = 0;
};

}  // namespace kubegauge::scraper
