// When a body is streamed, and when it is compressed (wire.md A.11).

#include "apiservice/body_response.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/apiservice/exchange.h"

namespace kubegauge::apiservice {
namespace {

class Parts final : public BodyStream {
 public:
  explicit Parts(std::vector<std::string> parts) : parts_(std::move(parts)) {}
  bool Next(std::string& out) override {
    out.append(parts_[next_++]);
    return next_ < parts_.size();
  }

 private:
  std::vector<std::string> parts_;
  size_t next_ = 0;
};

// The text of a single gzip member; empty where `compressed` is anything else.
std::string Gunzip(const std::string& compressed, size_t size) {
  z_stream state{};
  EXPECT_EQ(inflateInit2(&state, MAX_WBITS + 16), Z_OK);
  std::string text(size + 1, '\0');
  state.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  state.avail_in = static_cast<uInt>(compressed.size());
  state.next_out = reinterpret_cast<Bytef*>(text.data());
  state.avail_out = static_cast<uInt>(text.size());
  EXPECT_EQ(inflate(&state, Z_FINISH), Z_STREAM_END);
  EXPECT_EQ(state.avail_in, 0u) << "something stands behind the member";
  text.resize(state.total_out);
  inflateEnd(&state);
  return text;
}

// Text that does not shrink to nothing: gzip has to write more than one step of output.
std::string Text(size_t size) {
  std::string text(size, '\0');
  uint32_t state = 1;
  for (char& c : text) {
    state = state * 1'664'525 + 1'013'904'223;
    c = static_cast<char>(state >> 24);
  }
  return text;
}

TEST(BodyResponse, IsCompressedBeyondTheThresholdOnly) {
  const struct {
    std::vector<size_t> parts;
    bool compressed;
  } kCases[] = {
      {{0}, false},
      {{kGzipThresholdBytes}, false},
      {{kGzipThresholdBytes + 1}, true},
      {{65'536, 65'536}, false},
      {{65'536, 65'536, 0}, false},
      {{65'536, 65'536, 1}, true},
      {{65'536, 65'537}, true},
      {{65'536, 65'537, 0}, true},
      {{3, 3, 3}, false},
      {{3, 3, 3, 3}, false},
      {{0, 0, 0, 0, 3}, false},
      {std::vector<size_t>(16, 3), false},
      {std::vector<size_t>(17, 3), true},  // more than is made ahead
      {{0, 0, 0, 65'536, 65'537}, true},
      {{200'000, 3, 200'000, 0, 65'536}, true},
  };
  for (const auto& test : kCases) {
    for (const bool accepted : {true, false}) {
      std::vector<std::string> parts;
      std::string whole;
      for (const size_t size : test.parts) whole += parts.emplace_back(Text(size));
      const auto answer = testing::Read(
          BodyResponse("application/json", std::make_unique<Parts>(std::move(parts)), accepted));
      const bool compressed = accepted && test.compressed;
      EXPECT_EQ(answer.Header("Content-Encoding"), compressed ? "gzip" : "");
      EXPECT_EQ(answer.Header("Vary"), compressed ? "Accept-Encoding" : "");
      EXPECT_EQ(compressed ? Gunzip(answer.body, whole.size()) : answer.body, whole)
          << whole.size() << " bytes";
    }
  }
}

TEST(TextResponse, IsCompressedBeyondTheThresholdOnly) {
  for (const size_t size : {size_t{1}, kGzipThresholdBytes, kGzipThresholdBytes + 1}) {
    const std::string text = Text(size);
    for (const bool accepted : {true, false}) {
      Response response = TextResponse("application/json", text, accepted);
      const bool compressed = accepted && size > kGzipThresholdBytes;
      EXPECT_EQ(response.stream != nullptr, compressed);
      const auto answer = testing::Read(std::move(response));
      EXPECT_EQ(answer.Header("Content-Type"), "application/json");
      EXPECT_EQ(answer.Header("Content-Encoding"), compressed ? "gzip" : "");
      EXPECT_EQ(compressed ? Gunzip(answer.body, size) : answer.body, text);
    }
  }
}

TEST(BodyResponse, OfOnePartIsWhole) {
  Response one = BodyResponse("a/b", std::make_unique<Parts>(std::vector<std::string>{"x"}));
  EXPECT_EQ(one.body, "x");
  EXPECT_EQ(one.stream, nullptr);
  Response two = BodyResponse("a/b", std::make_unique<Parts>(std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(two.body, "");
  ASSERT_NE(two.stream, nullptr);
  EXPECT_EQ(ReadAll(*two.stream), "xy");
}

TEST(AcceptEncoding, HasToHaveTheTokenGzip) {
  const std::pair<std::string, bool> kCases[] = {{"gzip", true},      {"deflate, gzip, br", true},
                                                 {" gzip ,x", true},  {",,gzip", true},
                                                 {"gzip;q=1", false}, {"GZIP", false},
                                                 {"*", false},        {"x-gzip", false},
                                                 {"", false},         {"identity", false}};
  for (const auto& [value, accepted] : kCases) {
    Headers headers;
    headers.Add("Accept-Encoding", value);
    EXPECT_EQ(AcceptsGzip(headers), accepted) << value;
  }
  EXPECT_FALSE(AcceptsGzip(Headers()));
}

}  // namespace
}  // namespace kubegauge::apiservice
