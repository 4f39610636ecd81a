#include "server/crowd.h"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace kubegauge::server {

std::vector<SilentConnection> OldestOfLargestCrowd(std::vector<SilentConnection> silent,
                                                   size_t count) {
  std::ranges::sort(silent, {},
                    [](const SilentConnection& one) { return std::tie(one.peer, one.since_ns); });
  auto largest = silent.begin();
  std::ptrdiff_t size = 0;
  for (auto begin = silent.begin(); begin != silent.end();) {
    const auto end = std::find_if(begin, silent.end(), [&](const SilentConnection& other) {
      return other.peer != begin->peer;
    });
    const std::ptrdiff_t here = end - begin;
    if (here > size || (here == size && begin->since_ns < largest->since_ns)) {
      largest = begin;
      size = here;
    }
    begin = end;
  }
  const auto ended = std::min(size, static_cast<std::ptrdiff_t>(count));
  return {std::make_move_iterator(largest), std::make_move_iterator(largest + ended)};
}

}  // namespace kubegauge::server
