// A client that is not ours: the curl program.

#include <gmock/gmock.h>

#include <array>
#include <cstdio>

#include "tests/server/listener/listener_fixture.h"
#include "tests/temporary_directory.h"

namespace kubegauge::testing {
namespace {

namespace asio = boost::asio;
using apiservice::Request;
using apiservice::Response;

class HttpsListenerWithCurl : public ListenerFixture {
 protected:
  HttpsListenerWithCurl() {
    Write("ca.crt", authority_.pem().certificate);
    const auto jane =
        authority_.IssueClient({.common_name = "jane", .organizations = {"ops"}}, wall_ns_);
    Write("jane.crt", jane->certificate);
    Write("jane.key", jane->private_key);
    Write("body", std::string(2'000'000, 'b'));
    Write("too_large", std::string(4'000'000, 'b'));
  }

  void Write(const std::string& name, const std::string& text) { directory_.Write(name, text); }

  // What curl prints; `%` in the arguments stands for the files' directory.
  std::string Curl(std::string arguments, const std::string& path) {
    for (size_t at; (at = arguments.find('%')) != std::string::npos;) {
      arguments.replace(at, 1, directory_.path().string() + "/");
    }
    const std::string command = "curl -sS --max-time 20 --cacert " + directory_.path().string() +
                                "/ca.crt " + arguments +
                                " https://localhost:" + std::to_string(port()) + path + " 2>&1";
    std::string output;
    std::array<char, 4096> part;
    FILE* pipe = ::popen(command.c_str(), "r");
    while (const size_t read = std::fread(part.data(), 1, part.size(), pipe)) {
      output.append(part.data(), read);
    }
    ::pclose(pipe);
    return output;
  }

  const TemporaryDirectory directory_;
};

TEST_F(HttpsListenerWithCurl, Works) {
  CountedStream::Counts counts;
  service_.answer = [&](Request request) -> asio::awaitable<Response> {
    Response response = TextResponse(request.method + " " + std::to_string(request.body.size()) +
                                     (request.client_certificate != nullptr ? " cert" : ""));
    if (request.path == "/stream") {
      response.body.clear();
      response.stream = std::make_unique<CountedStream>(5'000'000, counts);
    }
    co_return response;
  };
  Start();
  const std::string format = "-o /dev/null --write-out @%format";
  Write("format", "%{http_code} %{http_version} %{size_download}");
  EXPECT_EQ(Curl("", "/"), "GET 0");
  EXPECT_EQ(Curl("--cert %jane.crt --key %jane.key", "/"), "GET 0 cert");
  EXPECT_EQ(Curl("--tls-max 1.2 --cert %jane.crt --key %jane.key", "/"), "GET 0 cert");
  EXPECT_EQ(Curl("--http2 " + format, "/"), "200 2 5");
  EXPECT_EQ(Curl("--http1.0 " + format, "/stream"), "200 1 5000000");
  EXPECT_EQ(Curl(format, "/stream"), "200 2 5000000");
  EXPECT_EQ(Curl("--head " + format, "/stream").substr(0, 6), "200 2 ");
  EXPECT_EQ(Curl("--http1.1 " + format, "/stream"), "200 1.1 5000000");
  EXPECT_EQ(Curl("--http1.1 --head " + format, "/stream").substr(0, 7), "200 1.1");
  EXPECT_EQ(Curl("--data-binary @%body", "/"), "POST 2000000");
  EXPECT_EQ(Curl("-H 'Expect: 100-continue' --data-binary @%body", "/"), "POST 2000000");
  EXPECT_EQ(Curl("--http1.1 --data-binary @%body", "/"), "POST 2000000")
      << "with Expect: 100-continue";
  EXPECT_EQ(Curl("--http1.1 -T %body -H 'Transfer-Encoding: chunked'", "/"), "PUT 2000000");
  EXPECT_EQ(Curl("--http1.1 -T %too_large -H Expect: " + format, "/").substr(0, 7), "413 1.1")
      << "though the client is still sending";
}

}  // namespace
}  // namespace kubegauge::testing
