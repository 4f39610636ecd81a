#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "apiservice/certificate_authority.h"

namespace kubegauge::testing {

// What a FakeKubelet was asked.
struct FakeKubeletRequest {
  std::string path;           // with its query
  std::string host;           // of the field Host
  std::string authorization;  // "" when there was none
  std::string text;           // all of it
};

// What it answers.
struct FakeKubeletReply {
  enum class Framing { kContentLength, kChunked, kUntilClose };
  enum class Then { kKeepConnection, kClose, kReset, kSaysNothingMore };

  unsigned status = 200;
  std::string reason = "OK";
  std::string header_lines = "";  // each ends in \r\n
  std::string body = "";
  Framing framing = Framing::kContentLength;
  Then then = Then::kKeepConnection;
  std::string raw = "";  // when not empty: these bytes, instead of all of the above
  // The answer comes one byte at a time.
  std::chrono::milliseconds byte_interval{0};
  // Over TLS: the keys are renewed so many times before the answer.
  int key_updates = 0;
  // The body is repeated for as long as somebody reads it. Chunked.
  bool endless = false;
};

// A kubelet that behaves as a test says, on an address of 127.0.0.0/8 and a free port: over TLS
// with a certificate, or plain without one. Works on the executor of the test and belongs to its
// thread; may end before the executor does.
class FakeKubelet {
 public:
  enum class Handshake { kDone, kNeverAnswered, kAnsweredByNonsense };
  struct Options {
    std::string address = "127.0.0.1";
    apiservice::KeyPairPem certificate = {};  // chain and key; empty: plain HTTP
    std::string client_authority = "";        // PEM; clients are asked for a certificate
    Handshake handshake = Handshake::kDone;
  };
  using Answer = std::function<FakeKubeletReply(const FakeKubeletRequest&)>;

  FakeKubelet(boost::asio::any_io_executor executor, Options options, Answer answer);
  ~FakeKubelet();
  FakeKubelet(const FakeKubelet&) = delete;
  FakeKubelet& operator=(const FakeKubelet&) = delete;

  const std::string& address() const;
  uint16_t port() const;

  // Closes the connections that are open, as a kubelet does that ends.
  void CloseConnections();

  struct Record {
    std::vector<FakeKubeletRequest> requests;
    size_t connections = 0;                     // that were accepted
    size_t open_connections = 0;                // of these
    size_t resumed_sessions = 0;                // TLS
    std::vector<std::string> server_names;      // SNI, one for each handshake; "" for none
    std::vector<std::string> client_names;      // common names of certificates, likewise
    std::vector<std::string> handshake_errors;  // as this side saw them
  };
  const Record& record() const;

 private:
  class Server;
  std::shared_ptr<Server> server_;
};

// A certificate for `names` (DNS names and addresses) of `authority`.
apiservice::KeyPairPem KubeletCertificate(const apiservice::CertificateAuthority& authority,
                                          const std::vector<std::string>& names, int64_t now_ns);

}  // namespace kubegauge::testing
