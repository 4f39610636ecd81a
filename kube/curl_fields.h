#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kubegauge::kube {

// Header fields of requests as libcurl takes them: a list of lines, which belong to this. Filled
// anew for one request after the other, it soon takes no more memory.
class CurlFields {
 public:
  void Clear();
  void Add(std::string_view name, std::string_view value);
  // A field that libcurl would send by itself is not to be sent.
  void Omit(std::string_view name);

  // Whether all names and values that were added may be sent.
  bool sound() const { return sound_; }

  // The lines, and behind them those of `others`. Valid until a field is added and while neither is
  // moved; nullptr when there are none.
  curl_slist* ListBefore(curl_slist* others);

 private:
  void BeginLine(std::string_view name);

  std::string text_;  // each line ends with a null byte
  std::vector<size_t> line_starts_;
  std::vector<curl_slist> list_;
  bool sound_ = true;
};

}  // namespace kubegauge::kube
