#pragma once

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "kube/label_selector.h"

namespace kubegauge::autoscaler {

// The selector of a scale: its text and what that says, so that a reconcile parses it once. A value
// type.
class PodSelector {
 public:
  PodSelector(std::string text = {})  // NOLINT: a text is one
      : text_(std::move(text)), parsed_(kube::LabelSelector::Parse(text_)) {}
  PodSelector(const char* text) : PodSelector(std::string(text)) {}  // NOLINT: as above

  const std::string& text() const { return text_; }
  // Or why the text is none.
  const absl::StatusOr<kube::LabelSelector>& parsed() const { return parsed_; }

 private:
  std::string text_;
  absl::StatusOr<kube::LabelSelector> parsed_;
};

}  // namespace kubegauge::autoscaler
