#include "apiservice/gzip_body.h"

#include <zlib.h>

#include <new>
#include <utility>

namespace kubegauge::apiservice {
namespace {

constexpr int kLevel = 1;
constexpr int kGzipWindowBits = MAX_WBITS + 16;
constexpr int kMemoryLevel = 8;
constexpr size_t kOutputStep = 16 * 1024;

class Deflater {
 public:
  Deflater() {
    if (deflateInit2(&state_, kLevel, Z_DEFLATED, kGzipWindowBits, kMemoryLevel,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
      throw std::bad_alloc();
    }
  }
  ~Deflater() { deflateEnd(&state_); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  // Appends what the compressed form of `text` adds to the output; all of it with `last`.
  void Append(std::string_view text, bool last, std::string& out) {
    // zlib does not write to its input.
    state_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    state_.avail_in = static_cast<uInt>(text.size());
    do {
      const size_t begin = out.size();
      out.resize(begin + kOutputStep);
      state_.next_out = reinterpret_cast<Bytef*>(out.data() + begin);
      state_.avail_out = static_cast<uInt>(kOutputStep);
      deflate(&state_, last ? Z_FINISH : Z_NO_FLUSH);
      out.erase(out.size() - state_.avail_out);
    } while (state_.avail_out == 0);
  }

 private:
  z_stream state_{};
};

class GzipStream final : public BodyStream {
 public:
  explicit GzipStream(std::unique_ptr<BodyStream> body) : body_(std::move(body)) {}

  bool Next(std::string& out) override {
    part_.clear();
    const bool more = body_->Next(part_);
    deflater_.Append(part_, !more, out);
    return more;
  }

 private:
  std::unique_ptr<BodyStream> body_;
  Deflater deflater_;
  std::string part_;
};

}  // namespace

std::unique_ptr<BodyStream> GzipBody(std::unique_ptr<BodyStream> body) {
  return std::make_unique<GzipStream>(std::move(body));
}

std::string GzipText(std::string_view text) {
  std::string compressed;
  Deflater().Append(text, /*last=*/true, compressed);
  return compressed;
}

}  // namespace kubegauge::apiservice
