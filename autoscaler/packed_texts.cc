#include "autoscaler/packed_texts.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace kubegauge::autoscaler {
namespace {

using Size = uint32_t;

Size ReadSize(const char* place) {
  Size size = 0;
  std::memcpy(&size, place, sizeof(size));
  return size;
}

char* WriteSize(size_t value, char* place) {
  const Size size = static_cast<Size>(value);
  std::memcpy(place, &size, sizeof(size));
  return place + sizeof(size);
}

}  // namespace

PackedTexts::PackedTexts(std::span<const std::string_view> texts) {
  if (texts.empty()) return;
  size_t bytes = sizeof(Size);
  for (const std::string_view text : texts) bytes += sizeof(Size) + text.size();
  memory_ = std::make_unique_for_overwrite<char[]>(bytes);
  char* end = WriteSize(bytes, memory_.get());
  for (const std::string_view text : texts) {
    end = std::copy(text.begin(), text.end(), WriteSize(text.size(), end));
  }
}

PackedTexts::PackedTexts(const PackedTexts& other) {
  const std::string_view copied = other.memory();
  if (copied.empty()) return;
  memory_ = std::make_unique_for_overwrite<char[]>(copied.size());
  std::copy(copied.begin(), copied.end(), memory_.get());
}

std::string_view PackedTexts::operator[](size_t index) const {
  const char* place = memory_.get() + sizeof(Size);
  for (; index > 0; --index) place += sizeof(Size) + ReadSize(place);
  return {place + sizeof(Size), ReadSize(place)};
}

std::string_view PackedTexts::memory() const {
  if (memory_ == nullptr) return {};
  return {memory_.get(), ReadSize(memory_.get())};
}

}  // namespace kubegauge::autoscaler
