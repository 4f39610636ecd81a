#include "server/standalone/objects/int_or_percent.h"

#include <charconv>
#include <string>

namespace kubegauge::server {

std::optional<int64_t> ResolveIntOrPercent(const Json& value, int64_t total, bool round_up) {
  if (value.is_number_integer()) return value.get<int64_t>();
  if (!value.is_string()) return std::nullopt;
  const std::string& text = value.get_ref<const std::string&>();
  if (!text.ends_with('%')) return std::nullopt;
  int32_t percent = 0;
  const char* const end = text.data() + text.size() - 1;
  const auto [stop, error] = std::from_chars(text.data(), end, percent);
  if (error != std::errc() || stop != end || percent < 0) return std::nullopt;
  const int64_t scaled = total * percent;
  return round_up ? (scaled + 99) / 100 : scaled / 100;
}

}  // namespace kubegauge::server
