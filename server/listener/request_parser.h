#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <optional>

#include "apiservice/http.h"
#include "apiservice/status.h"
#include "server/listener/listener_limits.h"

namespace kubegauge::server {

// Reads one HTTP/1 request into apiservice::Request: Beast's parser without its message types in
// between. Fed by put() of the base class, from memory that holds all the header bytes not yet
// consumed. What Beast lets pass but could be read in two ways is refused, as Go's server does.
class RequestParser final : public boost::beast::http::basic_parser<true> {
 public:
  // Keeps a reference to `limits`.
  explicit RequestParser(const ListenerLimits& limits);

  // Why put() failed with `error`, for the client.
  apiservice::Status Refusal(const boost::system::error_code& error) const;

  // From the end of the header on.
  bool is_http_1_1() const { return version_ == 11; }
  bool expects_continue() const { return expects_continue_; }

  size_t body_bytes() const { return request_.body.size(); }
  // What the header fields cost beside their text.
  size_t field_bytes() const {
    return request_.headers.fields().size() * sizeof(std::pair<std::string, std::string>);
  }
  apiservice::Request TakeRequest() { return std::move(request_); }

 private:
  using ErrorCode = boost::system::error_code;
  using StringView = boost::beast::string_view;

  void on_request_impl(boost::beast::http::verb verb, StringView method, StringView target,
                       int version, ErrorCode& error) override;
  void on_response_impl(int, StringView, int, ErrorCode&) override {}
  void on_field_impl(boost::beast::http::field field, StringView name, StringView value,
                     ErrorCode& error) override;
  void on_header_impl(ErrorCode& error) override;
  void on_body_init_impl(const boost::optional<uint64_t>& length, ErrorCode& error) override;
  size_t on_body_impl(StringView body, ErrorCode& error) override;
  void on_chunk_header_impl(uint64_t, StringView, ErrorCode&) override {}
  size_t on_chunk_body_impl(uint64_t, StringView body, ErrorCode& error) override;
  void on_finish_impl(ErrorCode&) override {}

  void Refuse(apiservice::Status refusal, ErrorCode& error);
  void CheckField(boost::beast::http::field field, StringView value, ErrorCode& error);

  const ListenerLimits& limits_;
  apiservice::Request request_;
  std::optional<apiservice::Status> refusal_;
  int version_ = 11;
  size_t fields_ = 0;
  int hosts_ = 0;
  bool expects_continue_ = false;
  bool header_done_ = false;
};

}  // namespace kubegauge::server
