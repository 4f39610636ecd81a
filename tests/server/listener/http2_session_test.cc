// HTTP/2 without a socket: requests and answers.

#include "server/listener/http2_session.h"

#include <gmock/gmock.h>

#include "tests/server/listener/hpack_blocks.h"
#include "tests/server/listener/http2_session_fixture.h"

namespace kubegauge::testing {
namespace {

using server::Http2Stream;
using ::testing::Contains;
using ::testing::Pair;
using ::testing::SizeIs;

class Http2SessionRequests : public Http2SessionFixture {};

TEST_F(Http2SessionRequests, TellsItsLimits) {
  Exchange();
  EXPECT_EQ(peer().setting(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS), 100u);
  EXPECT_EQ(peer().setting(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE), (1u << 20) + 320);
  EXPECT_EQ(peer().setting(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE), 256u * 1024);
  EXPECT_EQ(peer().setting(NGHTTP2_SETTINGS_MAX_FRAME_SIZE), 256u * 1024);
}

TEST_F(Http2SessionRequests, AnswersOne) {
  const int32_t id = peer().Ask("/a/b?c=d", "PUT", {{"x-remote-group", "g"}}, "body");
  Http2Stream& stream = *TakeRequest();
  const apiservice::Request request = stream.request.TakeRequest();
  EXPECT_EQ(request.method, "PUT");
  EXPECT_EQ(request.path, "/a/b");
  EXPECT_EQ(request.query, "c=d");
  EXPECT_EQ(request.body, "body");
  EXPECT_EQ(request.headers.Find("X-Remote-Group"), "g");
  EXPECT_EQ(request.headers.Find("Host"), "h");
  Respond(stream, {.status = 201, .headers = {{"Content-Type", "text/plain"}}, .body = "made"});
  Exchange();
  EXPECT_EQ(peer().answer(id).status, 201u);
  EXPECT_THAT(peer().answer(id).headers.fields(), Contains(Pair("content-length", "4")));
  EXPECT_THAT(peer().answer(id).headers.fields(), Contains(Pair("content-type", "text/plain")));
  EXPECT_THAT(peer().answer(id).headers.fields(), Contains(Pair("date", "now")));
  EXPECT_EQ(peer().answer(id).body, "made");
  EXPECT_TRUE(peer().answer(id).is_closed);
  EXPECT_EQ(peer().answer(id).error_code, 0u);
  EXPECT_EQ(session().streams(), 0u);
}

TEST_F(Http2SessionRequests, LeaveOutWhatHasNoBody) {
  const struct {
    const char* method;
    unsigned status;
    const char* length;
  } kRows[] = {{"HEAD", 200, "4"}, {"GET", 204, ""}, {"GET", 304, ""}};
  for (const auto& [method, status, length] : kRows) {
    const int32_t id = peer().Ask("/", method);
    Respond(*TakeRequest(), {.status = status, .headers = {}, .body = "text"});
    Exchange();
    EXPECT_EQ(peer().answer(id).status, status);
    EXPECT_EQ(peer().answer(id).body, "") << method << status;
    EXPECT_EQ(peer().answer(id).headers.Find("content-length"), length) << method << status;
    EXPECT_TRUE(peer().answer(id).is_closed);
  }
}

TEST_F(Http2SessionRequests, SayNothingOfTheConnectionAndBreakNoLines) {
  const int32_t id = peer().Ask("/");
  Respond(*TakeRequest(), {.headers = {{"Connection", "close"},
                                       {"Transfer-Encoding", "chunked"},
                                       {"Keep-Alive", "1"},
                                       {"Content-Length", "99"},
                                       {"X-Text", "a\r\nb"}},
                           .body = "b"});
  Exchange();
  const apiservice::Headers& headers = peer().answer(id).headers;
  EXPECT_THAT(headers.fields(), SizeIs(3)) << "with date and length";
  EXPECT_EQ(headers.Find("X-Text"), "a  b");
  EXPECT_EQ(headers.Find("content-length"), "1");
}

TEST_F(Http2SessionRequests, AreRefusedOneByOne) {
  limits_.header_bytes = 10'000;
  limits_.header_fields = 20;
  limits_.body_bytes = 1'000;
  limits_.request_memory_bytes = 60'000;
  Http2Peer::Fields many(20, {"a", "b"});
  const struct {
    const char* what;
    const char* path;
    Http2Peer::Fields fields;
    std::optional<std::string> body;
    int code;
  } kRows[] = {
      {"a header too long", "/", {{"a", std::string(10'500, 'x')}}, {}, 431},
      {"too many fields", "/", many, {}, 431},
      {"a body too long", "/", {{"content-length", "1001"}}, std::string(1001, 'x'), 413},
      {"a body too long, unannounced", "/", {}, std::string(1001, 'x'), 413},
      {"a broken escape", "/%4", {}, {}, 400},
      {"another expectation", "/", {{"expect", "a miracle"}}, {}, 417},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.what);
    peer().Ask(row.path, "PUT", row.fields, row.body);
    Http2Stream* stream = TakeRequest();
    ASSERT_NE(stream, nullptr);
    ASSERT_TRUE(stream->request.refusal().has_value());
    EXPECT_EQ(stream->request.refusal()->code, row.code);
    Respond(*stream, {.status = static_cast<unsigned>(row.code), .headers = {}, .body = "no"});
  }
  peer().Ask("/");
  EXPECT_FALSE(TakeRequest()->request.refusal().has_value());
  EXPECT_THAT(peer().go_aways(), SizeIs(0));
}

TEST_F(Http2SessionRequests, WithAFieldThatNghttp2CannotTakeCostNoOther) {
  const int32_t held = peer().Ask("/held", "GET", {{"known", "before"}});
  Http2Stream& other = *TakeRequest();
  const std::string too_long(100'000, 'x');
  const struct {
    const char* what;
    std::string path;
    Http2Peer::Fields fields;
  } kRows[] = {
      {"a path", "/?labelSelector=" + too_long, {}},
      {"a value", "/", {{"a", too_long}}},
      {"a name", "/", {{too_long, "a"}}},
      {"several", "/", {{"a", too_long}, {too_long, too_long}, {"b", std::string(300'000, 'x')}}},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.what);
    peer().Ask(row.path, "GET", row.fields);
    Http2Stream* stream = TakeRequest();
    ASSERT_NE(stream, nullptr);
    ASSERT_TRUE(stream->request.refusal().has_value());
    EXPECT_EQ(stream->request.refusal()->code, 431);
    EXPECT_EQ(stream->request.held_bytes(), 0u);
    Respond(*stream, {.status = 431, .headers = {}, .body = "no"});
  }
  peer().Ask("/", "GET", {{"known", "before"}});
  Http2Stream& next = *TakeRequest();
  EXPECT_FALSE(next.request.refusal().has_value());
  EXPECT_EQ(next.request.TakeRequest().headers.Find("known"), "before");
  Respond(other, {.headers = {}, .body = "done"});
  Exchange();
  EXPECT_EQ(peer().answer(held).body, "done");
  EXPECT_THAT(peer().go_aways(), SizeIs(0));
}

TEST_F(Http2SessionRequests, AreRefusedForAFieldOfTheirTrailer) {
  Exchange();
  const std::string field = HpackEncoder().Literal("a", std::string(100'000, ';'), {});
  ReceiveRaw(RawFrame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS, 1, "\x83\x87\x84\x41\x01h"));
  ReceiveRaw(
      RawFrame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM, 1, field));
  Http2Stream* stream = TakeRequest();
  ASSERT_NE(stream, nullptr);
  ASSERT_TRUE(stream->request.refusal().has_value());
  EXPECT_EQ(stream->request.refusal()->code, 431);
}

TEST_F(Http2SessionRequests, AreStoppedWhenTheAnswerIsThere) {
  limits_.body_bytes = 1'000;
  const int32_t id = peer().Ask("/", "PUT", {}, std::string(1001, 'x'), false);
  Respond(*TakeRequest(), {.status = 413, .headers = {}, .body = "too large"});
  Exchange();
  EXPECT_EQ(peer().answer(id).body, "too large");
  EXPECT_TRUE(peer().answer(id).is_closed);
  EXPECT_EQ(peer().answer(id).error_code, NGHTTP2_NO_ERROR);
}

TEST_F(Http2SessionRequests, ThatAreMalformedCostNoOther) {
  const Http2Peer::Fields kRows[] = {
      {{"connection", "close"}}, {{"a b", "c"}}, {{"a", "b\rc"}}, {{"content-length", "x"}}};
  for (const Http2Peer::Fields& fields : kRows) {
    const int32_t id = peer().Ask("/", "GET", fields);
    Exchange();
    EXPECT_TRUE(peer().answer(id).is_closed) << fields[0].first;
    EXPECT_EQ(peer().answer(id).error_code, NGHTTP2_PROTOCOL_ERROR) << fields[0].first;
  }
  peer().Ask("/");
  EXPECT_NE(TakeRequest(), nullptr);
  EXPECT_EQ(session().streams(), 1u);
}

TEST_F(Http2SessionRequests, MayHaveSpaceAroundTheirFields) {
  peer().Ask("/", "PUT", {{"a", " \tb c "}, {"d", "  "}}, "body");
  Http2Stream* stream = TakeRequest();
  ASSERT_NE(stream, nullptr);
  const apiservice::Request request = stream->request.TakeRequest();
  EXPECT_EQ(request.headers.Find("a"), "b c");
  EXPECT_THAT(request.headers.fields(), Contains(Pair("d", "")));
}

TEST_F(Http2SessionRequests, MayBeRefusedBeforeTheirMethodIsKnown) {
  server::Http2Request request(limits_);
  request.AddField(":path", "/%4");
  request.AddField(":method", "HEAD");
  EXPECT_TRUE(request.refusal().has_value());
  EXPECT_TRUE(request.is_head()) << "the refusal has no body";
}

TEST_F(Http2SessionRequests, AreOwedSinceTheyBeganWhateverElseIsServed) {
  const int64_t begin_ns = now_ns_;
  const int32_t half = peer().Ask("/", "PUT", {}, "half", false);
  Exchange();
  now_ns_ += Seconds(1);
  peer().Ask("/");
  Respond(*TakeRequest(), {.headers = {}, .body = "done"});
  Exchange();
  EXPECT_EQ(session().owed(), 1u);
  EXPECT_EQ(session().owed_since_ns(), begin_ns);
  peer().SendBody(half, "", true);
  ASSERT_NE(TakeRequest(), nullptr);
  EXPECT_EQ(session().owed(), 0u);
  EXPECT_EQ(session().owed_since_ns(), Http2Stream::kNever);
}

TEST_F(Http2SessionRequests, MayExpectToContinue) {
  const int32_t id = peer().Ask("/", "PUT", {{"expect", "100-continue"}}, "", false);
  Exchange();
  EXPECT_TRUE(peer().answer(id).was_told_to_continue);
  peer().SendBody(id, "body", true);
  EXPECT_EQ(TakeRequest()->request.TakeRequest().body, "body");
}

TEST_F(Http2SessionRequests, HoldMemoryTogether) {
  limits_.request_memory_bytes = 60'000;
  const std::string large(50'000, 'x');
  peer().Ask("/", "PUT", {}, large);
  Http2Stream* first = TakeRequest();
  EXPECT_FALSE(first->request.refusal().has_value());
  peer().Ask("/", "PUT", {}, large);
  Http2Stream* second = TakeRequest();
  ASSERT_TRUE(second->request.refusal().has_value());
  EXPECT_EQ(second->request.refusal()->code, 503);
  session().ForgetRequest(*first);
  peer().Ask("/", "PUT", {}, large);
  EXPECT_FALSE(TakeRequest()->request.refusal().has_value());
  peer().Ask("/", "PUT", {}, "small");
  EXPECT_FALSE(TakeRequest()->request.refusal().has_value());
}

TEST_F(Http2SessionRequests, CountWhileTheyAreServedThoughTheirStreamsAreClosed) {
  limits_.max_streams = 2;
  const int32_t first = peer().Ask("/1");
  Http2Stream* one = TakeRequest();
  peer().Ask("/2");
  TakeRequest();
  peer().Reset(first);
  Exchange();
  EXPECT_THAT(session().TakeClosed(), ::testing::ElementsAre(one));
  const int32_t third = peer().Ask("/3");
  Exchange();
  EXPECT_EQ(peer().answer(third).error_code, NGHTTP2_REFUSED_STREAM);
  session().Release(*one);
  peer().Ask("/4");
  EXPECT_NE(TakeRequest(), nullptr);
}

TEST_F(Http2SessionRequests, EndWhenTheirTimeIsUp) {
  const int32_t body = peer().Ask("/", "PUT", {}, "half", false);
  Exchange();
  EXPECT_EQ(session().owed(), 1u);
  EXPECT_EQ(session().earliest_deadline_ns(), now_ns_ + Seconds(32));
  EXPECT_TRUE(session().Expire(now_ns_ + Seconds(59)));
  EXPECT_EQ(session().earliest_deadline_ns(), now_ns_ + Seconds(60));
  EXPECT_TRUE(session().Expire(now_ns_ + Seconds(60)));
  Exchange();
  EXPECT_EQ(peer().answer(body).error_code, NGHTTP2_CANCEL);
  EXPECT_EQ(session().owed(), 0u);
  EXPECT_EQ(session().streams(), 0u);
}

TEST_F(Http2SessionRequests, EndTheConnectionWhenTheRestOfAHeaderDoesNotCome) {
  Exchange();
  ReceiveRaw(RawFrame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_STREAM, 1, "\x82\x87\x84"));
  EXPECT_TRUE(session().Expire(now_ns_ + Seconds(31)));
  EXPECT_FALSE(session().Expire(now_ns_ + Seconds(32)));
}

}  // namespace
}  // namespace kubegauge::testing
