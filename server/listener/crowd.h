#pragma once

#include <boost/asio/ip/address.hpp>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace kubegauge::server {

class ConnectionControl;

// What one client has at least for itself: an IPv4 address, or 64 bits of an IPv6 one.
using Network = uint64_t;
Network NetworkOf(const boost::asio::ip::address& peer);

// A connection whose client has nothing to wait for: it owes a request, or is between two.
struct WaitingConnection {
  ConnectionControl* connection = nullptr;
  Network peer = 0;
  int64_t since_ns = 0;
};

// As many connections of one network are a crowd.
inline constexpr size_t kCrowdSize = 32;

// Those of `waiting` to end, the oldest first, `count` of them or as many as there are: the oldest
// of the largest crowd; where there is none, of all. So who comes from many addresses gains nothing
// by it, and a client of a few connections is not chosen for having more than others.
std::vector<WaitingConnection> OldestOfLargestCrowd(std::vector<WaitingConnection> waiting,
                                                    size_t count);

}  // namespace kubegauge::server
