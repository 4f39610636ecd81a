#include <cstdint>
#include <string_view>
#include <vector>

#include "kube/label_selector.h"
#include "tests/fuzz/require.h"

using kubegauge::kube::Label;
using kubegauge::kube::LabelSelector;
using kubegauge::kube::ObjectMeta;
using kubegauge::testing::Require;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto selector = LabelSelector::Parse({reinterpret_cast<const char*>(data), size});
  if (!selector.ok()) {
    Require(!selector.status().message().empty());
    return 0;
  }
  const auto parsed = LabelSelector::Parse(selector->ToString());
  Require(parsed.ok() && *parsed == *selector);

  // An object with labels that the selector asks about.
  std::vector<Label> labels;
  for (const auto& requirement : selector->requirements()) {
    if (!requirement.values().empty())
      labels.emplace_back(requirement.key(), requirement.values()[0]);
  }
  const auto object = ObjectMeta::Create("ns", "pod", labels);
  bool matches_all = true;
  for (const auto& requirement : selector->requirements()) {
    matches_all = matches_all && requirement.Matches(object->FindLabel(requirement.key()));
  }
  Require(matches_all == selector->Matches(*object));
  return 0;
}
