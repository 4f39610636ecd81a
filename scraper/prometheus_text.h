#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "scraper/prometheus_grammar.h"

namespace kubegauge::scraper {

// Label sets that a body most likely begins with.
class LikelyLabelSets {
 public:
  virtual ~LikelyLabelSets() = default;

  // The end of the label set numbered `set`, braces and all, if it stands at `text`, else null. No
  // set may be other than what the text format allows.
  virtual const char* FindEnd(uint32_t set, const char* text, const char* end) const = 0;
};

// Reads the samples of a body in the Prometheus text format one by one, exactly as
// ReadPrometheusEntry does but faster: lines as kubelets write them are read in one pass, and all
// others, with all errors, are left to ReadPrometheusEntry.
//
// A kubelet repeats the label sets of one metric in the next one, in the same order. A set that
// comes again where it is expected is compared and not lexed again, and is given the same number.
// Not thread-safe.
class PrometheusText {
 public:
  // Begins a body, which must outlive the reading. Keeps the buffers of the one before. `likely`,
  // which may be null, is used as long as the body's label sets are those.
  void Begin(std::string_view body, const LikelyLabelSets* likely = nullptr);

  // False at the end.
  absl::StatusOr<bool> Next(PrometheusSample& sample);

  // The number of the label set of the last sample, if its line begins with a name and it has
  // labels: samples of the same number have the same `labels` text. The reverse need not hold.
  // Below label_set_count().
  uint32_t label_set() const { return label_set_; }
  uint32_t label_set_count() const { return static_cast<uint32_t>(label_sets_.size()); }
  // How many of the label sets, the first ones, are the likely ones of the same numbers.
  uint32_t likely_set_count() const { return likely_sets_; }

 private:
  const char* ReadSample(const char* line, PrometheusSample& sample);
  const char* ReadName(const char* line, std::string_view& name);
  const char* ReadLabels(const char* brace, bool same_metric, std::string_view& labels);
  const char* RepeatedLabels(const char* brace);
  const char* ReadLikelyLabels(const char* brace);
  const char* ReadNewLabels(const char* brace);
  void AddLabelSet(std::string_view labels);

  std::string_view body_;
  size_t position_ = 0;
  std::string_view name_;  // of the last sample
  std::vector<std::string_view> label_sets_;
  const LikelyLabelSets* likely_ = nullptr;
  uint32_t likely_sets_ = 0;
  // Of the last label set that was read in one pass, and where its last value begins in it.
  std::string_view plain_labels_;
  size_t plain_value_begin_ = 0;
  uint32_t label_set_ = 0;
  uint32_t expected_set_ = 0;
  // The first label sets of the metric before and of this one, and how many there were before it:
  // it repeats none of its own.
  uint32_t first_set_before_ = 0;
  uint32_t first_set_ = 0;
  uint32_t sets_before_ = 0;
};

}  // namespace kubegauge::scraper
