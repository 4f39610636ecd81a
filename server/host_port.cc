#include "server/host_port.h"

#include <fmt/format.h>

namespace kubegauge::server {

std::string HostPort(std::string_view host, uint16_t port) {
  return host.find(':') == std::string_view::npos ? fmt::format("{}:{}", host, port)
                                                  : fmt::format("[{}]:{}", host, port);
}

}  // namespace kubegauge::server
