#include "apiservice/http_date.h"

#include <time.h>

namespace kubegauge::apiservice {
namespace {

constexpr char kFormat[] = "%a, %d %b %Y %H:%M:%S GMT";

}  // namespace

std::string FormatHttpDate(int64_t unix_seconds) {
  const time_t seconds = unix_seconds;
  tm parts{};
  gmtime_r(&seconds, &parts);
  char text[64];
  return {text, strftime(text, sizeof(text), kFormat, &parts)};
}

std::optional<int64_t> ParseHttpDate(const std::string& text) {
  tm parts{};
  const char* const end = strptime(text.c_str(), kFormat, &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return timegm(&parts);
}

}  // namespace kubegauge::apiservice
