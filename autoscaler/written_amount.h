#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "kube/quantity.h"

namespace kubegauge::autoscaler {

// A quantity and how somebody wrote it. An API server gives back the text itself ("1E3", "+5",
// "0100m") wherever Go's parser held it for the canonical one, and before 1.34 its messages show
// how the text was parsed. A value type; compared by the amount, as quantities are.
class WrittenAmount : public kube::Quantity {
 public:
  // Zero that nobody wrote: a conversion put it there.
  WrittenAmount() = default;
  WrittenAmount(kube::Quantity amount) : kube::Quantity(amount) {}  // NOLINT: it is one

  // InvalidArgument with upstream's text.
  static absl::StatusOr<WrittenAmount> Parse(std::string text);

  // The text as it was written, where Go keeps it; else empty.
  std::string_view kept_text() const;

  // Whether Go's parser makes a big decimal of it rather than one integer and a scale.
  bool is_big_decimal() const;

  // As Go's verb %#v shows a resource.Quantity:
  // `resource.Quantity{i:resource.int64Amount{value:-5, scale:-3},
  // d:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:"-5m", Format:"DecimalSI"}`. Where Go shows an
  // address, there is a constant.
  std::string GoSyntax() const;

 private:
  WrittenAmount(kube::Quantity amount, std::string text)
      : kube::Quantity(amount), text_(std::move(text)) {}

  std::string text_;  // what was parsed
};

}  // namespace kubegauge::autoscaler
