// The listener's TLS (wire.md A.1).

#include <gmock/gmock.h>

#include <mutex>

#include "tests/server/listener/listener_fixture.h"

namespace kubegauge::testing {
namespace {

namespace asio = boost::asio;
using apiservice::ClientCertificate;
using apiservice::Request;
using apiservice::Response;
using ::testing::HasSubstr;

using SessionPtr = std::unique_ptr<SSL_SESSION, apiservice::OpenSslDeleter<SSL_SESSION_free>>;

constexpr std::string_view kGet = "GET /x HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr const char* kBoth = "\x02h2\x08http/1.1";
constexpr const char* kOnlyH2 = "\x02h2";

std::string CommonName(const X509* certificate) {
  char name[256] = "";
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof(name));
  return name;
}

class HttpsListenerTls : public ListenerFixture {
 protected:
  // From Start on, `presented_` is what came with the last request.
  void NoteClientCertificates() {
    service_.answer = [this](Request request) -> asio::awaitable<Response> {
      presented_ = request.client_certificate;
      co_return TextResponse("seen");
    };
  }

  apiservice::KeyPairPem NewClient(const std::string& name) const {
    return *authority_.IssueClient({.common_name = name, .organizations = {"group"}}, wall_ns_);
  }

  std::shared_ptr<const ClientCertificate> presented_;
};

TEST_F(HttpsListenerTls, ServesACertificateThatItsAuthorityVouchesFor) {
  Start();
  HttpsClient client = Connect({.authority_pem = authority_.pem().certificate});
  ASSERT_TRUE(client.connected()) << client.error();
  EXPECT_EQ(SSL_get_verify_result(client.ssl()), X509_V_OK);
  EXPECT_EQ(client.Ask(kGet)->body, "GET /x");
}

TEST_F(HttpsListenerTls, NeedsTls12OrNewer) {
  Start();
  HttpsClient old = Connect({.max_version = TLS1_1_VERSION, .min_version = TLS1_VERSION});
  EXPECT_FALSE(old.connected());
  EXPECT_THAT(old.error(), HasSubstr("protocol version"));
  for (int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    HttpsClient client = Connect({.max_version = version, .min_version = version});
    ASSERT_TRUE(client.connected()) << client.error();
    EXPECT_EQ(SSL_version(client.ssl()), version);
    EXPECT_EQ(client.Ask(kGet)->body, "GET /x");
  }
}

TEST_F(HttpsListenerTls, EndsAConnectionWhoseClientRenewsItsKeysWithoutEnd) {
  Start();
  HttpsClient client = Connect();
  const auto renew_keys = [&](int times) {
    for (int i = 0; i < times; ++i) {
      SSL_key_update(client.ssl(), SSL_KEY_UPDATE_NOT_REQUESTED);
      SSL_do_handshake(client.ssl());
    }
  };
  renew_keys(20);
  EXPECT_EQ(client.Ask(kGet)->body, "GET /x");
  renew_keys(300);
  EXPECT_EQ(client.Ask(kGet), std::nullopt);
  EXPECT_EQ(Connect().Ask(kGet)->body, "GET /x");
}

TEST_F(HttpsListenerTls, SelectsHttp2BeforeHttp11AndNothingElse) {
  Start();
  EXPECT_EQ(Connect({.protocols = kBoth}).selected_protocol(), "h2");
  EXPECT_EQ(Connect({.protocols = kOnlyH2}).selected_protocol(), "h2");
  EXPECT_EQ(Connect().selected_protocol(), "");
  HttpsClient h3 = Connect({.protocols = "\x02h3"});
  EXPECT_FALSE(h3.connected());
  EXPECT_THAT(h3.error(), HasSubstr("no application protocol"));
}

TEST_F(HttpsListenerTls, NamesTheAuthoritiesItKnowsWhenItAsksForACertificate) {
  Start();
  HttpsClient client = Connect();
  ASSERT_TRUE(client.Ask(kGet).has_value()) << "and is content without one";
  const STACK_OF(X509_NAME)* names = SSL_get0_peer_CA_list(client.ssl());
  ASSERT_EQ(sk_X509_NAME_num(names), 1);
  const auto authority = apiservice::ParseCertificates(authority_.pem().certificate);
  EXPECT_EQ(
      X509_NAME_cmp(sk_X509_NAME_value(names, 0), X509_get_subject_name(authority->front().get())),
      0);
}

TEST_F(HttpsListenerTls, HandsAnyClientCertificateToTheServiceUnverified) {
  NoteClientCertificates();
  Start();
  ASSERT_TRUE(AskOnce(kGet).has_value());
  EXPECT_EQ(presented_, nullptr);
  const auto stranger = apiservice::CertificateAuthority::Create("stranger", wall_ns_);
  HttpsClient client = Connect({.certificate = stranger->pem()});
  ASSERT_TRUE(client.Ask(kGet).has_value()) << client.error();
  const auto first = presented_;
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(CommonName(first->leaf()), "stranger");
  ASSERT_TRUE(client.Ask(kGet).has_value());
  EXPECT_EQ(presented_, first) << "one and the same for all requests of a connection";
}

TEST_F(HttpsListenerTls, KeepsTheClientsChainInAResumedSession) {
  NoteClientCertificates();
  Start();
  for (int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    SCOPED_TRACE(version);
    ClientOptions options{.max_version = version, .min_version = version};
    options.certificate = NewClient("jane");
    options.certificate->certificate += authority_.pem().certificate;
    SessionPtr session;
    // The third time with the ticket of a session that was itself resumed.
    for (int resumed : {0, 1, 1}) {
      options.session = session.get();
      HttpsClient client = Connect(options);
      ASSERT_TRUE(client.Ask(kGet).has_value()) << client.error();
      EXPECT_EQ(SSL_session_reused(client.ssl()), resumed);
      ASSERT_EQ(presented_->chain().size(), 2u);
      EXPECT_EQ(CommonName(presented_->leaf()), "jane");
      EXPECT_EQ(CommonName(presented_->chain()[1].get()), "test authority");
      session.reset(SSL_get1_session(client.ssl()));
    }
  }
}

TEST_F(HttpsListenerTls, TakesAnotherCertificateForNewConnectionsWhileItRuns) {
  Start();
  const auto served_name = [](HttpsClient& client) {
    return CommonName(SSL_get0_peer_certificate(client.ssl()));
  };
  HttpsClient before = Connect();
  EXPECT_EQ(served_name(before), "localhost");
  tls_.Set(NewContext(NewMaterial("renewed")));
  HttpsClient after = Connect();
  EXPECT_EQ(served_name(after), "renewed");
  EXPECT_EQ(after.Ask(kGet)->body, "GET /x");
  EXPECT_EQ(before.Ask(kGet)->body, "GET /x");
}

TEST_F(HttpsListenerTls, ShowsTheCertificateOfTheNameThatAClientAsksFor) {
  server::TlsMaterial material = NewMaterial("default");
  const auto add = [&](const std::string& common_name, std::vector<std::string> patterns) {
    server::TlsMaterial other = NewMaterial(common_name);
    material.named.push_back({other.certificate_chain, other.private_key, std::move(patterns)});
  };
  add("wildcard", {"*.shop.example"});
  add("exact", {"pay.shop.example"});
  tls_.Set(NewContext(material));
  Start();
  const auto shown_to = [&](const std::string& server_name) {
    HttpsClient client = Connect({.server_name = server_name});
    EXPECT_EQ(client.Ask(kGet)->body, "GET /x");
    return CommonName(SSL_get0_peer_certificate(client.ssl()));
  };
  EXPECT_EQ(shown_to("pay.shop.example"), "exact");
  EXPECT_EQ(shown_to("web.shop.example"), "wildcard");
  EXPECT_EQ(shown_to("elsewhere.example"), "default");
  EXPECT_EQ(shown_to(""), "default");
}

TEST_F(HttpsListenerTls, RefusesToRenegotiate) {
  Start();
  HttpsClient client = Connect({.max_version = TLS1_2_VERSION});
  ASSERT_TRUE(client.Ask(kGet).has_value());
  SSL_renegotiate(client.ssl());
  SSL_do_handshake(client.ssl());
  client.Send(kGet);
  EXPECT_NE(SSL_get_state(client.ssl()), TLS_ST_OK) << "no second handshake was finished";
}

TEST_F(HttpsListenerTls, LogsABrokenHandshakeOnceInAWhile) {
  Start();
  for (int i = 0; i < 5; ++i) {
    HttpsClient client = Connect({.plain = true});
    client.Send("neither TLS nor HTTP\r\n\r\n");
    client.ReadToEnd();
  }
  ASSERT_TRUE(Eventually([&] { return listener_->connections() == 0; }));
  EXPECT_EQ(log_sink_->text(), "TLS handshake failed error=\"TLS: wrong version number\"\n");
}

class TlsContextTest : public ListenerFixture {
 protected:
  std::string ErrorOf(const server::TlsMaterial& material) {
    return server::TlsContext::FromPem(material).status().ToString();
  }
};

TEST_F(TlsContextTest, SaysWhatIsWrongWithItsMaterial) {
  const server::TlsMaterial good = NewMaterial("a");
  const server::TlsMaterial other = NewMaterial("b");
  EXPECT_THAT(ErrorOf({"", good.private_key, ""}),
              HasSubstr("the serving certificate: the PEM text has no certificate"));
  EXPECT_THAT(ErrorOf({good.certificate_chain, "", ""}), HasSubstr("the serving key: "));
  EXPECT_THAT(ErrorOf({good.certificate_chain, other.private_key, ""}),
              HasSubstr("the serving key is not that of the serving certificate"));
  EXPECT_THAT(ErrorOf({good.certificate_chain, good.private_key, "no PEM"}),
              HasSubstr("the bundle of client authorities: "));
}

}  // namespace
}  // namespace kubegauge::testing
