#include "autoscaler/shorten.h"

#include <fmt/format.h>

namespace kubegauge::autoscaler {
namespace {

// UTF-8: a byte that is not the first of its character.
bool Continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

}  // namespace

std::string Shorten(std::string_view text, size_t limit) {
  if (text.size() <= limit) return std::string(text);
  size_t kept = limit;
  for (int i = 0; i < 3 && kept > 0 && Continues(text[kept]); ++i) --kept;
  return fmt::format("{}… ({} bytes more)", text.substr(0, kept), text.size() - kept);
}

}  // namespace kubegauge::autoscaler
