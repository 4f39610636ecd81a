#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace kubegauge::kube {

// How a Quantity writes itself; taken from the suffix it was parsed from.
enum class QuantityFormat : uint8_t {
  kDecimalSI,        // 12M, 12 * 10^6
  kBinarySI,         // 12Mi, 12 * 2^20
  kDecimalExponent,  // 12e6
};

// An exact amount of a resource, as Kubernetes writes it ("250m", "1536Mi", "2e3"): a decimal
// number no finer than a nano unit, and a format. Behaves as apimachinery's resource.Quantity,
// except where that loses the value: what is too large for the suffix E is written with an exponent
// ("1e21", where upstream writes "1"), and conversions that do not fit saturate (upstream gives 0
// or wraps). Numbers of more than 38 significant digits are rounded up to 38 (upstream keeps them
// all).
//
// A value type. Comparison looks at the amount only: 1Ki == 1024.
class Quantity {
 public:
  // Zero, in DecimalSI.
  Quantity() = default;

  // What does not parse is InvalidArgument with the text of upstream's ErrFormatWrong, ErrNumeric
  // or ErrSuffix. Precision below nano is rounded up, away from zero; a BinarySI amount is capped
  // at 2^63-1, and one between -1 and 1 becomes DecimalSI.
  static absl::StatusOr<Quantity> Parse(std::string_view text);

  // CPU as the metrics API serves it: DecimalSI. Above 2^63-1 the last digit is lost, as in
  // metrics-server.
  static Quantity FromNanocores(uint64_t nanocores);

  // Memory as the metrics API serves it: BinarySI. Above 2^63-1 the last digit is lost.
  static Quantity FromBytes(uint64_t bytes);

  // value * 10^scale; finer than nano is rounded up.
  static Quantity FromScaled(int64_t value, int scale,
                             QuantityFormat format = QuantityFormat::kDecimalSI);

  QuantityFormat format() const { return format_; }

  bool IsZero() const { return mantissa_ == 0; }
  // -1, 0 or 1.
  int Sign() const { return (mantissa_ > 0) - (mantissa_ < 0); }

  // The amount in units, thousandths of a unit, and units of 10^scale. What is left over rounds
  // away from zero; what does not fit is INT64_MAX or INT64_MIN.
  int64_t Value() const { return ScaledValue(0); }
  int64_t MilliValue() const { return ScaledValue(-3); }
  int64_t ScaledValue(int scale) const;

  // The one text of this amount in this format, as upstream's CanonicalizeBytes: no fraction, the
  // largest suffix that loses nothing. BinarySI falls back to DecimalSI for fractions and for
  // amounts between -1024 and 1024.
  std::string CanonicalText() const;

  // A sum takes the format of its first addend that is not zero.
  Quantity& operator+=(const Quantity& other);
  Quantity& operator-=(const Quantity& other);
  Quantity operator-() const;

  friend std::strong_ordering operator<=>(const Quantity& a, const Quantity& b);
  friend bool operator==(const Quantity& a, const Quantity& b) {
    return a.mantissa_ == b.mantissa_ && a.scale_ == b.scale_;
  }

 private:
  __extension__ using Int128 = __int128;

  Quantity(Int128 mantissa, int64_t scale, QuantityFormat format)
      : mantissa_(mantissa), scale_(scale), format_(format) {}

  // mantissa_ * 10^scale_, in normal form: at most 38 digits, scale_ >= -9, mantissa_ not divisible
  // by ten, and zero has scale 0.
  Int128 mantissa_ = 0;
  int64_t scale_ = 0;
  QuantityFormat format_ = QuantityFormat::kDecimalSI;
};

}  // namespace kubegauge::kube
