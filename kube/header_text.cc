#include "kube/header_text.h"

#include <algorithm>

namespace kubegauge::kube {
namespace {

bool IsBlankOfHeader(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

bool IsHeaderText(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

std::string_view TrimBlanks(std::string_view text) {
  while (!text.empty() && IsBlankOfHeader(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlankOfHeader(text.back())) text.remove_suffix(1);
  return text;
}

std::string AsciiLower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace kubegauge::kube
