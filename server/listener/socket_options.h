#pragma once

#include <boost/asio/ip/tcp.hpp>

namespace kubegauge::server {

// Programs that this one starts do not get the socket.
void SetCloseOnExec(int socket);

// Close-on-exec; TCP_NODELAY, as every write is a whole message or a large part of one; keepalive
// probes after three minutes of silence (wire.md A.1); and a short queue of unsent bytes, so that a
// slow reader holds a few hundred KiB of kernel memory and not the megabytes that the kernel would
// let it have. What the kernel refuses is left as it is.
void SetConnectionOptions(boost::asio::ip::tcp::socket& socket);

}  // namespace kubegauge::server
