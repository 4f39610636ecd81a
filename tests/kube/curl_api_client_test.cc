// The client against this project's own server. Servers that misbehave:
// curl_api_client_odd_test.cc; how it ends: curl_api_client_lifetime_test.cc.

#include "kube/curl_api_client.h"

#include <gmock/gmock.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "absl/strings/ascii.h"
#include "tests/kube/curl_api_client_fixture.h"

namespace kubegauge::testing {
namespace {

namespace asio = boost::asio;
using apiservice::Request;
using apiservice::Response;
using kube::ApiRequest;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAre;
using namespace std::chrono_literals;

constexpr size_t kMaxPartBytes = 16 << 10;  // that libcurl hands over at once

// A line each, the names in lower case, as HTTP/2 has them.
std::string FieldsOf(const Request& request) {
  std::string lines;
  for (const auto& [name, value] : request.headers.fields()) {
    lines += absl::AsciiStrToLower(name) + "=" + value + "\n";
  }
  return lines;
}

// The beginning of what linux/tcp.h has, which does not go with netinet/tcp.h.
struct LinuxTcpInfo {
  tcp_info beginning;
  uint64_t rates_and_bytes[4];
  uint32_t segments_and_times[4];
  uint32_t data_segments_in;
};

// How many segments with data have come to this process's connections of `port`.
uint32_t SegmentsReceived(uint16_t port) {
  constexpr int kMaxDescriptors = 1024;
  uint32_t segments = 0;
  for (int fd = 0; fd < kMaxDescriptors; ++fd) {
    sockaddr_in address{};
    socklen_t size = sizeof(address);
    const bool is_socket = ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    if (!is_socket || address.sin_family != AF_INET || ntohs(address.sin_port) != port) continue;
    LinuxTcpInfo info{};
    size = sizeof(info);
    if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0) {
      segments += info.data_segments_in;
    }
  }
  return segments;
}

TEST_F(CurlApiClientTest, SendsRequestsAsTheyAreAndGivesResponsesAsTheyCome) {
  client_.options_.user_agent = kube::KubernetesUserAgent("kubegauge", "1.2", "abc");
  client_.config_.server.path = "/prefix";
  client_.config_.impersonation_headers = {{"Impersonate-User", "jane"}};
  credentials().Set(WithToken("t"));
  service_.answer = [](Request request) -> asio::awaitable<Response> {
    const std::string line = request.method + " " + request.path + "?" + request.query + "\n";
    Response response = TextResponse(line + FieldsOf(request) + request.body);
    response.status = 409;
    response.headers.emplace_back("X-Kubernetes-Thing", " a:b ");
    co_return response;
  };
  StartBoth();
  const auto response = client_.Send({.method = "PATCH",
                                      .target = "/a/../b%20c?x=%2F&y",
                                      .accept = "application/vnd.kubernetes.protobuf",
                                      .content_type = "application/merge-patch+json",
                                      .body = std::string("{\0}", 3),
                                      .headers = {{"If-None-Match", "\"1\""}, {"X-Empty", ""}}});
  ASSERT_TRUE(response.ok()) << response.status().ToString();
  EXPECT_EQ(response->head.status, 409u);
  EXPECT_EQ(response->head.Find("x-kubernetes-thing"), "a:b");
  const std::string& body = response->body;
  EXPECT_TRUE(body.starts_with("PATCH /prefix/a/../b%20c?x=%2F&y\n")) << body;
  EXPECT_TRUE(body.ends_with(std::string("\n{\0}", 4))) << body;
  for (const std::string& line :
       {"host=127.0.0.1:" + std::to_string(port()),
        std::string("accept=application/vnd.kubernetes.protobuf"),
        std::string("content-type=application/merge-patch+json"),
        std::string("if-none-match=\"1\""), std::string("x-empty="),
        std::string("authorization=Bearer t"), std::string("impersonate-user=jane"),
        std::string("user-agent=kubegauge/1.2 (linux/amd64) kubernetes/abc"),
        std::string("content-length=3")}) {
    EXPECT_THAT(body, HasSubstr("\n" + line + "\n"));
  }
  EXPECT_THAT(body, Not(HasSubstr("expect=")));
}

TEST_F(CurlApiClientTest, SendsTogetherWhatBeginsTogether) {
  constexpr uint32_t kRequests = 20;
  StartBoth();
  ASSERT_TRUE(client_.Send({.target = "/first"}).ok());
  // With one of its two threads left, the client comes to all of them before it goes on.
  std::promise<void> begun;
  std::promise<void> done;
  asio::post(client_.io_, [&begun, is_done = done.get_future().share()] {
    begun.set_value();
    is_done.wait();
  });
  begun.get_future().wait();
  std::promise<void> all_begun;
  const uint32_t before = SegmentsReceived(port());
  asio::post(client_.io_, [is_begun = all_begun.get_future().share()] { is_begun.wait(); });
  std::vector<std::future<absl::StatusOr<kube::ApiResponse>>> answers;
  for (uint32_t i = 0; i < kRequests; ++i) {
    answers.push_back(client_.Begin(client_.client_->Send({.target = "/" + std::to_string(i)})));
  }
  all_begun.set_value();
  for (auto& answer : answers) EXPECT_TRUE(answer.get().ok());
  done.set_value();
  EXPECT_LE(SegmentsReceived(port()) - before, kRequests / 4);
}

TEST_F(CurlApiClientTest, SendsEveryMethodAndLargeBodies) {
  limits_.body_bytes = 8 << 20;
  StartBoth();
  for (const std::string method : {"GET", "DELETE", "POST", "PUT", "PATCH"}) {
    EXPECT_EQ(client_.Send({.method = method, .target = "/x"})->body, method + " /x");
  }
  EXPECT_EQ(client_.Send({.method = "HEAD", .target = "/x"})->body, "");
  const std::string large(3 << 20, 'x');
  const auto response =
      client_.Send({.method = "POST", .target = "/x", .content_type = "text/plain", .body = large});
  ASSERT_TRUE(response.ok()) << response.status().ToString();
  EXPECT_EQ(response->body.substr(0, 8), "POST /x ");
  EXPECT_EQ(response->body.size(), large.size() + 8);
  EXPECT_EQ(listener_->connections(), 1u) << "one connection for all of them";
}

TEST_F(CurlApiClientTest, LeavesNothingOfARequestToTheNext) {
  credentials().Set(WithToken("old"));
  service_.answer = [](Request request) -> asio::awaitable<Response> {
    const std::string line = request.method + " " + request.path + "\n";
    co_return TextResponse(line + FieldsOf(request) + request.body);
  };
  StartBoth();
  ASSERT_TRUE(client_
                  .Send({.method = "PATCH",
                         .target = "/a",
                         .content_type = "application/json",
                         .body = "{}",
                         .headers = {{"If-None-Match", "\"1\""}}})
                  .ok());
  ASSERT_TRUE(client_.Send({.method = "HEAD", .target = "/b"}).ok());
  for (const char* token : {"old", "new"}) {
    credentials().Set(WithToken(token));
    const std::string body = client_.Send({.target = "/c", .accept = "text/plain"})->body;
    EXPECT_TRUE(body.starts_with("GET /c\n")) << body;
    EXPECT_THAT(body, HasSubstr(std::string("\nauthorization=Bearer ") + token + "\n"));
    for (const char* field : {"content-", "if-none-match", "expect", "{}", "json"}) {
      EXPECT_THAT(body, Not(HasSubstr(field)));
    }
  }
  EXPECT_EQ(listener_->connections(), 1u);
}

TEST_F(CurlApiClientTest, RefusesWhatCannotBeSent) {
  StartBoth();
  for (const std::string target : {"", "x", "/a b", "/a\r\nX: y", "/#f"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(client_.Send({.target = target}).status())) << target;
  }
  for (const auto& header : std::vector<std::pair<std::string, std::string>>{
           {"A", "b\r\nC: d"}, {"A\n", "b"}, {"A:", "b"}, {"", "b"}}) {
    EXPECT_TRUE(
        absl::IsInvalidArgument(client_.Send({.target = "/", .headers = {header}}).status()));
  }
}

TEST_F(CurlApiClientTest, IsUsedByManyAtOnce) {
  StartBoth();
  std::vector<std::future<absl::StatusOr<kube::ApiResponse>>> answers;
  for (int i = 0; i < 200; ++i) {
    answers.push_back(client_.Begin(client_.client_->Send({.target = "/" + std::to_string(i)})));
  }
  for (int i = 0; i < 200; ++i) {
    const auto answer = answers[i].get();
    ASSERT_TRUE(answer.ok()) << answer.status().ToString();
    EXPECT_EQ(answer->body, "GET /" + std::to_string(i));
  }
}

TEST_F(CurlApiClientTest, RepeatsOnceWithNewerCredentialsAfterA401) {
  service_.answer = [this](Request request) -> asio::awaitable<Response> {
    ++asked_;
    Response response = TextResponse(request.body);
    if (request.headers.Find("Authorization") != "Bearer new") response.status = 401;
    co_return response;
  };
  StartBoth();
  credentials().Set(WithToken("old"));
  EXPECT_EQ(client_.Send({.target = "/"})->head.status, 401u);
  EXPECT_EQ(asked_, 1) << "there is nothing newer to try";
  credentials().SetNext(WithToken("new"));
  const auto response = client_.Send({.method = "POST", .target = "/", .body = "b"});
  EXPECT_EQ(response->head.status, 200u);
  EXPECT_EQ(response->body, "b");
  EXPECT_EQ(asked_, 3);
  credentials().Set(WithToken("old"));
  credentials().SetNext(WithToken("older"));
  EXPECT_EQ(client_.Send({.target = "/"})->head.status, 401u);
  EXPECT_EQ(asked_, 5);
  credentials().SetNext(WithToken("new"));
  EXPECT_EQ((*client_.Open({.target = "/"}))->head().status, 200u);
}

TEST_F(CurlApiClientTest, ProvesItselfWithACertificate) {
  service_.answer = [](Request request) -> asio::awaitable<Response> {
    co_return TextResponse(request.client_certificate == nullptr ? "nobody" : "somebody");
  };
  StartBoth();
  EXPECT_EQ(client_.Send({.target = "/"})->body, "nobody");
  const auto pair = *authority_.IssueClient({.common_name = "jane", .organizations = {}}, wall_ns_);
  credentials().Set({.client_certificate = pair.certificate,
                     .client_key = pair.private_key,
                     .authority = authority_.pem().certificate});
  const auto response = client_.Send({.target = "/"});
  ASSERT_TRUE(response.ok()) << response.status().ToString();
  EXPECT_EQ(response->body, "somebody") << "by a connection of its own";
  credentials().Set({.client_certificate = "SECRET",
                     .client_key = "SECRET",
                     .authority = authority_.pem().certificate});
  const absl::Status broken = client_.Send({.target = "/"}).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(broken)) << broken.ToString();
  EXPECT_THAT(broken.ToString(), HasSubstr("must be PEM and belong together"));
}

