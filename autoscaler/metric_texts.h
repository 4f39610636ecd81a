#pragma once

#include <string>

#include "absl/status/status.h"
#include "autoscaler/boxed.h"
#include "kube/quantity.h"
#include "kube/selector_object.h"

namespace kubegauge::autoscaler {

inline std::string TextOf(const absl::Status& status) { return std::string(status.message()); }

// What is wrong with the selector of a metric; empty for none and for one that is right.
inline std::string SelectorError(const Boxed<kube::SelectorObject>& selector) {
  if (!selector) return {};
  return TextOf(kube::ToLabelSelector(*selector).status());
}

// As Go prints the pointer.
inline std::string SelectorGoText(const Boxed<kube::SelectorObject>& selector) {
  return selector ? kube::GoText(*selector) : "nil";
}

inline kube::Quantity FromMilli(int64_t milli) { return kube::Quantity::FromScaled(milli, -3); }

}  // namespace kubegauge::autoscaler
