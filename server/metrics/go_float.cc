#include "server/metrics/go_float.h"

#include <charconv>
#include <cmath>
#include <string_view>

namespace kubegauge::server {

void AppendGoFloat(double value, std::string& out) {
  if (!std::isfinite(value)) {
    out += std::isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
    return;
  }
  char text[64];
  // The exponent form decides: with 'g' and the shortest precision Go takes it from 1e+06 on.
  const auto scientific =
      std::to_chars(text, text + sizeof(text), value, std::chars_format::scientific);
  const std::string_view whole(text, static_cast<size_t>(scientific.ptr - text));
  const size_t mark = whole.find('e');
  const char* digits = whole.data() + mark + (whole[mark + 1] == '+' ? 2 : 1);
  int exponent = 0;
  std::from_chars(digits, whole.data() + whole.size(), exponent);
  if (exponent >= -4 && exponent < 6) {
    const auto fixed = std::to_chars(text, text + sizeof(text), value, std::chars_format::fixed);
    out.append(text, fixed.ptr);
    return;
  }
  out += whole;
}

void AppendSeconds(uint64_t ns, std::string& out) {
  AppendGoFloat(static_cast<double>(ns) / 1e9, out);
}

}  // namespace kubegauge::server
