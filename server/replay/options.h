#pragma once

#include <string>

namespace kubegauge::server {

// Of `kubegauge replay`.
struct ReplayOptions {
  std::string file;    // plain or xz; "-" is standard input
  bool check = false;  // compare with what the steps expect instead of printing them
  bool trace = false;  // add to each printed step how it was decided
};

}  // namespace kubegauge::server
