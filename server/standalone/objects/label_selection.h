#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "kube/field_selector.h"
#include "kube/label_selector.h"
#include "server/standalone/core_objects.h"
#include "server/standalone/objects/resource_type.h"

namespace kubegauge::server {

// Which labels a metav1.LabelSelector of an object selects; an error with upstream's text.
absl::StatusOr<kube::LabelSelector> SelectorOf(const Json& selector);

// Whether labels (an object of texts, or null) are selected.
bool Selects(const kube::LabelSelector& selector, const Json& labels);
// Whether an object is.
bool SelectsObject(const kube::LabelSelector& labels, const kube::FieldSelector& fields,
                   const Json& object);

// The value of a field that a field selector names, as text; "" for none.
std::string FieldText(const Json& object, std::string_view field);

}  // namespace kubegauge::server
