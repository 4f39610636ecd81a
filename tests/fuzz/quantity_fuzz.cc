// Two quantities, separated by a line break.

#include <charconv>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>

#include "kube/quantity.h"
#include "kube/quantity_text.h"
#include "tests/fuzz/require.h"

namespace {

using kubegauge::kube::Quantity;
using kubegauge::testing::Require;

// Parsing keeps the low 32 bits of an exponent, as upstream does.
bool ExponentParsesBack(std::string_view text) {
  const size_t e = text.find('e');
  int64_t exponent = 0;
  if (e != std::string_view::npos) {
    std::from_chars(text.data() + e + 1, text.data() + text.size(), exponent);
  }
  return exponent <= std::numeric_limits<int32_t>::max();
}

void CheckOne(const Quantity& quantity) {
  const std::string text = quantity.CanonicalText();
  if (ExponentParsesBack(text)) {
    const auto parsed = Quantity::Parse(text);
    Require(parsed.ok() && *parsed == quantity);
  }
  Quantity difference = quantity;
  difference -= quantity;
  Require(difference.IsZero() && -(-quantity) == quantity);
  Require(quantity.Value() <= quantity.MilliValue() || quantity.Sign() < 0);
}

void CheckPair(const Quantity& a, const Quantity& b) {
  Quantity ab = a;
  ab += b;
  Quantity ba = b;
  ba += a;
  Require(ab == ba);
  Require((a <=> b) == (-b <=> -a));
  if (b.Sign() >= 0) Require(ab >= a);
}

void CheckText(uint64_t value) {
  char text[kubegauge::kube::kMaxQuantityText];
  char* end = kubegauge::kube::WriteNanocores(value, text);
  Require(std::string(text, end) == Quantity::FromNanocores(value).CanonicalText());
  end = kubegauge::kube::WriteBytes(value, text);
  Require(std::string(text, end) == Quantity::FromBytes(value).CanonicalText());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t line_break = std::min(input.find('\n'), size);
  const auto a = Quantity::Parse(input.substr(0, line_break));
  const auto b = Quantity::Parse(input.substr(std::min(line_break + 1, size)));
  if (a.ok()) CheckOne(*a);
  if (a.ok() && b.ok()) CheckPair(*a, *b);
  if (uint64_t value; size >= sizeof value) {
    std::memcpy(&value, data, sizeof value);
    CheckText(value);
    CheckText(value & (value >> 32));
  }
  return 0;
}
