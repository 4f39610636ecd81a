#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "scraper/kubelet_connection.h"

namespace kubegauge::scraper {

struct ExchangeLimits {
  size_t header_bytes = 16 * 1024;  // kubelets write some hundred
  // 500 pods make 1 MB. Kubelets that never end cost so much memory for a moment, each.
  size_t body_bytes = size_t{16} << 20;
};

// Memory that one exchange needs and another may use after it.
struct ExchangeBuffers {
  std::vector<char> input;
  boost::beast::flat_buffer body;  // with kBodyPadding bytes of capacity behind it

  std::string_view body_text() const {
    return {static_cast<const char*>(body.data().data()), body.size()};
  }
};

// What a kubelet answered; its body is in the buffers.
struct ExchangeAnswer {
  unsigned status = 0;
  std::string reason;       // as in `403 Forbidden`
  std::string location;     // of a redirection, as written; else empty
  bool keep_alive = false;  // whether the connection can be used again
};

// Gives the buffers that an answer goes to. They stay until it has been used.
using LeaseBuffers = absl::FunctionRef<ExchangeBuffers&()>;

// The text of a GET request over HTTP/1.1. `authorization` may be empty. InvalidArgument when
// `host` or `path`, which a Node says, has characters that would end its place in the request; the
// others are our own.
absl::StatusOr<std::string> GetRequestText(std::string_view host, std::string_view path,
                                           std::string_view user_agent,
                                           std::string_view authorization);

// Sends a request on an open connection and reads the whole answer, chunked or not, passing over
// interim ones (1xx). The buffers are asked for when the answer begins, so that slow kubelets keep
// none. kAborted when the connection ended before the answer began, kDataLoss in the midst of it,
// kResourceExhausted beyond a limit, kInvalidArgument for what is not HTTP, and what the connection
// gives.
boost::asio::awaitable<absl::StatusOr<ExchangeAnswer>> Exchange(KubeletConnection& connection,
                                                                std::string_view request,
                                                                const ExchangeLimits& limits,
                                                                LeaseBuffers lease_buffers);

}  // namespace kubegauge::scraper
