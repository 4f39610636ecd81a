#include "server/agent/go_float.h"

#include <charconv>
#include <cmath>
#include <string_view>

namespace kubegauge::server {

void AppendGoFloat(double value, std::string& out) {
  char text[64];
  // The exponent form decides: with 'g' and the shortest precision Go takes it from 1e+06 on.
  const auto scientific =
      std::to_chars(text, text + sizeof(text), value, std::chars_format::scientific);
  const std::string_view whole(text, static_cast<size_t>(scientific.ptr - text));
  const size_t mark = whole.find('e');
  int exponent = 0;
  if (mark != std::string_view::npos) {
    const char* digits = whole.data() + mark + (whole[mark + 1] == '+' ? 2 : 1);
    std::from_chars(digits, whole.data() + whole.size(), exponent);
  }
  if (std::isfinite(value) && exponent >= -4 && exponent < 6) {
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
