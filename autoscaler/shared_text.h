#pragma once

#include <fmt/core.h>

#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace kubegauge::autoscaler {

// A text that is never changed in place, and whose copies are one in memory: for what many objects
// say alike (TextPool). An empty one takes no allocation. A value type; compared by content.
class SharedText {
 public:
  SharedText() = default;
  SharedText(std::string text)  // NOLINT: as std::string
      : text_(text.empty() ? nullptr : std::make_shared<const std::string>(std::move(text))) {}
  SharedText(std::string_view text) : SharedText(std::string(text)) {}  // NOLINT: the same
  SharedText(const char* text) : SharedText(std::string(text)) {}       // NOLINT: the same

  const std::string& str() const {
    static const std::string empty;
    return text_ == nullptr ? empty : *text_;
  }
  operator const std::string&() const { return str(); }  // NOLINT: it is one
  operator std::string_view() const { return str(); }    // NOLINT: the same
  bool empty() const { return text_ == nullptr; }
  bool starts_with(std::string_view text) const { return str().starts_with(text); }

  // Whether no other text shares the memory of this one.
  bool unshared() const { return text_.use_count() == 1; }

  friend bool operator==(const SharedText& a, const SharedText& b) {
    return a.text_ == b.text_ || a.str() == b.str();
  }
  template <class Text>
  requires(std::convertible_to<const Text&, std::string_view> &&
           !std::same_as<Text, SharedText>) friend bool
  operator==(const SharedText& a, const Text& b) {
    return a.str() == std::string_view(b);
  }

 private:
  std::shared_ptr<const std::string> text_;
};

// Orders what is kept by such texts, and lets it be found by any.
struct TextLess {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const { return a < b; }
};

}  // namespace kubegauge::autoscaler

template <>
struct fmt::formatter<kubegauge::autoscaler::SharedText> : fmt::formatter<std::string_view> {
  template <class Context>
  auto format(const kubegauge::autoscaler::SharedText& text, Context& context) const {
    return fmt::formatter<std::string_view>::format(text.str(), context);
  }
};
