#include "apiservice/body_response.h"

#include <algorithm>
#include <utility>

#include "apiservice/gzip_body.h"

namespace kubegauge::apiservice {
namespace {

// Parts may be empty where a selector lets few objects pass: one of two requirements has twelve for
// 300,000 pods. So many take about 10 ms, and some 50 ms of the longest selector.
constexpr int kMaxPartsAhead = 16;

// The first part of a body, made ahead, then the rest of it, if any.
class ResumedStream final : public BodyStream {
 public:
  ResumedStream(std::string first, std::unique_ptr<BodyStream> rest)
      : first_(std::move(first)), rest_(std::move(rest)) {}

  bool Next(std::string& out) override {
    if (first_.empty()) return rest_->Next(out);
    out.append(first_);
    first_ = std::string();
    return rest_ != nullptr;
  }

 private:
  std::string first_;
  std::unique_ptr<BodyStream> rest_;
};

// An answer of `first` and, unless null, what `rest` gives.
Response ResponseOf(std::string_view content_type, std::string first,
                    std::unique_ptr<BodyStream> rest, bool gzip) {
  Response response;
  response.headers.reserve(4);  // with those that all answers have
  response.headers.emplace_back("Content-Type", content_type);
  const bool compresses = gzip && (rest != nullptr || first.size() > kGzipThresholdBytes);
  if (rest == nullptr && !compresses) {
    response.body = std::move(first);
    return response;
  }
  response.stream = std::make_unique<ResumedStream>(std::move(first), std::move(rest));
  if (compresses) {
    response.stream = GzipBody(std::move(response.stream));
    response.headers.emplace_back("Content-Encoding", "gzip");
    response.headers.emplace_back("Vary", "Accept-Encoding");
  }
  return response;
}

}  // namespace

bool AcceptsGzip(const Headers& headers) {
  std::string_view list = headers.Find("Accept-Encoding");
  while (!list.empty()) {
    std::string_view member = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), member.size() + 1));
    const size_t begin = member.find_first_not_of(" \t");
    if (begin == std::string_view::npos) continue;
    member = member.substr(begin, member.find_last_not_of(" \t") - begin + 1);
    if (member == "gzip") return true;
  }
  return false;
}

Response TextResponse(std::string_view content_type, std::string text, bool gzip) {
  return ResponseOf(content_type, std::move(text), nullptr, gzip);
}

Response BodyResponse(std::string_view content_type, std::unique_ptr<BodyStream> body, bool gzip) {
  std::string first;
  bool more = body->Next(first);
  // A body of many small parts costs much: others get their turn before it is known how long it is.
  const auto is_open = [&] { return gzip && more && first.size() <= kGzipThresholdBytes; };
  for (int parts = 1; parts < kMaxPartsAhead && is_open(); ++parts) more = body->Next(first);
  return ResponseOf(content_type, std::move(first), more ? std::move(body) : nullptr, gzip);
}

std::string ReadAll(BodyStream& body) {
  std::string all;
  while (body.Next(all)) {
  }
  return all;
}

}  // namespace kubegauge::apiservice
