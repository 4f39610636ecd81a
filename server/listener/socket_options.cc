#include "server/listener/socket_options.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

namespace kubegauge::server {
namespace {

using boost::asio::ip::tcp;

constexpr int kKeepaliveSeconds = 3 * 60;
constexpr int kUnsentBytes = 512 * 1024;

void SetTcpOption(tcp::socket& socket, int name, int value) {
  ::setsockopt(socket.native_handle(), IPPROTO_TCP, name, &value, sizeof(value));
}

}  // namespace

void SetCloseOnExec(int socket) { ::fcntl(socket, F_SETFD, FD_CLOEXEC); }

void SetConnectionOptions(tcp::socket& socket) {
  SetCloseOnExec(socket.native_handle());
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  socket.set_option(tcp::socket::keep_alive(true), ignored);
  SetTcpOption(socket, TCP_KEEPIDLE, kKeepaliveSeconds);
  SetTcpOption(socket, TCP_KEEPINTVL, kKeepaliveSeconds);
  SetTcpOption(socket, TCP_NOTSENT_LOWAT, kUnsentBytes);
}

}  // namespace kubegauge::server
