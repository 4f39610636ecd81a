#include "server/agent/prometheus_families.h"

#include <fmt/format.h>

#include "server/metrics/exposition_text.h"
#include "server/metrics/go_float.h"

namespace kubegauge::server {
void PrometheusFamilies::Begin(std::string_view name, std::string_view type,
                               std::string_view help) {
  name_ = name;
  head_ = fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

void PrometheusFamilies::AppendName(Labels labels) {
  text_ += std::exchange(head_, "");
  text_ += name_;
  char separator = '{';
  for (const auto& [label, value] : labels) {
    text_.push_back(separator);
    text_ += label;
    text_ += "=\"";
    AppendLabelValue(value, text_);
    text_.push_back('"');
    separator = ',';
  }
  text_ += separator == ',' ? "} " : " ";
}

void PrometheusFamilies::AppendEnd(int64_t timestamp_ns) {
  if (timestamp_ns != 0) text_ += fmt::format(" {}", timestamp_ns / 1'000'000);
  text_.push_back('\n');
}

void PrometheusFamilies::AddSeconds(Labels labels, uint64_t ns, int64_t timestamp_ns) {
  AppendName(labels);
  AppendSeconds(ns, text_);
  AppendEnd(timestamp_ns);
}

void PrometheusFamilies::AddBytes(Labels labels, uint64_t bytes, int64_t timestamp_ns) {
  AppendName(labels);
  AppendGoFloat(static_cast<double>(bytes), text_);
  AppendEnd(timestamp_ns);
}

}  // namespace kubegauge::server
