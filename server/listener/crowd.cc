#include "server/listener/crowd.h"

#include <algorithm>
#include <boost/asio/ip/address_v6.hpp>
#include <boost/unordered/unordered_flat_map.hpp>

namespace kubegauge::server {
namespace asio = boost::asio;

Network NetworkOf(const asio::ip::address& peer) {
  if (peer.is_v4()) return peer.to_v4().to_uint();
  const asio::ip::address_v6 address = peer.to_v6();
  if (address.is_v4_mapped()) return NetworkOf(make_address_v4(asio::ip::v4_mapped, address));
  // Never one of those above but for addresses that nobody has.
  const asio::ip::address_v6::bytes_type bytes = address.to_bytes();
  Network network = 0;
  for (size_t i = 0; i < sizeof(Network); ++i) network = network << 8 | bytes[i];
  return network;
}

std::vector<WaitingConnection> OldestOfLargestCrowd(std::vector<WaitingConnection> waiting,
                                                    size_t count) {
  boost::unordered_flat_map<Network, size_t> sizes;
  for (const WaitingConnection& one : waiting) ++sizes[one.peer];
  const auto largest =
      std::ranges::max_element(sizes, {}, [](const auto& network) { return network.second; });
  if (largest != sizes.end() && largest->second >= kCrowdSize) {
    std::erase_if(waiting,
                  [&](const WaitingConnection& one) { return one.peer != largest->first; });
  }
  const auto end = waiting.begin() + static_cast<std::ptrdiff_t>(std::min(count, waiting.size()));
  std::ranges::partial_sort(waiting, end, {}, &WaitingConnection::since_ns);
  waiting.erase(end, waiting.end());
  return waiting;
}

}  // namespace kubegauge::server
