#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace kubegauge::autoscaler {

// A few short texts in one allocation, for what very many objects have each for themselves: it
// takes a pointer, and nothing else without texts. Looks through the texts before the one asked
// for. A value type.
class PackedTexts {
 public:
  PackedTexts() = default;
  explicit PackedTexts(std::span<const std::string_view> texts);
  PackedTexts(const PackedTexts& other);
  PackedTexts(PackedTexts&&) noexcept = default;
  PackedTexts& operator=(PackedTexts other) noexcept {
    memory_ = std::move(other.memory_);
    return *this;
  }

  // `index` below the number of texts. A view into this, of which data() is never nullptr.
  std::string_view operator[](size_t index) const;

  friend bool operator==(const PackedTexts& a, const PackedTexts& b) {
    return a.memory() == b.memory();
  }

 private:
  std::string_view memory() const;

  // Its own size, and each text behind its size.
  std::unique_ptr<char[]> memory_;
};

}  // namespace kubegauge::autoscaler
