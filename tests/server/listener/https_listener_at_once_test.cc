#include <gmock/gmock.h>

#include <memory>
#include <optional>
#include <stdexcept>

#include "tests/server/listener/http2_listener_fixture.h"

namespace kubegauge::testing {
namespace {

using apiservice::Request;
using apiservice::Response;
using ::testing::HasSubstr;
using ::testing::Not;

// Whose service answers without waiting, but what is held.
class HttpsListenerAtOnce : public Http2ListenerFixture {
 protected:
  HttpsListenerAtOnce() {
    service_.answer_at_once = [this](const Request& request) { return AnswerAtOnce(request); };
  }

  std::optional<Response> AnswerAtOnce(const Request& request) {
    presented_ = request.client_certificate;
    if (request.path == "/held") return std::nullopt;
    if (request.path == "/throws") throw std::runtime_error("out of luck");
    Response response = TextResponse(
        request.path == "/large" || request.path == "/events" ? "" : "at once " + request.body);
    if (request.path == "/large") {
      response.stream = std::make_unique<CountedStream>(kLargeBytes, counts_);
    }
    if (request.path == "/events") response.events = std::make_unique<ScriptedEvents>(script_);
    if (request.path == "/last") response.headers.emplace_back("Connection", "close");
    return response;
  }

  static std::optional<HttpAnswer> Get(HttpsClient& client, const std::string& path) {
    return client.Ask("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
  }

  apiservice::KeyPairPem NewClient() const {
    return *authority_.IssueClient({.common_name = "jane", .organizations = {}}, wall_ns_);
  }

  // With the last request. It is shared by all of a connection.
  std::shared_ptr<const apiservice::ClientCertificate> presented_;
};

TEST_F(HttpsListenerAtOnce, AnswersAndWaitsWhereItHasTo) {
  hold_.Release();
  Start();
  HttpsClient client = Connect();
  EXPECT_EQ(Get(client, "/a")->body, "at once ");
  EXPECT_EQ(Get(client, "/held")->body, "GET /held 0");
  EXPECT_EQ(client.Ask("PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody")->body,
            "at once body");
}

TEST_F(HttpsListenerAtOnce, AnswersBesideWhatIsHeldInHttp2) {
  Start();
  Http2Client client = ConnectHttp2();
  const int32_t held = AskHeld(client);
  EXPECT_EQ(client.Ask("/a").body, "at once ");
  EXPECT_EQ(client.Await(client.peer().Ask("/up", "PUT", {}, "body")).body, "at once body");
  hold_.Release();
  EXPECT_EQ(client.Await(held).body, "GET /held 0");
}

TEST_F(HttpsListenerAtOnce, TellsOfAPanicAndGoesOn) {
  Start();
  HttpsClient client = Connect();
  Http2Client http2_client = ConnectHttp2();
  EXPECT_THAT(Get(client, "/throws")->body, HasSubstr("caused apiserver to panic"));
  EXPECT_EQ(Get(client, "/a")->status, 200u);
  EXPECT_EQ(http2_client.Ask("/throws").status, 500u);
  EXPECT_EQ(http2_client.Ask("/a").status, 200u);
  EXPECT_THAT(log_sink_->text(), HasSubstr("out of luck"));
}

TEST_F(HttpsListenerAtOnce, SendsLargeBodiesAndEvents) {
  script_.released = 2;
  script_.ends = true;
  Start();
  HttpsClient client = Connect();
  Http2Client http2_client = ConnectHttp2();
  EXPECT_EQ(Get(client, "/large")->body.size(), kLargeBytes);
  EXPECT_EQ(http2_client.Ask("/large").body.size(), kLargeBytes);
  EXPECT_EQ(Get(client, "/events")->body, "event1\nevent2\n");
  EXPECT_EQ(http2_client.Ask("/events").body, "event1\nevent2\n");
}

// Its bytes are no longer counted by then: who lets answers wait could fill the memory otherwise.
TEST_F(HttpsListenerAtOnce, KeepsNoRequestWhileItsAnswerGoesOn) {
  Start();
  HttpsClient client = Connect({.certificate = NewClient()});
  ASSERT_TRUE(client.Send("GET /events HTTP/1.1\r\nHost: h\r\n\r\n"));
  ASSERT_TRUE(client.Receive(/*to_head=*/true));
  EXPECT_TRUE(Eventually([&] { return presented_.use_count() == 2; }));  // its connection's, ours

  Http2Client http2_client = ConnectHttp2(1 << 20, true, {.certificate = NewClient()});
  const int32_t stream = http2_client.peer().Ask("/events");
  ASSERT_TRUE(http2_client.Until([&] { return http2_client.peer().answer(stream).status == 200; }));
  EXPECT_TRUE(Eventually([&] { return presented_.use_count() == 3; }));  // of both connections
}

TEST_F(HttpsListenerAtOnce, EndsTheConnectionWhereTheAnswerSaysSo) {
  Start();
  HttpsClient client = Connect();
  ASSERT_TRUE(client.Send("GET /last HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_THAT(client.ReadToEnd(), HasSubstr("\r\nConnection: close\r\n"));
  Http2Client http2_client = ConnectHttp2();
  EXPECT_EQ(http2_client.Ask("/last").status, 200u);
  EXPECT_TRUE(http2_client.AwaitEnd());
  EXPECT_THAT(http2_client.peer().go_aways(), Not(::testing::IsEmpty()));
}

}  // namespace
}  // namespace kubegauge::testing