TEST_F(CurlApiClientTest, HoldsTheServerToItsAuthorityAndName) {
  client_.config_.server.host = "127.0.0.2";  // which the certificate does not name
  StartBoth({.ip = "127.0.0.2", .port = 0});
  const absl::Status wrong_name = client_.Send({.target = "/secret?token=SECRET"}).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(wrong_name)) << wrong_name.ToString();
  EXPECT_THAT(wrong_name.ToString(), HasSubstr("GET https://127.0.0.2:"));
  EXPECT_THAT(wrong_name.ToString(), HasSubstr("tls-server-name"));
  EXPECT_THAT(wrong_name.ToString(), Not(HasSubstr("SECRET")));

  client_.config_.tls_server_name = "localhost";
  service_.answer = [](Request request) -> asio::awaitable<Response> {
    co_return TextResponse(std::string(request.headers.Find("Host")));
  };
  client_.Create(port());
  const auto response = client_.Send({.target = "/"});
  ASSERT_TRUE(response.ok()) << response.status().ToString();
  EXPECT_EQ(response->body, "127.0.0.2:" + std::to_string(port()));

  credentials().Set({});
  EXPECT_TRUE(absl::IsFailedPrecondition(client_.Send({.target = "/"}).status()))
      << "the system's authorities do not know the server";
  credentials().Set({.authority = "no certificate"});
  EXPECT_THAT(client_.Send({.target = "/"}).status().ToString(),
              HasSubstr("certificate-authority must be PEM"));
  client_.config_.insecure_skip_tls_verify = true;
  credentials().Set({});
  client_.Create(port());
  EXPECT_TRUE(client_.Send({.target = "/"}).ok());
}

