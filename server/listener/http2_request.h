#pragma once

#include <optional>
#include <string_view>

#include "apiservice/http.h"
#include "apiservice/status.h"
#include "server/listener/listener_limits.h"

namespace kubegauge::server {

// Puts together a request from what HTTP/2 brings of it, with the checks of RequestParser. One that
// is refused forgets what it has and takes no more. That pseudo-header fields are there and names
// are in lower case is the session's to check.
class Http2Request {
 public:
  // Keeps a reference to `limits`.
  explicit Http2Request(const ListenerLimits& limits) : limits_(limits) {}

  // Of the header, pseudo-header fields (":path") included.
  void AddField(std::string_view name, std::string_view value);
  // Of a trailer, which nobody here asks for.
  void AddTrailerField(std::string_view name, std::string_view value);
  // One that is too long to be taken at all.
  void RefuseField();
  void EndHeader();
  void AddBody(std::string_view part);

  void Refuse(apiservice::Status refusal);
  const std::optional<apiservice::Status>& refusal() const { return refusal_; }
  // Whether the header goes so far beyond what the client was told that it is no mistake.
  bool is_hopeless() const { return list_bytes_ / 2 > MaxListBytes(limits_); }

  bool expects_continue() const { return expects_continue_; }
  bool is_head() const { return is_head_; }
  // What the request takes in memory: its text, and what fields cost beside it.
  size_t held_bytes() const { return header_bytes_ + request_.body.size(); }
  apiservice::Request TakeRequest() { return std::move(request_); }

  // The limit of a header in HTTP/2's count, in which each field has 32 bytes beside its text: some
  // for those that every request has, as in Go.
  static size_t MaxListBytes(const ListenerLimits& limits) { return limits.header_bytes + 320; }

 private:
  // Whether the header stays within the limits with the field.
  bool CountField(std::string_view name, std::string_view value);
  void AddPseudoField(std::string_view name, std::string_view value);
  void AddNamedField(std::string_view name, std::string_view value);
  void Hold(std::string_view name, std::string_view value);

  const ListenerLimits& limits_;
  apiservice::Request request_;
  std::optional<apiservice::Status> refusal_;
  size_t list_bytes_ = 0;
  size_t header_bytes_ = 0;
  size_t fields_ = 0;
  size_t declared_body_bytes_ = 0;
  bool has_host_ = false;
  bool expects_continue_ = false;
  bool is_head_ = false;
};

}  // namespace kubegauge::server
