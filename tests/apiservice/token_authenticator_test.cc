#include "apiservice/token_authenticator.h"

#include <gmock/gmock.h>

#include "apiservice/base64.h"
#include "tests/apiservice/exchange.h"

namespace kubegauge::apiservice {
namespace {

using testing::HeaderLiterals;
using testing::MakeRequest;

TEST(WebSocketBearerToken, IsFoundAsUpstreamFindsIt) {
  const std::string prefix = "base64url.bearer.authorization.k8s.io.";
  struct Row {
    const char* what;
    HeaderLiterals protocols;
    std::string expected;  // the token, or "error: ..."
  };
  const Row rows[] = {
      {"no protocol", {}, ""},
      {"others only", {{"Sec-WebSocket-Protocol", "v4.channel.k8s.io, chat"}}, ""},
      {"token behind", {{"Sec-WebSocket-Protocol", "chat, " + prefix + "YS1iX2M_"}}, "a-b_c?"},
      {"token in front", {{"Sec-WebSocket-Protocol", prefix + "dG9r,chat"}}, "tok"},
      {"fields of their own",
       {{"Sec-WebSocket-Protocol", prefix + "dG9r"}, {"sec-websocket-protocol", "chat"}},
       "tok"},
      {"token alone",
       {{"Sec-WebSocket-Protocol", prefix + "dG9r"}},
       "error: missing additional subprotocol"},
      {"two tokens",
       {{"Sec-WebSocket-Protocol", prefix + "dG9r, chat, " + prefix + "dG9r"}},
       "error: multiple base64.bearer.authorization tokens specified"},
      {"padding",
       {{"Sec-WebSocket-Protocol", prefix + "dG8=, chat"}},
       "error: invalid base64.bearer.authorization token encoding"},
      {"the other alphabet",
       {{"Sec-WebSocket-Protocol", prefix + "a+b/, chat"}},
       "error: invalid base64.bearer.authorization token encoding"},
      {"not UTF-8",
       {{"Sec-WebSocket-Protocol", prefix + "_w, chat"}},
       "error: invalid base64.bearer.authorization token"},
      {"empty token", {{"Sec-WebSocket-Protocol", prefix + ", chat"}}, ""},
  };
  for (const Row& row : rows) {
    HeaderLiterals headers = row.protocols;
    headers.emplace_back("Connection", "keep-alive, Upgrade");
    headers.emplace_back("Upgrade", "WebSocket");
    const auto token = WebSocketBearerToken(MakeRequest("/", headers).headers);
    EXPECT_EQ(token.ok() ? *token : "error: " + std::string(token.status().message()), row.expected)
        << row.what;
    const auto plain = WebSocketBearerToken(MakeRequest("/", row.protocols).headers);
    ASSERT_TRUE(plain.ok()) << row.what;
    EXPECT_EQ(*plain, "") << row.what << ", not a WebSocket request";
  }
}

// RFC 4648, section 10, and what is near to it.
TEST(Base64, IsReadStrictly) {
  const std::pair<std::string, std::string> rows[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
      {std::string("\0\xff\xfe", 3), "AP/+"},
  };
  for (const auto& [bytes, text] : rows) {
    const auto decoded = DecodeBase64(text);
    ASSERT_TRUE(decoded.ok()) << text;
    EXPECT_EQ(*decoded, bytes);
  }
  for (const char* broken :
       {"Zg", "Zg=", "Z===", "====", "Zh==", "Zm9=", "Zm9v\n", "Zm-v", "=Zg=", "Zg==Zg=="}) {
    EXPECT_FALSE(DecodeBase64(broken).ok()) << broken;
  }
  EXPECT_EQ(*DecodeBase64Url("-_8"), "\xfb\xff");
  EXPECT_FALSE(DecodeBase64Url("-_8=").ok());
}

}  // namespace
}  // namespace kubegauge::apiservice
