#include "apiservice/body_response.h"

#include <algorithm>
#include <utility>

#include "apiservice/gzip_body.h"

namespace kubegauge::apiservice {
namespace {

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

Response BodyResponse(std::string_view content_type, std::unique_ptr<BodyStream> body, bool gzip) {
  Response response{
      .headers = {{"Content-Type", std::string(content_type)}}, .body = "", .stream = nullptr};
  bool more = body->Next(response.body);
  while (gzip && more && response.body.size() <= kGzipThresholdBytes) {
    more = body->Next(response.body);
  }
  const bool compresses = gzip && response.body.size() > kGzipThresholdBytes;
  if (!more && !compresses) return response;
  response.stream =
      std::make_unique<ResumedStream>(std::move(response.body), more ? std::move(body) : nullptr);
  response.body = std::string();
  if (compresses) {
    response.stream = GzipBody(std::move(response.stream));
    response.headers.emplace_back("Content-Encoding", "gzip");
    response.headers.emplace_back("Vary", "Accept-Encoding");
  }
  return response;
}

std::string ReadAll(BodyStream& body) {
  std::string all;
  while (body.Next(all)) {
  }
  return all;
}

}  // namespace kubegauge::apiservice
