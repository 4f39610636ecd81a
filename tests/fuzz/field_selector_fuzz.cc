#include <algorithm>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <vector>

#include "kube/field_selector.h"
#include "tests/fuzz/require.h"

namespace {

using kubegauge::kube::EscapeFieldValue;
using kubegauge::kube::FieldOperator;
using kubegauge::kube::FieldSelector;
using kubegauge::kube::FieldTerm;
using kubegauge::testing::Require;

// `a==b` and `a=b` sort apart, so that the order of terms may change with the normal text.
std::vector<FieldTerm> Sorted(std::vector<FieldTerm> terms) {
  std::sort(terms.begin(), terms.end(), [](const FieldTerm& a, const FieldTerm& b) {
    return std::tie(a.field, a.op, a.value) < std::tie(b.field, b.op, b.value);
  });
  return terms;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto selector = FieldSelector::Parse(input);
  if (selector.ok()) {
    const auto parsed = FieldSelector::Parse(selector->ToString());
    Require(parsed.ok() && Sorted(parsed->terms()) == Sorted(selector->terms()));
    for (const FieldTerm& term : selector->terms()) {
      if (term.op == FieldOperator::kEquals) {
        Require(selector->RequiresExactMatch(term.field).has_value());
      }
    }
  }
  const auto escaped = FieldSelector::Parse("metadata.name=" + EscapeFieldValue(input));
  Require(escaped.ok() && escaped->terms().size() == 1);
  return 0;
}
