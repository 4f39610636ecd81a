#include "kube/header_text.h"

#include <algorithm>

namespace kubegauge::kube {

bool IsHeaderText(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace kubegauge::kube
