#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace kubegauge::server {

// What a client may cost the listener. The defaults are upstream's where it has one (wire.md A.1).
struct ListenerLimits {
  // Beyond these a new connection takes the place of one whose client has owed it a request, or in
  // HTTP/2 room for an answer, for longer than silence_grace or, where more are idle between
  // requests or as many, of an idle one: of the oldest of the network that has most such, or of all
  // where none has a crowd of them; when there are neither, it waits in the kernel's backlog until
  // one ends.
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
