#pragma once

#include <boost/asio/ip/address.hpp>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace kubegauge::server {

class ConnectionControl;

// A connection whose client owes it a request, or the rest of one.
struct SilentConnection {
  ConnectionControl* connection = nullptr;
  boost::asio::ip::address peer;
  int64_t since_ns = 0;
};

// The oldest of the peer that has most of `silent`, `count` of them or as many as there are. Of
// peers that have as many, the one that has been silent longest.
std::vector<SilentConnection> OldestOfLargestCrowd(std::vector<SilentConnection> silent,
                                                   size_t count);

}  // namespace kubegauge::server