TEST_F(CurlApiClientTest, RefusesABodyThatIsTooLarge) {
  EXPECT_EQ(client_.options_.max_body_bytes, size_t{32} << 20);
  client_.options_.max_body_bytes = 1000;
  service_.answer = [](Request request) -> asio::awaitable<Response> {
    co_return TextResponse(std::string(request.path == "/fits" ? 1000 : 1001, 'x'));
  };
  StartBoth();
  EXPECT_EQ(client_.Send({.target = "/fits"})->body.size(), 1000u);
  const absl::Status status = client_.Send({.target = "/large"}).status();
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status.ToString();
  EXPECT_THAT(status.ToString(), HasSubstr("larger than 1000 bytes"));
}

TEST_F(CurlApiClientTest, KeepsAServerWaitingWhoseStreamIsNotRead) {
  static constexpr size_t kTotal = 128 << 20;
  service_.answer = [this](Request request) -> asio::awaitable<Response> {
    Response response = TextResponse("");
    if (request.path == "/watch")
      response.stream = std::make_unique<CountedStream>(kTotal, counts_);
    co_return response;
  };
  StartBoth();
  auto stream = client_.Open({.target = "/watch"});
  ASSERT_TRUE(stream.ok()) << stream.status().ToString();
  EXPECT_EQ((*stream)->head().Find("content-type"), "text/plain");
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(client_.Send({.target = "/"}).ok());
  EXPECT_LT(counts_.made, kTotal / 2) << "more than sockets hold was read ahead";
  size_t total = 0;
  while (true) {
    const auto part = client_.Run((*stream)->Read(20s));
    ASSERT_TRUE(part.ok()) << part.status().ToString();
    if (part->empty()) break;
    ASSERT_LE(part->size(), client_.options_.stream_buffer_bytes + kMaxPartBytes);
    total += part->size();
  }
  EXPECT_EQ(total, kTotal);
  EXPECT_EQ(client_.Run((*stream)->Read(20s))->size(), 0u) << "the end stays the end";
}

}  // namespace
}  // namespace kubegauge::testing
