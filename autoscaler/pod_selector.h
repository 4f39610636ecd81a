#pragma once

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "kube/label_selector.h"

namespace kubegauge::autoscaler {

// The selector of a scale: its text and what that says, so that it is parsed once. A value type;
// copies share what they hold, which nobody changes. One that was moved from may only be assigned
// to.
class PodSelector {
 public:
  PodSelector(std::string text = {})  // NOLINT: a text is one
      : content_(std::make_shared<const Content>(std::move(text))) {}
  PodSelector(const char* text) : PodSelector(std::string(text)) {}  // NOLINT: as above

  bool operator==(const PodSelector& other) const { return text() == other.text(); }

  const std::string& text() const { return content_->text; }
  // Or why the text is none.
  const absl::StatusOr<kube::LabelSelector>& parsed() const { return content_->parsed; }

 private:
  struct Content {
    explicit Content(std::string of)
        : text(std::move(of)), parsed(kube::LabelSelector::Parse(text)) {}

    std::string text;
    absl::StatusOr<kube::LabelSelector> parsed;
  };

  std::shared_ptr<const Content> content_;
};

}  // namespace kubegauge::autoscaler
