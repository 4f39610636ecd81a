#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kubegauge::server {

// `host:port`, IPv6 in brackets.
std::string HostPort(std::string_view host, uint16_t port);

}  // namespace kubegauge::server
