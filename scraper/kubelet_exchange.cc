#include "scraper/kubelet_exchange.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/beast/http/basic_dynamic_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstring>
#include <optional>
#include <utility>

#include "scraper/decoder.h"

namespace kubegauge::scraper {

namespace http = boost::beast::http;
using boost::system::error_code;
// A flat buffer fills no byte before the body does, unlike a string.
using Parser = http::response_parser<http::basic_dynamic_body<boost::beast::flat_buffer>>;

namespace {

// A TLS record, and what the parser may leave of a header before it.
constexpr size_t kInputBytes = 32 * 1024;
// Of a request beside its values.
constexpr size_t kRequestBytes = 80;
// As Go's client has it.
constexpr int kMostInterimAnswers = 5;

// "Continue", "Early Hints" and the like: the answer is still to come.
bool IsInterim(const Parser& parser) {
  const unsigned status = parser.get().result_int();
  return status >= 100 && status < 200 && status != 101;
}

absl::Status ParseFailure(const error_code& error, const ExchangeLimits& limits) {
  if (error == http::error::body_limit) {
    return absl::ResourceExhaustedError(
        fmt::format("the body is larger than {} bytes", limits.body_bytes));
  }
  if (error == http::error::header_limit) {
    return absl::ResourceExhaustedError(
        fmt::format("the header is larger than {} bytes", limits.header_bytes));
  }
  return absl::InvalidArgumentError(fmt::format("not an HTTP response: {}", error.message()));
}

// Parses what is held at the front of `input`, and keeps there what the parser wants to see again
// or, after the answer, what came behind it.
absl::Status Parse(Parser& parser, const ExchangeLimits& limits, std::vector<char>& input,
                   size_t& held) {
  error_code error;
  size_t consumed = 0;
  while (consumed < held && !parser.is_done()) {
    const size_t used =
        parser.put(boost::asio::buffer(input.data() + consumed, held - consumed), error);
    consumed += used;
    if (error == http::error::need_more) break;
    if (error) return ParseFailure(error, limits);
  }
  std::memmove(input.data(), input.data() + consumed, held - consumed);
  held -= consumed;
  if (held == input.size()) return ParseFailure(http::error::header_limit, limits);
  return absl::OkStatus();
}

// Reads from the connection until the answer is whole. `began`: whether something was read already.
boost::asio::awaitable<absl::Status> ReadAnswer(KubeletConnection& connection, Parser& parser,
                                                const ExchangeLimits& limits,
                                                std::vector<char>& input, size_t& held,
                                                bool began) {
  absl::Status parsed = Parse(parser, limits, input, held);
  while (parsed.ok() && !parser.is_done()) {
    const absl::StatusOr<size_t> read =
        co_await connection.ReadSome(std::span(input).subspan(held));
    if (!read.ok()) {
      co_return began&& absl::IsAborted(read.status())
          ? absl::DataLossError("the kubelet ended the connection within its answer")
          : read.status();
    }
    if (*read == 0) {
      if (!began) co_return absl::AbortedError("the kubelet closed the connection");
      error_code error;
      parser.put_eof(error);
      if (error) co_return absl::DataLossError("the kubelet ended its answer too early");
      break;
    }
    began = true;
    held += *read;
    parsed = Parse(parser, limits, input, held);
  }
  co_return parsed;
}

// Whether it can be a word of a request: without spaces, ends of lines and the like.
bool IsWord(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; });
}

}  // namespace

absl::StatusOr<std::string> GetRequestText(std::string_view host, std::string_view path,
                                           std::string_view user_agent,
                                           std::string_view authorization) {
  if (!IsWord(host) || !IsWord(path)) {
    return absl::InvalidArgumentError(
        "the host or path of a request has characters that end a word");
  }
  std::string text;
  text.reserve(kRequestBytes + host.size() + path.size() + user_agent.size() +
               authorization.size());
  text.append("GET ").append(path).append(" HTTP/1.1\r\nHost: ").append(host);
  text.append("\r\nUser-Agent: ").append(user_agent);
  if (!authorization.empty()) text.append("\r\nAuthorization: ").append(authorization);
  text.append("\r\n\r\n");
  return text;
}

boost::asio::awaitable<absl::StatusOr<ExchangeAnswer>> Exchange(KubeletConnection& connection,
                                                                std::string_view request,
                                                                const ExchangeLimits& limits,
                                                                LeaseBuffers lease_buffers) {
  absl::Status sent = co_await connection.Write(request);
  if (sent.ok()) sent = co_await connection.WaitReadable();
  if (!sent.ok()) co_return sent;
  ExchangeBuffers& buffers = lease_buffers();
  buffers.input.resize(kInputBytes);
  size_t held = 0;
  std::optional<Parser> parser;
  for (int interim = 0; !parser || IsInterim(*parser); ++interim) {
    if (interim > kMostInterimAnswers) {
      co_return absl::InvalidArgumentError("the kubelet gave one interim answer after another");
    }
    parser.emplace();
    parser->eager(true);
    parser->header_limit(static_cast<uint32_t>(limits.header_bytes));
    parser->body_limit(limits.body_bytes);
    buffers.body.clear();
    parser->get().body() = std::move(buffers.body);
    const absl::Status read =
        co_await ReadAnswer(connection, *parser, limits, buffers.input, held, interim > 0);
    buffers.body = std::move(parser->get().body());
    if (!read.ok()) co_return read;
  }
  buffers.body.reserve(buffers.body.size() + kBodyPadding);
  const auto& answer = parser->get();
  co_return ExchangeAnswer{.status = answer.result_int(),
                           .reason = std::string(answer.reason()),
                           .location = std::string(answer[http::field::location]),
                           .keep_alive = held == 0 && parser->keep_alive()};
}

}  // namespace kubegauge::scraper
