#pragma once

#include <map>
#include <string>
#include <string_view>

#include "autoscaler/go_json_reader.h"

namespace kubegauge::autoscaler {

// How the quantities of an HPA's spec were written, by their field: `{"spec.metrics[1].pods.target.
// averageValue", "-1000m"}`. What a message of the API server shows of a quantity depends on it. A
// quantity that nobody wrote (a zero that a conversion put there) is not among them.
using AmountTexts = std::map<std::string, std::string, std::less<>>;

// Notes the text of `json` as that of `field`, unless it is null.
void NoteAmount(std::string field, const Json& json, AmountTexts& texts);

// Of the `spec` of autoscaling/v2.
AmountTexts AmountTextsOf(const Json& spec);

// A resource.Quantity as Go's verb %#v shows it:
// `resource.Quantity{i:resource.int64Amount{value:-5, scale:-3},
// d:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:"-5m", Format:"DecimalSI"}`. `text` is what was
// parsed, and valid; nullptr for a quantity that nobody wrote. Where Go shows an address, there is
// a constant.
std::string QuantityGoSyntax(const std::string* text);

}  // namespace kubegauge::autoscaler
