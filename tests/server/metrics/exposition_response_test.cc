#include "server/metrics/exposition_response.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "apiservice/body_response.h"

namespace kubegauge::server {
namespace {

constexpr size_t kPartBytes = 100'000;

// Two parts, each of one letter.
class TwoParts final : public apiservice::BodyStream {
 public:
  bool Next(std::string& out) override {
    out.append(kPartBytes, letter_);
    return letter_++ == 'a';
  }

 private:
  char letter_ = 'a';
};

const std::string kWhole = std::string(kPartBytes, 'a') + std::string(kPartBytes, 'b');

std::string Gunzip(std::string compressed) {
  z_stream state{};
  EXPECT_EQ(inflateInit2(&state, MAX_WBITS + 16), Z_OK);
  std::string text(2 * kWhole.size(), '\0');
  state.next_in = reinterpret_cast<Bytef*>(compressed.data());
  state.avail_in = static_cast<uInt>(compressed.size());
  state.next_out = reinterpret_cast<Bytef*>(text.data());
  state.avail_out = static_cast<uInt>(text.size());
  EXPECT_EQ(inflate(&state, Z_FINISH), Z_STREAM_END);
  text.resize(state.total_out);
  inflateEnd(&state);
  return text;
}

bool SaysGzip(const apiservice::Response& response) {
  return std::ranges::find(response.headers,
                           std::pair<std::string, std::string>("Content-Encoding", "gzip")) !=
         response.headers.end();
}

TEST(ExpositionResponse, IsCompressedForWhoTakesThat) {
  const struct {
    std::string accept_encoding;
    bool compressed;
  } kCases[] = {
      {"", false},
      {"gzip", true},               // Prometheus
      {"gzip, deflate, br", true},  // a browser
      {"identity", false},
      {"gzip;q=0", false},
  };
  for (const auto& [accept_encoding, compressed] : kCases) {
    apiservice::Headers headers;
    headers.Add("Accept-Encoding", accept_encoding);

    const apiservice::Response at_hand = ExpositionResponse(headers, std::string("up 1\n"));
    EXPECT_EQ(SaysGzip(at_hand), compressed) << accept_encoding;
    EXPECT_EQ(compressed ? Gunzip(at_hand.body) : at_hand.body, "up 1\n") << accept_encoding;

    const apiservice::Response streamed = ExpositionResponse(headers, std::make_unique<TwoParts>());
    EXPECT_EQ(SaysGzip(streamed), compressed) << accept_encoding;
    const std::string body = apiservice::ReadAll(*streamed.stream);
    EXPECT_EQ(compressed ? Gunzip(body) : body, kWhole) << accept_encoding;
  }
}

TEST(ExpositionResponse, IsCompressedPartByPart) {
  apiservice::Headers headers;
  headers.Add("Accept-Encoding", "gzip");
  const apiservice::Response response = ExpositionResponse(headers, std::make_unique<TwoParts>());
  std::string out;
  EXPECT_TRUE(response.stream->Next(out));
  EXPECT_FALSE(response.stream->Next(out));
}

}  // namespace
}  // namespace kubegauge::server
