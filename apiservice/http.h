#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apiservice/client_certificate.h"

namespace kubegauge::apiservice {

// Header fields in the order of the wire. Names compare without regard to case.
class Headers {
 public:
  void Add(std::string_view name, std::string_view value);
  // The first value of `name`, or a view with data() == nullptr where there is none.
  std::string_view Find(std::string_view name) const;
  // All values of `name` joined by ", ", as HTTP lets repeated list fields be read.
  std::string Joined(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

// One HTTP request as the listener read it, whole and free of the transport.
struct Request {
  std::string method;  // as sent, upper case
  std::string path;    // up to '?', still percent-encoded
  std::string query;   // behind '?', still percent-encoded
  Headers headers;
  std::string body;
  // What the TLS client presented; null without a client certificate. Shared by the connection's
  // requests, so that its chain is verified once.
  std::shared_ptr<const ClientCertificate> client_certificate;
  bool is_http2 = false;  // its connection is that of many requests at once
};

// A body that is made while it is sent, so that a large list never stands in memory as a whole.
class BodyStream {
 public:
  virtual ~BodyStream() = default;
  // Appends the next part of the body, about kBodyPartBytes of it, to `out`; nothing when what is
  // next takes so long to find that it is others' turn. False: that was the last. Called by one
  // thread at a time.
  virtual bool Next(std::string& out) = 0;
};
inline constexpr size_t kBodyPartBytes = 64 * 1024;

// A body whose next part is waited for, such as the events of a watch.
class EventStream {
 public:
  virtual ~EventStream() = default;
  // Waits for something to send and appends it to `out`, about kBodyPartBytes at most, perhaps
  // nothing; the caller sends what it gets before it asks again. False: that was the last, `out`
  // may still have grown. Runs on the executor of the caller, which is a strand; when the caller
  // cancels the wait, an exception of Asio ends it, and the stream is asked no more.
  virtual boost::asio::awaitable<bool> Next(std::string& out) = 0;
};

struct Response {
  unsigned status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  // When set, the body is what this gives, and `body` is empty.
  std::unique_ptr<BodyStream> stream;
  // Likewise. It lasts until it ends, the client goes, or the listener drains.
  std::unique_ptr<EventStream> events = nullptr;
  // Kept until the answer has been sent or its client is gone; says that the request is in flight.
  std::shared_ptr<const void> in_flight = nullptr;
};

// Whoever answers requests. Called from any I/O thread, for many requests at once.
class HttpService {
 public:
  virtual ~HttpService() = default;
  // Never throws; what goes wrong is a Response. `request` is moved into the coroutine.
  virtual boost::asio::awaitable<Response> Serve(Request request) = 0;
  // The same without the cost of coroutines; no value where the answer has to be waited for.
  virtual std::optional<Response> ServeAtOnce(const Request&) { return std::nullopt; }
};

}  // namespace kubegauge::apiservice
