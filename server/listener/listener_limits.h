#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace kubegauge::server {

// What a client may cost the listener. The defaults are upstream's where it has one (wire.md A.1).
struct ListenerLimits {
  // When full: if more connections are silent (owing a request, or room to write, for longer than
  // silence_grace) than idle, the 32 oldest silent ones end, else the oldest idle one. If some
  // network has 32 or more of that kind, only the largest such network's are taken. If there are
  // neither, newcomers wait until a connection ends, all but the first in the kernel's backlog.
  size_t max_connections = 4096;
  // What a client has in any case for its handshake and its request.
  std::chrono::milliseconds silence_grace = std::chrono::milliseconds(250);

  size_t header_bytes = 1 << 20;  // request line and fields; more: 431
  // A front proxy sends one field for each of a user's groups, of which Active Directory allows
  // 1,015.
  size_t header_fields = 4096;  // more: 431
  size_t body_bytes = 3 << 20;  // more: 413
  // For the requests of all connections together, beyond the first kFreeRequestBytes of each, what
  // header fields cost beside their text included; a request that finds no room: 503.
  size_t request_memory_bytes = 256 << 20;

  std::chrono::milliseconds handshake_timeout = std::chrono::seconds(10);
  std::chrono::milliseconds header_timeout = std::chrono::seconds(32);  // from its first byte
  std::chrono::milliseconds body_timeout = std::chrono::seconds(60);    // the whole request body
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(90);    // between requests
  // Each part of a response, and what it takes to make those that follow until one is not empty: a
  // list whose selector is that costly ends halfway.
  std::chrono::milliseconds write_timeout = std::chrono::seconds(30);
  // HTTP/2: requests of one connection that are received, served or answered at once; more are
  // refused one by one.
  uint32_t max_streams = 100;

  // How long a closing connection waits for its client to have read the last answer.
  std::chrono::milliseconds linger_timeout = std::chrono::seconds(1);
  // How long a drain waits for the first request of a connection that is just being made.
  std::chrono::milliseconds first_request_grace = std::chrono::seconds(5);

  // How often the limits in time are looked at; they hold to within this.
  std::chrono::milliseconds sweep_interval = std::chrono::milliseconds(250);
};

// What a request may hold without asking for a share of request_memory_bytes.
inline constexpr size_t kFreeRequestBytes = 16 * 1024;

}  // namespace kubegauge::server
